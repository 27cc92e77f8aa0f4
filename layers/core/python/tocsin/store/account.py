"""The account's own rows: environments and their channels."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tocsin.domain import json_text
from tocsin.domain.breaker import Breaker
from tocsin.domain.channel_groups import ChannelGroup
from tocsin.domain.channels import Channel
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.environments import DEFAULT_TIMEZONE, Environment
from tocsin.domain.translations import DEFAULT_LOCALE
from tocsin.store import keys
from tocsin.store.channel_groups import ChannelGroupStore
from tocsin.store.rows import optional_date, optional_iso
from tocsin.store.signing_secrets import secrets_from, secrets_text
from tocsin.store.table import ABSENT, SAME_VERSION, Check, Delete, Item, Put, Table, put_if_version


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
        """Compare-and-set on `environment.version`; ConflictError when somebody was faster."""
        self._table.put(environment_put(environment))

    def is_removed(self, slug: str) -> bool:
        """Whether an environment has ever been removed under this slug."""
        return self._table.get((keys.removed_environments(), slug), consistent=True) is not None

    def rearrange(self, environments: Iterable[Environment], removed: Environment | None = None) -> None:
        """Compare-and-set on all of them, new ones among them: all or ConflictError. The slug of one that is removed
        is noted, and no new one may have such a slug."""
        known = list(environments)
        writes: list[Put | Delete | Check] = [environment_put(one) for one in known]
        new = [one.slug for one in known if not one.version]
        writes += [Check((keys.removed_environments(), slug), ABSENT) for slug in new]
        if removed is not None:
            place = (keys.environments(), removed.slug)
            writes.append(Delete(place, SAME_VERSION, {":version": removed.version}))
            writes.append(Put({"pk": keys.removed_environments(), "sk": removed.slug}))
        self._table.transact(writes)


def environment_put(environment: Environment) -> Put:
    """The write by itself, for those who change something beside it only as long as the environment is as it was."""
    item = {
        "pk": keys.environments(),
        "sk": environment.slug,
        "name": environment.name,
        "order": environment.order,
        "variables": json_text.dumps(environment.variables),
        "branding": json_text.dumps(environment.branding),
        "default_locale": environment.default_locale,
        "default_timezone": environment.default_timezone,
        "secret_names": environment.secret_names or None,
        "request_secrets": secrets_text(environment.request_secrets),
        "requires_user_token": environment.requires_user_token or None,
        "created_at": to_iso(environment.created_at),
        "updated_at": to_iso(environment.updated_at),
    }
    return put_if_version(item, environment.version)


def _environment_from_item(item: Item) -> Environment:
    return Environment(
        slug=item["sk"],
        name=item["name"],
        order=item["order"],
        created_at=from_iso(item["created_at"]),
        updated_at=from_iso(item["updated_at"]),
        variables=json_text.loads(item["variables"]),
        branding=json_text.loads(item["branding"]),
        default_locale=item.get("default_locale", DEFAULT_LOCALE),
        default_timezone=item.get("default_timezone", DEFAULT_TIMEZONE),
        secret_names=tuple(item.get("secret_names", ())),
        request_secrets=secrets_from(item.get("request_secrets")),
        requires_user_token=item.get("requires_user_token", False),
        version=item["version"],
    )


class ChannelStore:
    """An environment has a handful of channels, so they are read together."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self, env: str) -> list[Channel]:
        return self.with_circuits(env)[0]

    def named(self, env: str, names: Iterable[str]) -> list[Channel]:
        """Those that exist, of some that are named by their keys."""
        rows = self._table.batch_get(((keys.channels(env), name) for name in names), consistent=True)
        return [_channel_from_item(row) for row in rows.values()]

    def with_circuits(self, env: str) -> tuple[list[Channel], dict[str, Breaker]]:
        """And the circuits that are not whole, by channel id: they lie beside the channels, and cost no read."""
        rows = self._table.query_all(keys.channels(env), consistent=True)
        circuits = [row for row in rows if keys.is_circuit(row["sk"])]
        channels = [_channel_from_item(row) for row in rows if not keys.is_circuit(row["sk"])]
        return channels, {row["channel_id"]: _circuit_from_item(row) for row in circuits}

    def put_circuit(self, env: str, channel_id: str, breaker: Breaker) -> None:
        """Compare-and-set on `breaker.version`."""
        self._table.put(put_if_version(_circuit_to_item(env, channel_id, breaker), breaker.version))

    def close_circuit(self, env: str, channel_id: str, breaker: Breaker) -> None:
        """Compare-and-set on `breaker.version`: what has failed meanwhile stays counted."""
        place = (keys.channels(env), keys.circuit(channel_id))
        self._table.delete(Delete(place, SAME_VERSION, {":version": breaker.version}))

    def groups(self) -> list[ChannelGroup]:
        return ChannelGroupStore(self._table).all()

    def put(self, env: str, channel: Channel, elsewhere: Mapping[str, str | None] | None = None) -> Channel:
        """Compare-and-set on `channel.version`, and on the id that the key has `elsewhere`, by environment, None where
        it has none: all or ConflictError. Returns it as stored."""
        checks = [_check(slug, channel.key, found) for slug, found in (elsewhere or {}).items()]
        put = put_if_version(_channel_to_item(env, channel), channel.version)
        if checks:
            self._table.transact([put, *checks])
        else:
            self._table.put(put)
        return replace(channel, version=channel.version + 1)

    def delete(self, env: str, channel: Channel) -> None:
        """With its circuit. Compare-and-set on `channel.version`; ConflictError when somebody was faster."""
        place = (keys.channels(env), channel.key)
        self._table.delete(Delete(place, SAME_VERSION, {":version": channel.version}))
        self._table.delete_all([(keys.channels(env), keys.circuit(channel.id))])


def _check(env: str, key: str, channel_id: str | None) -> Check:
    place = (keys.channels(env), key)
    return Check(place, "id = :id", {":id": channel_id}) if channel_id else Check(place, ABSENT)


def _channel_to_item(env: str, channel: Channel) -> Item:
    return {
        "pk": keys.channels(env),
        "sk": channel.key,
        "id": channel.id,
        "name": channel.name,
        "type": channel.type,
        "provider": channel.provider,
        "settings": json_text.dumps(channel.settings),
        "secrets": channel.secrets or None,
        "conditions": json_text.dumps(channel.conditions) if channel.conditions else None,
        "is_sandbox": channel.is_sandbox or None,
        "created_at": to_iso(channel.created_at),
        "updated_at": to_iso(channel.updated_at),
    }


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
        secrets=tuple(item.get("secrets", ())),
        conditions=json_text.loads(item["conditions"]) if "conditions" in item else None,
        is_sandbox=item.get("is_sandbox", False),
        version=item["version"],
    )


def _circuit_to_item(env: str, channel_id: str, breaker: Breaker) -> Item:
    return {
        "pk": keys.channels(env),
        "sk": keys.circuit(channel_id),
        "channel_id": channel_id,
        "failures": breaker.failures,
        "since": to_iso(breaker.since),
        "reason": breaker.reason,
        "opened_at": optional_iso(breaker.opened_at),
        "probe_at": optional_iso(breaker.probe_at),
        "probes": breaker.probes,
    }


def _circuit_from_item(item: Item) -> Breaker:
    return Breaker(
        failures=item["failures"],
        since=from_iso(item["since"]),
        reason=item["reason"],
        opened_at=optional_date(item.get("opened_at")),
        probe_at=optional_date(item.get("probe_at")),
        probes=item["probes"],
        version=item["version"],
    )
