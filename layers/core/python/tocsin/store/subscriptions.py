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
from tocsin.store.merging import Lane, merged
from tocsin.store.table import EXISTS, MAX_BATCH_GET, Check, Item, Key, Table, put_if_version


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
        rows = self._table.batch_get((_key(env, *pair) for pair in pairs), consistent=True)
        found = map(_from_item, rows.values())
        return {(one.object, one.recipient): one for one in found}

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
        lanes = [
            Lane(
                keys.subscribers_shard(env, object_.collection, object_.id, shard),
                id_of=keys.ISK,
                index=True,
            )
            for shard in keys.all_shards(self._shards)
        ]
        places = merged(self._table, lanes, span, chunk)
        while batch := list(islice(places, min(chunk, MAX_BATCH_GET))):
            found = self._table.batch_get([(item[keys.PK], item[keys.SK]) for item in batch])
            rows = (found.get((item[keys.PK], item[keys.SK])) for item in batch)
            yield from (self.place_among_subscribers(_from_item(row)) for row in rows if row is not None)

    def of_recipient(self, env: str, recipient: RecipientRef, span: Span, chunk: int) -> Iterator[Place]:
        """What a recipient is subscribed to, in the order of the objects' names."""
        lowest, highest = keys.subscription_bounds()
        lane = Lane(_partition(env, recipient), lowest=lowest, highest=highest, consistent=True)
        rows = merged(self._table, [lane], span, chunk)
        return (self.place_among_objects(_from_item(row)) for row in rows)

    def place_among_subscribers(self, subscription: Subscription) -> Place:
        return Place(subscription, keys.subscriber(subscription.recipient.gid))

    def place_among_objects(self, subscription: Subscription) -> Place:
        object_ = subscription.object
        return Place(subscription, keys.subscription(object_.collection, object_.id))

    def _to_item(self, env: str, subscription: Subscription) -> Item:
        object_, recipient = subscription.object, subscription.recipient
        shard = keys.shard_of(recipient.gid, self._shards)
        partition, sort_key = _key(env, object_, recipient)
        return {
            "pk": partition,
            "sk": sort_key,
            keys.IPK: keys.subscribers_shard(env, object_.collection, object_.id, shard),
            keys.ISK: keys.subscriber(recipient.gid),
            "object": [object_.collection, object_.id],
            "recipient": [recipient.collection, recipient.id],
            "properties": json_text.dumps(subscription.properties),
            "inserted_at": to_iso(subscription.inserted_at),
            "updated_at": to_iso(subscription.updated_at),
        }


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
