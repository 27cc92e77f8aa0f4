"""The account's own rows: environments, their channels, and API keys."""

from tocsin.domain import json_text
from tocsin.domain.channels import Channel
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.environments import ApiKey, Environment, KeyKind
from tocsin.store import keys
from tocsin.store.rows import optional_date, optional_iso
from tocsin.store.table import Item, Put, Table


class EnvironmentStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, slug: str) -> Environment | None:
        item = self._table.get((keys.environments(), slug), consistent=True)
        return _environment_from_item(item) if item else None

    def all(self) -> list[Environment]:
        items = self._table.query_all(keys.environments(), consistent=True)
        return sorted(map(_environment_from_item, items), key=lambda environment: environment.order)

    def put(self, environment: Environment) -> None:
        item = {
            "pk": keys.environments(),
            "sk": environment.slug,
            "name": environment.name,
            "order": environment.order,
            "variables": json_text.dumps(environment.variables),
            "branding": json_text.dumps(environment.branding),
            "created_at": to_iso(environment.created_at),
            "updated_at": to_iso(environment.updated_at),
        }
        self._table.put(Put(item))


def _environment_from_item(item: Item) -> Environment:
    return Environment(
        slug=item["sk"],
        name=item["name"],
        order=item["order"],
        created_at=from_iso(item["created_at"]),
        updated_at=from_iso(item["updated_at"]),
        variables=json_text.loads(item["variables"]),
        branding=json_text.loads(item["branding"]),
    )


class ChannelStore:
    """An environment has a handful of channels, so they are read together."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self, env: str) -> list[Channel]:
        return [
            _channel_from_item(item) for item in self._table.query_all(keys.channels(env), consistent=True)
        ]

    def put(self, env: str, channel: Channel) -> None:
        item = {
            "pk": keys.channels(env),
            "sk": channel.key,
            "id": channel.id,
            "name": channel.name,
            "type": channel.type,
            "provider": channel.provider,
            "settings": json_text.dumps(channel.settings),
            "created_at": to_iso(channel.created_at),
            "updated_at": to_iso(channel.updated_at),
        }
        self._table.put(Put(item))


def _channel_from_item(item: Item) -> Channel:
    return Channel(
        id=item["id"],
        key=item["sk"],
        name=item["name"],
        type=item["type"],
        provider=item["provider"],
        created_at=from_iso(item["created_at"]),
        updated_at=from_iso(item["updated_at"]),
        settings=json_text.loads(item["settings"]),
    )


class ApiKeyStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, key_hash: str) -> ApiKey | None:
        item = self._table.get((keys.api_key(key_hash), keys.API_KEY))
        return _api_key_from_item(item) if item else None

    def put(self, key: ApiKey) -> None:
        item = {
            "pk": keys.api_key(key.hash),
            "sk": keys.API_KEY,
            "hash": key.hash,
            "kind": key.kind.value,
            "name": key.name,
            "environment": key.environment,
            "created_at": to_iso(key.created_at),
            "valid_until": optional_iso(key.expires_at),
        }
        self._table.put(Put(item))


def _api_key_from_item(item: Item) -> ApiKey:
    return ApiKey(
        hash=item["hash"],
        kind=KeyKind(item["kind"]),
        name=item["name"],
        environment=item.get("environment"),
        created_at=from_iso(item["created_at"]),
        expires_at=optional_date(item.get("valid_until")),
    )
