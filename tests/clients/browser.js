/** What a person with a feed does, done with @knocklabs/client. */

import Knock, { KnockGuideClient } from "@knocklabs/client";

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

const MARK_MANY = {
  seen: "markAsSeen",
  unseen: "markAsUnseen",
  read: "markAsRead",
  unread: "markAsUnread",
  interacted: "markAsInteracted",
  archived: "markAsArchived",
  unarchived: "markAsUnarchived",
};

const MARK_ALL = { seen: "markAllAsSeen", read: "markAllAsRead", archived: "markAllAsArchived" };
const MARK_GUIDE = { seen: "markAsSeen", interacted: "markAsInteracted", archived: "markAsArchived" };

export function browser({ host, key, token, feed: channel, guides, me, memory }) {
  const knock = new Knock(key, { host });
  knock.authenticate(me, token);
  const { messages, user } = knock;
  const widget = knock.feeds.initialize(channel);

  const feedOf = (options) => knock.feeds.initialize(channel, feedOptions(options, memory));
  const answered = (message) => (message.response ? raise(message) : message);

  async function fetched(feed, options) {
    const { status, data } = await feed.fetch(options);
    return status === "ok" ? data : raise(data);
  }

  return {
    identify: async ({ properties }) => personFact(await user.identify(properties)),
    user: async () => personFact(await user.get()),

    async feed(options) {
      const page = await fetched(feedOf(options));
      memory.keep(page.entries);
      return feedFact(page);
    },
    async walk(options) {
      const feed = feedOf(options);
      await fetched(feed);
      for (let after; (after = feed.getState().pageInfo.after); ) await fetched(feed, { after });
      return feed.getState().items.map(messageFact);
    },
    /** What a live update does: it asks for all that is newer than the newest item it shows. */
    async newer({ than }) {
      const page = await fetched(widget, { before: memory.message(than).__cursor });
      return feedFact(page).items;
    },
    async item({ message, mode }) {
      const page = await fetched(feedOf({ mode }));
      return itemFact(page.entries.find((item) => item.id === memory.id(message)));
    },
    /** What the widget shows, having counted along by itself. */
    badge: async () => badgeFact(widget.getState().metadata),

    message: async ({ message }) => messageFact(answered(await messages.get(memory.id(message)))),
    unknown_message: async ({ id }) => messageFact(answered(await messages.get(id))),
    mark: async ({ message, mark, metadata }) =>
      messageFact(answered(await messages.updateStatus(memory.id(message), mark, { metadata }))),
    unmark: async ({ message, mark }) =>
      messageFact(answered(await messages.removeStatus(memory.id(message), mark))),
    async mark_many({ messages: names, mark }) {
      await fetched(widget);
      const items = names.map((name) => widget.getState().items.find((item) => item.id === memory.id(name)));
      return answered(await widget[MARK_MANY[mark]](items)).map(messageFact);
    },
    mark_all: async ({ mark, of = {} }) =>
      memory.operation(answered(await feedOf(of)[MARK_ALL[mark]]())),

    preferences: async () => preferencesFact(await user.getPreferences()),
    set_preferences: async (preferences) => preferencesFact(await user.setPreferences(preferences)),
    all_preferences: async () => (await user.getAllPreferences()).map(preferencesFact),
    channel_data: async ({ channel: channelId }) => (await user.getChannelData({ channelId })).data.tokens,
    set_channel_data: async ({ channel: channelId, data: channelData }) =>
      (await user.setChannelData({ channelId, channelData })).data.tokens,

    async guide({ guide, data }) {
      const client = new KnockGuideClient(knock, guides, { data }, { throttleCheckInterval: 0 });
      const { status, error } = await client.fetch();
      if (status !== "ok") throw error;
      const found = client.store.state.guides[guide];
      return found ? guideFact(memory.keepGuide(found)) : null;
    },
    /** Shows it at once and tells the server meanwhile. */
    async mark_guide({ guide, mark, ...more }) {
      const step = await memory.guide(guide).steps[0][MARK_GUIDE[mark]](more);
      return step.message[`${mark}_at`] ? "ok" : "not marked";
    },
    reset_guide: async ({ guide }) => (await user.resetGuideEngagement({ guide_key: guide })).status,
  };
}

/** A failed call of this client, as a fact: it carries the answer that it got. */
export function browserError(error) {
  if (!error.response) throw error;
  return errorFact(error.response.status, error.response.data);
}

function raise(error) {
  throw error;
}

function feedOptions({ after, before, later_than, ...options }, memory) {
  return {
    ...options,
    after: after && memory.message(after).__cursor,
    before: before && memory.message(before).__cursor,
    inserted_at_date_range: later_than && { start: memory.message(later_than).inserted_at },
  };
}
