"""A feed's items and their counters: exact counts that cost nothing to write and one read to show.

Writing a message never touches the counters. A counters row per recipient and channel lies above all items, so one
descending query meets it first and then the newest items. It holds the tally of all items up to a high-water id, by
facet (tenant, workflow, categories) and state; what is above that id is counted by whoever looks, from the items
themselves, and folded in once it is settled. Beside the tally lie the numbers of a few queries that facets cannot
answer (`domain/remembered.py`), each up to a high-water id of its own until it has caught up with the tally's.

Why the numbers are always those of a recount:

1. The row says: "of the items up to `high`, so many of each facet are in each state", and of a remembered query, of
   the items up to its own `high`, that so many of those it shows are. A message keeps for ever its facet and what its
   row tells of its data, so that only its marks, its coming and its going change a number. (The first item whose row
   does not tell makes the query's numbers worthless, and the row says so.) A tally that has no room left is summed over
   its facets (`store/tallies.py`) by the write that would have outgrown it; a sum of true numbers is true. Only `fold`,
   `save_marked` and `delete` write the row, and those who take messages away or bring them (`store/removals.py`,
   `store/takeovers.py`), by the same rules.
2. `save_marked` writes messages and the counters in one transaction, all at the versions it read. Whatever it
   computed its change from is therefore still true when it is written. It raises the counters' version even when the
   item is above `high` and no number changes, and creates the row (nothing counted yet) when there is none.
3. `fold` counts the items between `high` and a horizon; for a query that lags behind, those between its `high` and
   the tally's. They are read after the counters were, and the counters are written at the version they had then. A
   mark in between, of any item, has raised the version by rule 2, so a stale count is refused. A mark that is becoming
   visible at that moment may show in the counters before it shows in the item (queries see transactions half done):
   the counters say when an item was last marked, moved or deleted, and whoever reads them within `VISIBLE_AFTER` of
   that does not fold. Of two folds, or a fold and a mark, one wins; a fold that loses is dropped, for the counts that
   it would have saved are right without it.
4. Nothing appears below `high` later. A message's id carries the time at which its run was advanced, and it is stored
   before that call can end (under a minute; functions' clocks agree within a second). `fold` keeps off what is younger
   than `SETTLED_AFTER`. The id of one that waits for its send window carries the time at which the window opens, so
   that it is above every item, and not shown, until then.
5. A deleted recipient takes the counters along. A fold that read before the deletion must not bring a row back, so its
   transaction also demands that the newest item it counts still exists; and deletion reads again until nothing is
   left. A mark demands its message's version, which is the same demand.

What is served is the counters and, from the items themselves, what lies above `high`; the items are read no earlier
than the counters, or a fold has just proved that nobody marked one in between. So each mark that was finished before
the request is counted once, and one that is under way is counted or not. Pages are read eventually consistently (half
the price: the answer is exact as of milliseconds ago); folds and marks read consistently.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tocsin.domain.feed import Feed
from tocsin.domain.feed_counters import FeedCounters, Newest
from tocsin.domain.listing import Span
from tocsin.domain.messages import Message
from tocsin.domain.remembered import Remembered
from tocsin.domain.values import replace
from tocsin.store import keys
from tocsin.store.feed_items import ATTRIBUTES, StoredItem
from tocsin.store.merging import MIN_CHUNK, rows
from tocsin.store.message_lists import channel_lane
from tocsin.store.messages import deletions, message_to_item
from tocsin.store.rows import optional_date, optional_iso
from tocsin.store.table import EXISTS, Check, Item, Table, put_if_version
from tocsin.store.tallies import tally_from_text, tally_to_text

# Of the query that meets counters and items.
BOTH = (*ATTRIBUTES, "high", "tally", "version", "changed_at", "remembered")


def counters_to_item(env: str, feed: Feed, counters: FeedCounters) -> Item:
    return {
        "pk": keys.recipient(env, feed.recipient.collection, feed.recipient.id),
        "sk": keys.feed_counters(feed.channel_id),
        "high": counters.high,
        "tally": tally_to_text(counters.tally),
        "version": counters.version,
        "changed_at": optional_iso(counters.changed_at),
        "remembered": [[one.query, one.high, *one.numbers] for one in counters.remembered] or None,
    }


def counters_from_item(item: Item | None) -> FeedCounters:
    """No row is the same as one that has counted nothing."""
    if item is None:
        return FeedCounters()
    return FeedCounters(
        high=item["high"],
        tally=tally_from_text(item["tally"]),
        version=item["version"],
        changed_at=optional_date(item.get("changed_at")),
        remembered=tuple(
            Remembered(query, high, tuple(numbers)) for query, high, *numbers in item.get("remembered") or ()
        ),
    )


class FeedStore:
    def __init__(self, table: Table, shards: int) -> None:
        self._table = table
        self._shards = shards

    def newest(self, env: str, feed: Feed, limit: int) -> Newest:
        """Counters and the newest items, by one query."""
        page = self._table.query(
            keys.recipient(env, feed.recipient.collection, feed.recipient.id),
            prefix=keys.message_prefix(feed.channel_id),
            descending=True,
            limit=limit + 1,
            only=BOTH,
        )
        top = next((item for item in page.items if item["sk"] == keys.feed_counters(feed.channel_id)), None)
        items = [StoredItem(item, feed.recipient) for item in page.items if item is not top]
        has_rest = page.last is not None and items
        rest = self.items(env, feed, Span(below=items[-1].id), limit) if has_rest else iter(())
        return Newest(counters_from_item(top), items, rest)

    def items(
        self, env: str, feed: Feed, span: Span, chunk: int, *, consistent: bool = False
    ) -> Iterator[StoredItem]:
        lane = channel_lane(env, feed.recipient, feed.channel_id, consistent=consistent, only=ATTRIBUTES)
        found = rows(self._table, lane, span, max(chunk, MIN_CHUNK))
        return (StoredItem(item, feed.recipient) for item in found)

    def fold(self, env: str, feed: Feed, counters: FeedCounters, newest: str) -> FeedCounters:
        """Stores counters that have moved up to the item `newest`; ConflictError when anything changed meanwhile."""
        put = put_if_version(counters_to_item(env, feed, counters), counters.version)
        self._table.transact([put, Check((put.item["pk"], keys.message(feed.channel_id, newest)), EXISTS)])
        return counters_from_item(put.item)

    def save_marked(self, env: str, pairs: Sequence[tuple[Message, Message]]) -> list[Message]:
        """Stores marked messages of one feed, given as they were and as they shall be, and the counters that follow
        from them: all or ConflictError."""
        gone, come = [before for before, _ in pairs], [after for _, after in pairs]
        feed = Feed(gone[0].recipient, gone[0].channel_id)
        counters = self._counters(env, feed)
        marked_at = max(message.events[-1].at for message in come)
        following = counters.changed(marked_at, gone, come)
        writes = [put_if_version(counters_to_item(env, feed, following), counters.version)]
        for before, after in pairs:
            writes.append(put_if_version(message_to_item(env, after, self._shards), before.version))
        self._table.transact(writes)
        return [replace(after, version=before.version + 1) for before, after in pairs]

    def delete(self, env: str, messages: Sequence[Message], at: datetime) -> None:
        """Takes messages of one feed away, as they were read, and out of its counters: all or ConflictError."""
        feed = Feed(messages[0].recipient, messages[0].channel_id)
        counters = self._counters(env, feed)
        left = put_if_version(
            counters_to_item(env, feed, counters.changed(at, gone=messages)), counters.version
        )
        self._table.transact([left, *(write for message in messages for write in deletions(env, message))])

    def _counters(self, env: str, feed: Feed) -> FeedCounters:
        partition = keys.recipient(env, feed.recipient.collection, feed.recipient.id)
        return counters_from_item(
            self._table.get((partition, keys.feed_counters(feed.channel_id)), consistent=True)
        )
