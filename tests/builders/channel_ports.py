"""The ports behind channels, in memory: rows with versions, secrets, no definitions; and whoever comes in between."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.builders.definitions import Json
from tocsin.domain.channel_groups import ChannelGroup
from tocsin.domain.channels import Channel
from tocsin.domain.definitions import Draft, Head
from tocsin.domain.environments import Environment
from tocsin.domain.errors import ConflictError
from tocsin.usecases.configure_channels import ChannelPorts, set_channel

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SLUGS = ("development", "production")
WEBHOOK: Json = {
    "name": "Orders",
    "provider": "http_knock_webhook",
    "settings": {"url": "https://app.test/a"},
}


class Environments:
    def all(self) -> list[Environment]:
        return [Environment(slug, slug, order, NOW, NOW) for order, slug in enumerate(SLUGS)]

    def get(self, slug: str) -> Environment | None:
        return next((one for one in self.all() if one.slug == slug), None)

    def put(self, environment: Environment) -> None:
        raise AssertionError("channels leave environments alone")


class Definitions:
    """None; asked for more, it would fail."""

    def drafts(self, *_: Any, **__: Any) -> list[Draft]:
        return []

    def heads(self, *_: Any) -> dict[str, Head]:
        return {}


@dataclass
class Account:
    """Rows and secrets. `meanwhile` is done right before a write, `after` writes from now."""

    rows: dict[tuple[str, str], Channel] = field(default_factory=dict)
    secrets: dict[tuple[str, str, str], str] = field(default_factory=dict)
    meanwhile: Callable[[], Any] | None = None
    after: int = 0
    writes: int = 0
    numbers: Iterable[int] = field(default_factory=count)

    def ports(self) -> ChannelPorts:
        numbers = iter(self.numbers)
        definitions: Any = Definitions()
        return ChannelPorts(
            Environments(), _Rows(self), _Vault(self), definitions, lambda: f"id-{next(numbers)}"
        )

    def set(self, env: str = "development", key: str = "orders", **sent: Any) -> Channel:
        return set_channel(self.ports(), env, key, sent, NOW)

    def interrupted(self, after: int, by: Callable[[], Any]) -> None:
        self.meanwhile, self.after = by, self.writes + after

    def written(self) -> None:
        if self.meanwhile and self.writes >= self.after:
            interruption, self.meanwhile = self.meanwhile, None
            interruption()
        self.writes += 1


class _Rows:
    def __init__(self, account: Account) -> None:
        self._account = account

    def all(self, env: str) -> list[Channel]:
        return [channel for (slug, _), channel in self._account.rows.items() if slug == env]

    def groups(self) -> list[ChannelGroup]:
        return []

    def put(self, env: str, channel: Channel, elsewhere: Mapping[str, str | None] | None = None) -> Channel:
        self._account.written()
        self._require(env, channel)
        for slug, channel_id in (elsewhere or {}).items():
            found = self._account.rows.get((slug, channel.key))
            if (found.id if found else None) != channel_id:
                raise ConflictError("elsewhere")
        stored = replace(channel, version=channel.version + 1)
        self._account.rows[env, channel.key] = stored
        return stored

    def delete(self, env: str, channel: Channel) -> None:
        self._account.written()
        self._require(env, channel)
        del self._account.rows[env, channel.key]

    def _require(self, env: str, channel: Channel) -> None:
        found = self._account.rows.get((env, channel.key))
        if (found.version if found else 0) != channel.version:
            raise ConflictError("version")


class _Vault:
    def __init__(self, account: Account) -> None:
        self._account = account

    def put(self, env: str, channel_id: str, name: str, text: str) -> None:
        self._account.written()
        self._account.secrets[env, channel_id, name] = text

    def delete(self, env: str, channel_id: str, name: str) -> None:
        self._account.written()
        self._account.secrets.pop((env, channel_id, name), None)
