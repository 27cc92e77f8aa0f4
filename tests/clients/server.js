/** What the story's people do, done with @knocklabs/node. */

import Knock from "@knocklabs/node";

import {
  badgeFact,
  errorFact,
  feedFact,
  guideFact,
  itemFact,
  messageFact,
  personFact,
  preferencesFact,
} from "./facts.js";

const MARK = { seen: "markAsSeen", read: "markAsRead", interacted: "markAsInteracted", archived: "archive" };
const UNMARK = { seen: "markAsUnseen", read: "markAsUnread", archived: "unarchive" };
const MARK_GUIDE = {
  seen: "markMessageAsSeen",
  interacted: "markMessageAsInteracted",
  archived: "markMessageAsArchived",
};
const MARK_MANY = { ...MARK, unseen: "markAsUnseen", unread: "markAsUnread", unarchived: "unarchive" };

export function server({ host, key, token, feed, guides, me, memory }) {
  const knock = new Knock({
    apiKey: key,
    baseURL: host,
    defaultHeaders: token && { "X-Knock-User-Token": token },
  });
  const { messages, users } = knock;

  const items = async (query) => (await users.feeds.listItems(me, feed, feedQuery(query, memory))).body;
  const listed = (page) => memory.keep(page.items).map(messageFact);

  return {
    identify: async ({ user, properties }) => personFact(await users.update(user ?? me, properties)),
    user: async () => personFact(await users.get(me)),

    async set_tenant({ tenant, ...properties }) {
      const { id, name } = await knock.tenants.set(tenant, properties);
      return { id, name };
    },

    async trigger({ workflow, idempotency_key, ...params }) {
      const options = { idempotencyKey: idempotency_key };
      const { data, response } = await knock.workflows.trigger(workflow, params, options).withResponse();
      const replayed = response.headers.get("idempotent-replayed") === "true";
      return { run: memory.run(data.workflow_run_id), replayed };
    },

    messages: async ({ user, trigger_data, ...query }) =>
      listed(await users.listMessages(user, { ...query, trigger_data: JSON.stringify(trigger_data) })),
    content: async ({ message }) => contentFact(await messages.getContent(memory.id(message))),
    events: async ({ message }) =>
      (await messages.listEvents(memory.id(message))).items.map((event) => event.type),
    clicks: async ({ message }) =>
      (await messages.listEvents(memory.id(message))).items
        .filter((event) => event.type === "message.interacted")
        .map((event) => event.data),
    async delivery({ message }) {
      const [log] = (await messages.listDeliveryLogs(memory.id(message))).items;
      return { service: log.service_name, method: log.request.method, status: log.response.status };
    },
    contents: async ({ messages: names }) =>
      (await messages.batch.getContent({ message_ids: names.map(memory.id) })).map(contentFact),
    activities: async ({ message }) =>
      (await messages.listActivities(memory.id(message))).items.map((activity) => ({
        actor: activity.actor.id,
        recipient: activity.recipient.id,
        data: activity.data,
      })),

    async feed(query) {
      const page = await items(query);
      memory.keep(page.entries);
      return feedFact(page);
    },
    async walk(query) {
      const found = [];
      for await (const item of users.feeds.listItems(me, feed, feedQuery(query, memory))) found.push(item);
      return found.map(messageFact);
    },
    newer: async ({ than }) => feedFact(await items({ before: than })).items,
    item: async ({ message, mode }) =>
      itemFact((await items({ mode })).entries.find((item) => item.id === memory.id(message))),
    badge: async () => badgeFact((await items({})).meta),
    settings: async () => (await users.feeds.getSettings(me, feed)).features,

    message: async ({ message }) => messageFact(await messages.get(memory.id(message))),
    unknown_message: async ({ id }) => messageFact(await messages.get(id)),
    mark: async ({ message, mark, metadata }) =>
      messageFact(await messages[MARK[mark]](memory.id(message), metadata && { metadata })),
    unmark: async ({ message, mark }) => messageFact(await messages[UNMARK[mark]](memory.id(message))),
    mark_many: async ({ messages: names, mark }) =>
      (await messages.batch[MARK_MANY[mark]]({ message_ids: names.map(memory.id) })).map(messageFact),

    async mark_all({ mark, of: { status, tenant, ...of } = {} }) {
      const filter = {
        archived: "exclude",
        ...of,
        engagement_status: status,
        tenants: tenant && [tenant],
        recipient_ids: [me],
      };
      return memory.operation(await knock.channels.bulk.updateMessageStatus(feed, mark, filter));
    },
    async bulk_operation() {
      const { status, processed_rows, error_count } = await knock.bulkOperations.get(memory.operationId);
      return { status, processed: processed_rows, failed: error_count };
    },

    preferences: async () => preferencesFact(await users.getPreferences(me, "default")),
    set_preferences: async (preferences) =>
      preferencesFact(await users.setPreferences(me, "default", preferences)),
    all_preferences: async () => (await users.listPreferences(me)).map(preferencesFact),
    channel_data: async ({ channel }) => (await users.getChannelData(me, channel)).data.tokens,
    set_channel_data: async ({ channel, data }) =>
      (await users.setChannelData(me, channel, { data })).data.tokens,
    forget_channel_data: async ({ user, channel }) => (await users.unsetChannelData(user, channel)) ?? null,

    async guide({ guide, data }) {
      const { entries } = await users.guides.getChannel(me, guides, { data: JSON.stringify(data) });
      const found = entries.find(({ key }) => key === guide);
      return found ? guideFact(memory.keepGuide(found)) : null;
    },
    async mark_guide({ guide, mark, ...more }) {
      const { id, steps } = memory.guide(guide);
      const [{ ref, content }] = steps;
      const place = { channel_id: guides, guide_key: guide, guide_id: id, guide_step_ref: ref };
      const body = { ...place, ...more, ...(mark === "seen" && { content }) };
      return (await users.guides[MARK_GUIDE[mark]](me, body)).status;
    },
    reset_guide: async ({ guide }) =>
      (await users.guides.resetGuideEngagements(me, { guide_key: guide })).status,
  };
}

/** A failed call of this client, as a fact. */
export function serverError(error) {
  if (!(error instanceof Knock.APIError) || !error.status) throw error;
  return errorFact(error.status, error.error);
}

function feedQuery({ after, before, later_than, trigger_data, ...query }, memory) {
  return {
    mode: "compact",
    ...query,
    after: after && memory.message(after).__cursor,
    before: before && memory.message(before).__cursor,
    inserted_at: later_than && { gt: memory.message(later_than).inserted_at },
    trigger_data: JSON.stringify(trigger_data),
  };
}

const contentFact = ({ data }) => data.subject_line ?? data.blocks[0].rendered;
