"""What a deletion takes: the recipient's own partition, and the rows elsewhere that name it, found by the index.

The id of somebody who was deleted may be used again at once, while the deletion is still being finished. `Extent` is
what keeps the two lives apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.channels import IN_APP_FEED
from tocsin.domain.clock import to_iso
from tocsin.domain.errors import ConflictError
from tocsin.domain.feed import Tally
from tocsin.domain.ids import earliest_ksuid
from tocsin.domain.messages import Status
from tocsin.domain.recipients import USERS, RecipientRef
from tocsin.store import keys
from tocsin.store.rows import channel_type_of
from tocsin.store.table import (
    MAX_TRANSACTION,
    SAME_VERSION,
    Delete,
    Item,
    Key,
    Table,
    put_if_version,
)
from tocsin.store.tallies import tally_to_text
from tocsin.store.wheel import parked_key, parking_from_row

PAGE = 500
_NEVER_TAKEN = (keys.PROFILE, keys.MERGED_INTO)


@dataclass(frozen=True, slots=True)
class Extent:
    """What goes: everything, or (where the id is `reborn`) what was made before the deletion.

    Messages carry their time in their ids, other rows in an attribute of theirs.
    What carries none (preferences, channel data) went together with the profile, so what is there is new.
    """

    deleted_at: datetime
    reborn: bool = False

    def takes(self, row: Item) -> bool:
        if not self.reborn:
            return True
        message_id = keys.message_named(row[keys.SK])
        if message_id is not None:
            return message_id < earliest_ksuid(self.deleted_at)
        clock = _clock_of(row)
        return clock is not None and row[clock] < to_iso(self.deleted_at)


class RemovalStore:
    def __init__(self, table: Table, shards: int) -> None:
        self._table = table
        self._shards = shards

    def end(self, env: str, ref: RecipientRef, made_before: datetime | None = None) -> bool:
        """Takes the profile away, and preferences and channel data with it. False where one remains that was made
        at `made_before` or later: the id has been given to somebody new."""
        partition = keys.recipient(env, ref.collection, ref.id)
        while row := self._table.get((partition, keys.PROFILE), consistent=True):
            if made_before is not None and row["created_at"] >= to_iso(made_before):
                return False
            profile = Delete((partition, keys.PROFILE), SAME_VERSION, {":version": row["version"]})
            try:
                self._table.transact([profile, *map(Delete, self._personal(partition))])
            except ConflictError:
                continue
        return True

    def merging_into(self, env: str, ref: RecipientRef) -> str | None:
        """The user whom this one is being merged into, as long as something is left to take over."""
        partition = keys.recipient(env, ref.collection, ref.id)
        note = self._table.get((partition, keys.MERGED_INTO), consistent=True)
        return note["merged_into"] if note else None

    def _personal(self, partition: str) -> list[Key]:
        """As many as fit one transaction; nobody has more who is not made to."""
        rows = [
            row
            for prefix in (keys.CHANNEL_DATA, keys.PREFERENCES)
            for row in self._table.query_all(partition, prefix=prefix, consistent=True)
        ]
        return [_key_of(row) for row in rows[: MAX_TRANSACTION - 1]]

    def clear(
        self,
        env: str,
        ref: RecipientRef,
        deleted_at: datetime,
        *,
        reborn: bool = False,
        limit: int | None = None,
    ) -> bool:
        """Takes what lies under the recipient, newest messages first; False when `limit` rows went and some are left.

        Reads again until nothing is left: what others were about to write while it deleted goes too. Never takes a
        profile: one that is there by now is somebody new, who keeps what is new. Nor the note of a merge.
        """
        partition = keys.recipient(env, ref.collection, ref.id)
        gone = 0
        while True:
            feeds: set[str] = set()
            before = gone
            for rows in self._pages(partition, index=False):
                reborn = reborn or self._is_there(partition)
                extent = Extent(deleted_at, reborn)
                taken = [row for row in rows if row[keys.SK] not in _NEVER_TAKEN and extent.takes(row)]
                # First: without its message nobody would find a dead letter again.
                self._table.delete_all(_dead_letters(env, taken, self._shards))
                gone += len(self._delete(taken, reborn=reborn))
                feeds |= _feeds(rows)
                if limit is not None and gone >= limit:
                    return False
            if reborn:
                self._recount(partition, feeds)
            if gone == before:
                return True

    def unlink(
        self,
        env: str,
        ref: RecipientRef,
        deleted_at: datetime,
        *,
        reborn: bool = False,
        limit: int | None = None,
    ) -> bool:
        """Takes the rows elsewhere that name the recipient: schedules, subscribers, memberships of audiences."""
        own, gone = keys.recipient(env, ref.collection, ref.id), 0
        for partition in self._naming(env, ref):
            for places in self._pages(partition, index=True):
                rows = self._table.batch_get(map(_key_of, places), consistent=True)
                reborn = reborn or (bool(rows) and self._is_there(own))
                extent = Extent(deleted_at, reborn)
                taken = self._delete([row for row in rows.values() if extent.takes(row)], reborn=reborn)
                self._table.delete_all(key for row in taken for key in _parking(env, row))
                gone += len(taken)
                if limit is not None and gone >= limit:
                    return False
        return True

    def _is_there(self, partition: str) -> bool:
        """Whether the id has been given to somebody new while its old owner was being deleted."""
        return self._table.get((partition, keys.PROFILE), consistent=True) is not None

    def _naming(self, env: str, ref: RecipientRef) -> list[str]:
        """Partitions of the index. A user has no subscribers, and nobody but users is in an audience."""
        schedules = keys.schedules_of(env, ref.gid)
        if ref.collection == USERS:
            return [schedules, keys.memberships(env, ref.id)]
        shards = keys.all_shards(self._shards)
        return [
            schedules,
            *(keys.subscribers_shard(env, ref.collection, ref.id, shard) for shard in shards),
        ]

    def _delete(self, rows: list[Item], *, reborn: bool) -> list[Item]:
        """Those that went. Where the id has a new owner, only as they were read: who subscribes again at this
        moment stays so."""
        if not reborn:
            self._table.delete_all(map(_key_of, rows))
            return rows
        return [row for row in rows if self._delete_as_read(row)]

    def _delete_as_read(self, row: Item) -> bool:
        clock = _clock_of(row)
        if clock is None:
            return self._table.delete(Delete(_key_of(row)))
        try:
            return self._table.delete(Delete(_key_of(row), f"{clock} = :at", {":at": row[clock]}))
        except ConflictError:
            return False

    def _recount(self, partition: str, feeds: set[str]) -> None:
        """Lets the counters of these feeds begin anew. A raised version refuses a fold that has read what is gone."""
        for counters in feeds:
            while True:
                row = self._table.get((partition, counters), consistent=True)
                empty = {"pk": partition, "sk": counters, "high": "", "tally": tally_to_text(Tally())}
                try:
                    self._table.put(put_if_version(empty, row["version"] if row else 0))
                    break
                except ConflictError:
                    continue

    def _pages(self, partition: str, *, index: bool) -> Iterator[list[Item]]:
        start: Item | None = None
        while True:
            page = self._table.query(
                partition, descending=True, limit=PAGE, start=start, consistent=not index, index=index
            )
            yield page.items
            if page.last is None:
                return
            start = page.last


def _feeds(rows: list[Item]) -> set[str]:
    """The counters of all feeds that messages in these rows are in, or that are such counters: they name no type."""
    return {
        keys.counters_beside(row[keys.SK])
        for row in rows
        if row[keys.SK].startswith(keys.MESSAGES) and channel_type_of(row) in (IN_APP_FEED, None)
    }


def _dead_letters(env: str, rows: list[Item], shards: int) -> list[Key]:
    """Where those of them are listed that found no provider."""
    undelivered = [row for row in rows if row.get("status") == Status.UNDELIVERED.value]
    if not undelivered:
        return []
    # Seldom needed, and never by who starts a deletion.
    from tocsin.store.dead_letter_rows import keys_of_dead_letters
    from tocsin.store.messages import message_from_item

    return keys_of_dead_letters(env, map(message_from_item, undelivered), shards)


def _clock_of(row: Item) -> str | None:
    """The attribute that says when a row was last written, of those that say it."""
    return next((name for name in ("updated_at", "inserted_at", "added_at") if name in row), None)


def _parking(env: str, row: Item) -> list[Key]:
    """Where a schedule waits in the wheel."""
    parking = parking_from_row(row.get("parking"))
    return [parked_key(env, row[keys.SK], parking)] if parking else []


def _key_of(row: Item) -> Key:
    return row[keys.PK], row[keys.SK]
