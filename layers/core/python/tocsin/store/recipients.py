"""Users, objects and tenants."""

from collections.abc import Iterable, Iterator
from itertools import islice

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.listing import Span
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.store import keys
from tocsin.store.merging import Lane, merged
from tocsin.store.table import MAX_BATCH_GET, Item, Table, put_if_version


def list_id(recipient: Recipient) -> str:
    """Where a recipient stands in its collection's list: by when it was made, which never changes."""
    return keys.bounded(f"{to_iso(recipient.created_at)} {recipient.ref.id}")


def to_item(env: str, recipient: Recipient, shards: int) -> Item:
    return {
        "pk": keys.recipient(env, recipient.ref.collection, recipient.ref.id),
        "sk": keys.PROFILE,
        keys.IPK: keys.recipients_shard(
            env, recipient.ref.collection, keys.shard_of(recipient.ref.gid, shards)
        ),
        keys.ISK: list_id(recipient),
        "collection": recipient.ref.collection,
        "id": recipient.ref.id,
        "properties": json_text.dumps(recipient.properties),
        "created_at": to_iso(recipient.created_at),
        "updated_at": to_iso(recipient.updated_at),
        "version": recipient.version,
    }


def from_item(item: Item) -> Recipient:
    return Recipient(
        ref=RecipientRef(item["collection"], item["id"]),
        created_at=from_iso(item["created_at"]),
        updated_at=from_iso(item["updated_at"]),
        properties=json_text.loads(item["properties"]),
        version=item["version"],
    )


class RecipientStore:
    def __init__(self, table: Table, shards: int) -> None:
        self._table = table
        self._shards = shards

    def get(self, env: str, ref: RecipientRef) -> Recipient | None:
        item = self._table.get(_key(env, ref), consistent=True)
        return from_item(item) if item else None

    def get_many(self, env: str, refs: Iterable[RecipientRef]) -> dict[RecipientRef, Recipient]:
        """Those that exist. Read consistently: a run often starts right after its recipients were identified."""
        rows = self._table.batch_get((_key(env, ref) for ref in refs), consistent=True)
        found = map(from_item, rows.values())
        return {recipient.ref: recipient for recipient in found}

    def put(self, env: str, recipient: Recipient) -> None:
        """Stores what was read at `recipient.version` and changed; ConflictError when somebody was faster."""
        self._table.put(put_if_version(to_item(env, recipient, self._shards), recipient.version))

    def listed(self, env: str, collection: str, span: Span, chunk: int) -> Iterator[Recipient]:
        """A collection in the order in which its recipients were made.

        The index lags behind the table by milliseconds and holds keys only. One that has been deleted meanwhile is
        left out, also where it has been made again: then it stands elsewhere.
        """
        shards = keys.all_shards(self._shards)
        lanes = [
            Lane(keys.recipients_shard(env, collection, shard), id_of=keys.ISK, index=True)
            for shard in shards
        ]
        places = merged(self._table, lanes, span, chunk)
        while batch := list(islice(places, min(chunk, MAX_BATCH_GET))):
            found = self._table.batch_get([(place[keys.PK], place[keys.SK]) for place in batch])
            rows = [(place, found.get((place[keys.PK], place[keys.SK]))) for place in batch]
            yield from (
                from_item(row) for place, row in rows if row is not None and row[keys.ISK] == place[keys.ISK]
            )


def _key(env: str, ref: RecipientRef) -> tuple[str, str]:
    return keys.recipient(env, ref.collection, ref.id), keys.PROFILE
