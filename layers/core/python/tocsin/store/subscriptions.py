"""Subscriptions, in both directions: rows under the subscriber, found from the object through the index.

An object's subscribers are spread over the shards, so that a hundred thousand of them crowd no partition. The index
lags behind the table by milliseconds and holds keys only: rows are read from the table itself, and one that has been
deleted meanwhile is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.listing import Span
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.subscriptions import Subscription
from tocsin.store import keys
from tocsin.store.merging import Lane, merged, rows
from tocsin.store.table import EXISTS, MAX_BATCH_GET, Check, Item, Key, Table, put_if_version

STRIDE = 500  # entries of the index that a walk reads at once


class Place(NamedTuple):
    """A row and where its list goes on."""

    subscription: Subscription
    cursor: str


class SubscriptionStore:
    def __init__(self, table: Table, shards: int) -> None:
        self._table = table
        self._shards = shards

    def get_many(
        self, env: str, pairs: Iterable[tuple[RecipientRef, RecipientRef]]
    ) -> dict[tuple[RecipientRef, RecipientRef], Subscription]:
        """Those that exist, by (object, recipient)."""
        found = self._table.batch_get((_key(env, *pair) for pair in pairs), consistent=True)
        return {(one.object, one.recipient): one for one in map(_from_item, found.values())}

    def put_all(self, env: str, subscriptions: Sequence[Subscription]) -> None:
        """At most fifty, by compare-and-set, each for a recipient that exists: all or ConflictError."""
        writes = [put_if_version(self._to_item(env, one), one.version) for one in subscriptions]
        recipients = {one.recipient: None for one in subscriptions}
        checks = [Check((_partition(env, ref), keys.PROFILE), EXISTS) for ref in recipients]
        self._table.transact([*checks, *writes])

    def delete(self, env: str, subscriptions: Iterable[Subscription]) -> None:
        self._table.delete_all(_key(env, one.object, one.recipient) for one in subscriptions)

    def of_object(self, env: str, object_: RecipientRef, span: Span, chunk: int) -> Iterator[Place]:
        """An object's subscribers, in the order of their names."""
        lanes = [_lane(env, object_, shard) for shard in keys.all_shards(self._shards)]
        entries = merged(self._table, lanes, span, chunk)
        return map(self.place_among_subscribers, self._read(entries, min(chunk, MAX_BATCH_GET)))

    def walk(
        self, env: str, object_: RecipientRef, after: RecipientRef | None = None
    ) -> Iterator[RecipientRef]:
        """All of an object's subscribers, shard by shard and not by name: a page of a hundred thousand costs what a
        page of a hundred does. Goes on behind `after`, whether or not that one is still subscribed."""
        entries = self._entries(env, object_, after)
        # Consistently: the index may know a row that an eventual read does not find yet.
        return (one.recipient for one in self._read(entries, MAX_BATCH_GET, consistent=True))

    def _entries(self, env: str, object_: RecipientRef, after: RecipientRef | None) -> Iterator[Item]:
        first = self._shard(after) if after is not None else ""
        for shard in keys.all_shards(self._shards):
            if shard >= first:
                above = keys.subscriber(after.gid) if after is not None and shard == first else None
                span = Span(above=above, newest_first=False)
                yield from rows(self._table, _lane(env, object_, shard), span, STRIDE)

    def _read(
        self, entries: Iterator[Item], chunk: int, *, consistent: bool = False
    ) -> Iterator[Subscription]:
        """The rows behind entries of the index, less those that are gone."""
        while batch := list(islice(entries, chunk)):
            names = [(entry[keys.PK], entry[keys.SK]) for entry in batch]
            found = self._table.batch_get(names, consistent=consistent)
            yield from (_from_item(found[name]) for name in names if name in found)

    def of_recipient(self, env: str, recipient: RecipientRef, span: Span, chunk: int) -> Iterator[Place]:
        """What a recipient is subscribed to, in the order of the objects' names."""
        lowest, highest = keys.subscription_bounds()
        lane = Lane(_partition(env, recipient), lowest=lowest, highest=highest, consistent=True)
        found = merged(self._table, [lane], span, chunk)
        return (self.place_among_objects(_from_item(row)) for row in found)

    def place_among_subscribers(self, subscription: Subscription) -> Place:
        return Place(subscription, keys.subscriber(subscription.recipient.gid))

    def place_among_objects(self, subscription: Subscription) -> Place:
        object_ = subscription.object
        return Place(subscription, keys.subscription(object_.collection, object_.id))

    def _to_item(self, env: str, subscription: Subscription) -> Item:
        object_, recipient = subscription.object, subscription.recipient
        partition, sort_key = _key(env, object_, recipient)
        return {
            "pk": partition,
            "sk": sort_key,
            keys.IPK: _lane(env, object_, self._shard(recipient)).partition,
            keys.ISK: keys.subscriber(recipient.gid),
            "object": [object_.collection, object_.id],
            "recipient": [recipient.collection, recipient.id],
            "properties": json_text.dumps(subscription.properties),
            "inserted_at": to_iso(subscription.inserted_at),
            "updated_at": to_iso(subscription.updated_at),
        }

    def _shard(self, recipient: RecipientRef) -> str:
        return keys.shard_of(recipient.gid, self._shards)


def _lane(env: str, object_: RecipientRef, shard: str) -> Lane:
    """One shard of an object's subscribers."""
    partition = keys.subscribers_shard(env, object_.collection, object_.id, shard)
    return Lane(partition, id_of=keys.ISK, index=True)


def _from_item(item: Item) -> Subscription:
    return Subscription(
        object=RecipientRef(*item["object"]),
        recipient=RecipientRef(*item["recipient"]),
        inserted_at=from_iso(item["inserted_at"]),
        updated_at=from_iso(item["updated_at"]),
        properties=json_text.loads(item["properties"]),
        version=item["version"],
    )


def _partition(env: str, ref: RecipientRef) -> str:
    return keys.recipient(env, ref.collection, ref.id)


def _key(env: str, object_: RecipientRef, recipient: RecipientRef) -> Key:
    return _partition(env, recipient), keys.subscription(object_.collection, object_.id)
