"""Channel data of recipients: a row for each channel, beside the recipient's profile."""

from collections.abc import Iterable
from itertools import product
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.recipients import RecipientRef
from tocsin.store import keys
from tocsin.store.table import EXISTS, Check, Delete, Key, Put, Table


class ChannelDataStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, env: str, ref: RecipientRef, channel_id: str) -> dict[str, Any] | None:
        item = self._table.get(_key(env, ref, channel_id), consistent=True)
        return json_text.loads(item["data"]) if item else None

    def get_many(
        self, env: str, refs: Iterable[RecipientRef], channel_ids: Iterable[str]
    ) -> dict[RecipientRef, dict[str, dict[str, Any]]]:
        """Of each recipient that has any, by channel id. Eventually consistent."""
        wanted = {
            _key(env, ref, channel_id): (ref, channel_id) for ref, channel_id in product(refs, channel_ids)
        }
        found: dict[RecipientRef, dict[str, dict[str, Any]]] = {}
        for key, item in self._table.batch_get(wanted).items():
            ref, channel_id = wanted[key]
            found.setdefault(ref, {})[channel_id] = json_text.loads(item["data"])
        return found

    def put(self, env: str, ref: RecipientRef, data: dict[str, dict[str, Any]]) -> None:
        """Data by channel id, each over what is there. All or ConflictError, as when the recipient is gone: what
        would be written behind a deletion is what the next recipient of that id would find."""
        partition = keys.recipient(env, ref.collection, ref.id)
        rows = [
            Put({"pk": partition, "sk": keys.channel_data(channel_id), "data": json_text.dumps(one)})
            for channel_id, one in data.items()
        ]
        self._table.transact([Check((partition, keys.PROFILE), EXISTS), *rows])

    def delete(self, env: str, ref: RecipientRef, channel_id: str) -> None:
        self._table.delete(Delete(_key(env, ref, channel_id)))


def _key(env: str, ref: RecipientRef, channel_id: str) -> Key:
    return keys.recipient(env, ref.collection, ref.id), keys.channel_data(channel_id)
