/** What a teller writes down of an answer: names instead of ids, marks instead of times, so that all clients can agree. */

const MARKS = ["seen", "read", "interacted", "archived"];

const marksOf = (marked) => MARKS.filter((mark) => marked[`${mark}_at`] !== null);

/** The name by which the story knows a message: the text it was triggered with, and its channel if not the feed. */
function nameOf(message) {
  const type = message.channel?.type ?? "in_app_feed";
  return type === "in_app_feed" ? message.data.text : `${message.data.text} by ${type}`;
}

/** `third (seen, read)`. A date that is absent instead of null counts as a mark, as it does for the browser's badges. */
export function messageFact(message) {
  const marks = marksOf(message);
  return marks.length ? `${nameOf(message)} (${marks.join(", ")})` : nameOf(message);
}

export const feedFact = ({ entries, meta }) => ({ items: entries.map(messageFact), ...badgeFact(meta) });

export const badgeFact = (meta) => ({
  total: meta.total_count,
  unseen: meta.unseen_count,
  unread: meta.unread_count,
});

export const itemFact = (item) => ({
  rendered: item.blocks[0].rendered,
  actors: item.actors.map((actor) => actor.name),
  activities: item.activities.length,
  data: item.data,
  tenant: item.tenant,
  source: item.source.key,
  categories: item.source.categories,
});

export const personFact = ({ id, name, email, plan }) => ({ id, name, email, plan });

export const preferencesFact = ({ id, channel_types, workflows, categories }) => ({
  id,
  channel_types,
  workflows,
  categories,
});

export const guideFact = ({ type, steps: [{ content, message }] }) => ({
  type,
  title: content.title,
  marks: marksOf(message),
});

export const errorFact = (status, body) => ({ error: { status, code: body?.code } });

/** What the story speaks of again, by the names that it gives: messages, guides and runs; and the last bulk operation. */
export class Memory {
  #messages = new Map();
  #guides = new Map();
  #runs = [];
  operationId;

  /** Returns the messages it was given. */
  keep(messages) {
    for (const message of messages) {
      const name = nameOf(message);
      this.#messages.set(name, { ...this.#messages.get(name), ...message });
    }
    return messages;
  }

  message(name) {
    const message = this.#messages.get(name);
    if (!message) throw new Error(`the story speaks of "${name}" before any answer has shown it`);
    return message;
  }

  keepGuide(guide) {
    this.#guides.set(guide.key, guide);
    return guide;
  }

  guide = (key) => this.#guides.get(key);

  /** Returns the operation's name. */
  operation({ id, name }) {
    this.operationId = id;
    return name;
  }

  id = (name) => this.message(name).id;

  /** Runs are numbered in the order of their first appearance. */
  run(id) {
    if (!this.#runs.includes(id)) this.#runs.push(id);
    return this.#runs.indexOf(id) + 1;
  }
}
