"""Channel data of recipients: a row for each channel, beside the recipient's profile."""

from collections.abc import Iterable
from hashlib import blake2b
from itertools import product
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.recipients import RecipientRef
from tocsin.store import keys
from tocsin.store.table import ABSENT, EXISTS, Check, Delete, Item, Key, Put, Table


class ChannelDataStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, env: str, ref: RecipientRef, channel_id: str) -> dict[str, Any] | None:
        item = self._table.get(_key(env, ref, channel_id), consistent=True)
        return json_text.loads(item["data"]) if item else None

    def get_many(
        self, env: str, refs: Iterable[RecipientRef], channel_ids: Iterable[str], *, consistent: bool
    ) -> dict[RecipientRef, dict[str, dict[str, Any]]]:
        """Of each recipient that has any, by channel id."""
        wanted = {
            _key(env, ref, channel_id): (ref, channel_id) for ref, channel_id in product(refs, channel_ids)
        }
        found: dict[RecipientRef, dict[str, dict[str, Any]]] = {}
        for key, item in self._table.batch_get(wanted, consistent=consistent).items():
            ref, channel_id = wanted[key]
            found.setdefault(ref, {})[channel_id] = json_text.loads(item["data"])
        return found

    def put(self, env: str, ref: RecipientRef, data: dict[str, dict[str, Any]]) -> None:
        """Data by channel id, each over what is there. All or ConflictError, as when the recipient is gone: what
        would be written behind a deletion is what the next recipient of that id would find."""
        rows = [Put(_row(env, ref, channel_id, one)) for channel_id, one in data.items()]
        profile = keys.recipient(env, ref.collection, ref.id), keys.PROFILE
        self._table.transact([Check(profile, EXISTS), *rows])

    def add(self, env: str, ref: RecipientRef, channel_id: str, data: dict[str, Any]) -> None:
        """ConflictError when something lies there already, or the recipient is gone."""
        profile = keys.recipient(env, ref.collection, ref.id), keys.PROFILE
        self._table.transact([Check(profile, EXISTS), Put(_row(env, ref, channel_id, data), ABSENT)])

    def replace(
        self, env: str, ref: RecipientRef, channel_id: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """ConflictError when it is no longer `before` that lies there."""
        condition = {":etag": _row(env, ref, channel_id, before)["etag"]}
        self._table.put(Put(_row(env, ref, channel_id, after), "etag = :etag", condition))

    def delete(self, env: str, ref: RecipientRef, channel_id: str) -> None:
        self._table.delete(Delete(_key(env, ref, channel_id)))


def _row(env: str, ref: RecipientRef, channel_id: str, data: dict[str, Any]) -> Item:
    partition, sort_key = _key(env, ref, channel_id)
    text = json_text.dumps(data)
    return {
        "pk": partition,
        "sk": sort_key,
        "data": text,
        "etag": blake2b(text.encode(), digest_size=8).hexdigest(),
    }


def _key(env: str, ref: RecipientRef, channel_id: str) -> Key:
    return keys.recipient(env, ref.collection, ref.id), keys.channel_data(channel_id)
