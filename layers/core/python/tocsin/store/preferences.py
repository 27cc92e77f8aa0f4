"""Preference sets of recipients, and an environment's defaults."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.domain import json_text
from tocsin.domain.preferences import DEFAULT, HeldPreferences, PreferenceSet, Settings
from tocsin.domain.recipients import RecipientRef
from tocsin.store import keys
from tocsin.store.table import ABSENT, EXISTS, SAME_VERSION, Check, Delete, Item, Key, Put, Table


class PreferenceStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get_many(self, env: str, ref: RecipientRef, set_ids: Iterable[str]) -> dict[str, PreferenceSet]:
        """Those that exist, by id."""
        rows = self._table.batch_get((_key(env, ref, set_id) for set_id in set_ids), consistent=True)
        return {row["id"]: _from_item(row) for row in rows.values()}

    def held(self, env: str, refs: Iterable[RecipientRef], set_ids: Iterable[str]) -> HeldPreferences:
        """Of many recipients, with the environment's defaults, in one batch. Read consistently: who has opted out just
        now is spared from now on."""
        sort_keys = [(set_id, keys.preference_set(set_id)) for set_id in set_ids]
        wanted = {
            (keys.recipient(env, ref.collection, ref.id), sort_key): (ref, set_id)
            for ref in refs
            for set_id, sort_key in sort_keys
        }
        rows = self._table.batch_get([_defaults_key(env), *wanted], consistent=True)
        defaults = rows.pop(_defaults_key(env), None)
        own: dict[RecipientRef, dict[str, Settings]] = {}
        for key, row in rows.items():
            ref, set_id = wanted[key]
            own.setdefault(ref, {})[set_id] = _from_item(row).settings
        return HeldPreferences(_from_item(defaults).settings if defaults else {}, own)

    def all(self, env: str, ref: RecipientRef) -> list[PreferenceSet]:
        """By id. A recipient has one for each of its tenants at most."""
        partition = keys.recipient(env, ref.collection, ref.id)
        rows = self._table.query_all(partition, prefix=keys.preference_set(""), consistent=True)
        return [_from_item(row) for row in rows]

    def put(self, env: str, ref: RecipientRef, preferences: PreferenceSet, now: datetime) -> None:
        """Compare-and-set, for a recipient that exists; ConflictError when either is no longer as it was."""
        profile = keys.recipient(env, ref.collection, ref.id), keys.PROFILE
        self._table.transact([Check(profile, EXISTS), preferences_put(env, ref, preferences, now)])

    def delete(self, env: str, ref: RecipientRef, set_id: str) -> bool:
        """True when there was one."""
        return self._table.delete(Delete(_key(env, ref, set_id)))

    def defaults(self, env: str) -> PreferenceSet | None:
        row = self._table.get(_defaults_key(env), consistent=True)
        return _from_item(row) if row else None

    def put_defaults(self, env: str, preferences: PreferenceSet, now: datetime) -> None:
        """Compare-and-set; ConflictError when somebody was faster."""
        self._table.put(_put(_defaults_key(env), preferences, now))


def preferences_put(env: str, ref: RecipientRef, preferences: PreferenceSet, now: datetime) -> Put:
    return _put(_key(env, ref, preferences.id), preferences, now)


def _put(key: Key, preferences: PreferenceSet, now: datetime) -> Put:
    """A new set's version is its time: whoever read a set of that id that was deleted since cannot overwrite it."""
    item = {
        "pk": key[0],
        "sk": key[1],
        "id": preferences.id,
        "settings": json_text.dumps(preferences.settings),
    }
    if preferences.version:
        stored = {**item, "version": preferences.version + 1}
        return Put(stored, SAME_VERSION, {":version": preferences.version})
    return Put({**item, "version": int(now.timestamp() * 1_000_000)}, ABSENT)


def _from_item(item: Item) -> PreferenceSet:
    return PreferenceSet(item["id"], json_text.loads(item["settings"]), item["version"])


def _key(env: str, ref: RecipientRef, set_id: str) -> Key:
    return keys.recipient(env, ref.collection, ref.id), keys.preference_set(set_id)


def _defaults_key(env: str) -> Key:
    return keys.preference_defaults(env), DEFAULT
