"""What opens an environment: API keys, by the hash of the key, and the keys that verify user tokens."""

from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.environments import ApiKey, Environment, KeyKind, SigningKey
from tocsin.store import keys
from tocsin.store.account import environment_put
from tocsin.store.rows import optional_date, optional_iso
from tocsin.store.table import EXISTS, Delete, Item, Table, put_if_version


class ApiKeyStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, key_hash: str) -> ApiKey | None:
        item = self._table.get((keys.api_key(key_hash), keys.API_KEY))
        return _api_key_from_item(item) if item else None

    def all(self) -> list[ApiKey]:
        """Oldest first. An account has a handful; the index, which lags by milliseconds, says where they are."""
        places = self._table.query_all(keys.api_keys(), index=True)
        found = self._table.batch_get((place[keys.PK], place[keys.SK]) for place in places)
        return sorted(map(_api_key_from_item, found.values()), key=lambda key: (key.created_at, key.id))

    def put(self, key: ApiKey) -> None:
        """Compare-and-set on `key.version`: a change never brings back a key that was revoked meanwhile."""
        item = {
            "pk": keys.api_key(key.hash),
            "sk": keys.API_KEY,
            keys.IPK: keys.api_keys(),
            keys.ISK: key.id,
            "hash": key.hash,
            "hint": key.hint,
            "kind": key.kind.value,
            "name": key.name,
            "environment": key.environment,
            "created_at": to_iso(key.created_at),
            "valid_until": optional_iso(key.expires_at),
        }
        self._table.put(put_if_version(item, key.version))

    def delete(self, key: ApiKey) -> bool:
        """True when there was one. Whoever remembers it stops within a minute."""
        return self._table.delete(Delete((keys.api_key(key.hash), keys.API_KEY)))


def _api_key_from_item(item: Item) -> ApiKey:
    return ApiKey(
        id=item[keys.ISK],
        hash=item["hash"],
        hint=item["hint"],
        kind=KeyKind(item["kind"]),
        name=item["name"],
        environment=item.get("environment"),
        created_at=from_iso(item["created_at"]),
        expires_at=optional_date(item.get("valid_until")),
        version=item["version"],
    )


class SigningKeyStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self, env: str) -> list[SigningKey]:
        """Oldest first."""
        items = self._table.query_all(keys.signing_keys(env), consistent=True)
        return sorted((_signing_key_from_item(env, item) for item in items), key=lambda key: key.created_at)

    def put(self, key: SigningKey, environment: Environment | None = None) -> None:
        """Compare-and-set on `key.version`, and on the environment that was looked at: both or ConflictError."""
        item = {
            "pk": keys.signing_keys(key.environment),
            "sk": key.id,
            "name": key.name,
            "public_key": key.public_key,
            "created_at": to_iso(key.created_at),
            "valid_until": optional_iso(key.expires_at),
        }
        put = put_if_version(item, key.version)
        self._table.transact([put, environment_put(environment)] if environment else [put])

    def delete(self, key: SigningKey, environment: Environment) -> None:
        """By compare-and-set on the environment that was looked at; ConflictError too when the key is gone.

        Whoever remembers it stops within a minute.
        """
        place = (keys.signing_keys(key.environment), key.id)
        self._table.transact([Delete(place, EXISTS), environment_put(environment)])


def _signing_key_from_item(env: str, item: Item) -> SigningKey:
    return SigningKey(
        id=item["sk"],
        environment=env,
        name=item["name"],
        public_key=item["public_key"],
        created_at=from_iso(item["created_at"]),
        expires_at=optional_date(item.get("valid_until")),
        version=item["version"],
    )
