"""A user's rows brought under another user, who was merged with them.

Messages move a few at a time, each move one transaction: the rows under the one user go, the same rows under the
other come, and both feeds' counters follow. `store/feeds.py` says why counts are exact; two of its rules concern us.
A message may come to lie below `high`, where nothing appears otherwise, so the move counts it in by itself. And the
counters' version is raised even if no number changes, so that a fold or a mark that has read the feeds as they were
is refused. A move that meets somebody else's write is refused likewise, and made again from what lies there then.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from tocsin.domain.channels import IN_APP_FEED
from tocsin.domain.clock import Clock, from_iso, system_clock, to_iso
from tocsin.domain.errors import ConflictError
from tocsin.domain.feed import Feed
from tocsin.domain.ids import earliest_ksuid
from tocsin.domain.messages import Message
from tocsin.domain.recipients import Recipient, RecipientRef, user
from tocsin.store import keys
from tocsin.store.feeds import counters_from_item, counters_to_item
from tocsin.store.messages import message_from_item, message_to_item
from tocsin.store.recipients import to_item
from tocsin.store.removals import Extent
from tocsin.store.table import ABSENT, EXISTS, SAME_VERSION, Check, Delete, Item, Put, Table, put_if_version

# A merge may be repeated for so long.
REMEMBERED = timedelta(days=30)
# Content of a hundred kilobytes each, twice, has to fit the four megabytes of a transaction.
TOGETHER = 10
PAGE = 200
TRIES = 10

Write = Put | Delete | Check


class TakeoverStore:
    def __init__(self, table: Table, shards: int, clock: Clock = system_clock) -> None:
        self._table = table
        self._shards = shards
        self._clock = clock

    def seal(self, env: str, merged: Recipient, other: Recipient, at: datetime) -> None:
        """The one as it is after the merge, the other's profile gone, and a note under each that says so: all or
        ConflictError. The other's lies there until nothing is left to take over."""
        when = {"inserted_at": to_iso(at), keys.EXPIRES_AT: int((at + REMEMBERED).timestamp())}
        note = {
            "pk": _partition(env, merged.ref),
            "sk": keys.merged(other.ref.id),
            "user_id": other.ref.id,
            **when,
        }
        under_way = {
            "pk": _partition(env, other.ref),
            "sk": keys.MERGED_INTO,
            "merged_into": merged.ref.id,
            **when,
        }
        profile = put_if_version(to_item(env, merged, self._shards), merged.version)
        gone = Delete((_partition(env, other.ref), keys.PROFILE), SAME_VERSION, {":version": other.version})
        self._table.transact([profile, Put(note), Put(under_way), gone])

    def finish(self, env: str, ref: RecipientRef, other: RecipientRef) -> None:
        """Nothing is left to take over; a merge into somebody else since then is not over."""
        key = _partition(env, other), keys.MERGED_INTO
        try:
            self._table.delete(Delete(key, "merged_into = :ref", {":ref": ref.id}))
        except ConflictError:
            return

    def is_taking_over(self, env: str, ref: RecipientRef) -> bool:
        """Whether something is still to come to this user from one who was merged into them."""
        notes = self._table.query_all(_partition(env, ref), prefix=keys.merged_prefix(), consistent=True)
        others = [(_partition(env, user(note["user_id"])), keys.MERGED_INTO) for note in notes]
        under_way = self._table.batch_get(others, consistent=True)
        return any(row["merged_into"] == ref.id for row in under_way.values())

    def sealed_at(self, env: str, ref: RecipientRef, other: RecipientRef) -> datetime | None:
        """When `other` was merged into `ref`, if it was."""
        note = self._table.get((_partition(env, ref), keys.merged(other.id)), consistent=True)
        return from_iso(note["inserted_at"]) if note else None

    def copy_settings(
        self, env: str, ref: RecipientRef, other: RecipientRef, sealed_at: datetime, *, reborn: bool
    ) -> None:
        """Preference sets, channel data and engagement with guides of the other that this one has none of, by their
        ids."""
        extent = Extent(sealed_at, reborn)
        exists = Check((_partition(env, ref), keys.PROFILE), EXISTS)
        for prefix in (keys.PREFERENCES, keys.CHANNEL_DATA, keys.GUIDES):
            for row in self._table.query_all(_partition(env, other), prefix=prefix, consistent=True):
                if extent.takes(row):
                    self._add(exists, {**row, "pk": _partition(env, ref)})

    def _add(self, exists: Check, row: Item) -> None:
        """Unless there is one, or nobody to have it."""
        try:
            self._table.transact([exists, Put(row, ABSENT)])
        except ConflictError:
            if self._table.get((row["pk"], row["sk"]), consistent=True) is None:
                raise

    def copy_batches(
        self, env: str, ref: RecipientRef, other: RecipientRef, sealed_at: datetime, *, reborn: bool
    ) -> None:
        """What messages show of the batches that made them. None of it ever changes."""
        extent = Extent(sealed_at, reborn)
        for prefix in (keys.CLOSED_BATCHES, keys.ACTIVITIES):
            rows = self._table.query_all(_partition(env, other), prefix=prefix, consistent=True)
            self._table.put_all({**row, "pk": _partition(env, ref)} for row in rows if extent.takes(row))

    def move_messages(
        self,
        env: str,
        ref: RecipientRef,
        other: RecipientRef,
        sealed_at: datetime,
        since: datetime,
        *,
        reborn: bool,
        limit: int | None,
    ) -> bool:
        """Messages made since then, with their content; False when `limit` of them moved and there are more."""
        extent = Extent(sealed_at, reborn)
        moved, oldest = 0, earliest_ksuid(since)
        for rows in self._pages(_partition(env, other)):
            wanted = [row for row in rows if row[keys.ISK] > oldest and extent.takes(row)]
            for group in _groups(wanted):
                if limit is not None and moved >= limit:
                    return False
                self._move(env, ref, group)
                moved += len(group)
        return True

    def _pages(self, partition: str) -> Iterator[list[Item]]:
        """Messages channel by channel, without counters."""
        start: Item | None = None
        while True:
            page = self._table.query(
                partition, prefix=keys.MESSAGES, limit=PAGE, start=start, consistent=True
            )
            yield [row for row in page.items if not keys.is_counters(row[keys.SK])]
            if page.last is None:
                return
            start = page.last

    def _move(self, env: str, ref: RecipientRef, rows: Sequence[Item]) -> None:
        for _ in range(TRIES):
            messages = [message_from_item(row) for row in rows]
            if not messages:
                return
            try:
                self._table.transact(self._writes(env, ref, messages))
            except ConflictError:
                found = self._table.batch_get(((row["pk"], row["sk"]) for row in rows), consistent=True)
                rows = [found[row["pk"], row["sk"]] for row in rows if (row["pk"], row["sk"]) in found]
            else:
                return
        raise ConflictError(f"messages to {ref.gid} are being changed by too many callers at once; try again")

    def _writes(self, env: str, ref: RecipientRef, messages: Sequence[Message]) -> list[Write]:
        """Counters are read before the messages' versions are relied on: whatever changed them since has raised one
        or the other."""
        writes: list[Write] = [Check((_partition(env, ref), keys.PROFILE), EXISTS)]
        for message in messages:
            old = _partition(env, message.recipient), keys.message(message.channel_id, message.id)
            new = message_to_item(env, replace(message, recipient=ref), self._shards)
            writes.append(Put({**new, "version": message.version + 1}, ABSENT))
            writes.append(Delete(old, SAME_VERSION, {":version": message.version}))
        writes += self._contents(env, ref, messages)
        if messages[0].channel_type == IN_APP_FEED:
            writes += self._counts(env, ref, messages)
        return writes

    def _contents(self, env: str, ref: RecipientRef, messages: Sequence[Message]) -> Iterator[Write]:
        places = [(_partition(env, one.recipient), keys.content(one.id)) for one in messages]
        for place, row in self._table.batch_get(places, consistent=True).items():
            yield Put({**row, "pk": _partition(env, ref)})
            yield Delete(place)

    def _counts(self, env: str, ref: RecipientRef, messages: Sequence[Message]) -> Iterator[Write]:
        coming = Feed(ref, messages[0].channel_id)
        going = Feed(messages[0].recipient, messages[0].channel_id)
        at = self._clock()
        for feed in (coming, going):
            key = _partition(env, feed.recipient), keys.feed_counters(feed.channel_id)
            before = counters_from_item(self._table.get(key, consistent=True))
            after = before.changed(at, come=messages) if feed is coming else before.changed(at, gone=messages)
            yield put_if_version(counters_to_item(env, feed, after), before.version)


def _groups(rows: Iterable[Item]) -> Iterator[list[Item]]:
    """A few messages of one channel each."""
    for _, of_channel in groupby(rows, key=lambda row: keys.channel_of_message(row["sk"])):
        together = list(of_channel)
        for start in range(0, len(together), TOGETHER):
            yield together[start : start + TOGETHER]


def _partition(env: str, ref: RecipientRef) -> str:
    return keys.recipient(env, ref.collection, ref.id)
