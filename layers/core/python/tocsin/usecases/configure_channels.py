"""Channels of an environment: made, changed and removed, for the management API and the command alike.

Secrets are set for a channel that exists, and its row is written after them, by compare-and-set: whoever meets
another's write does all of it again, so whoever has written the row last has set the secrets last, too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from tocsin.channels.registry import spec_of
from tocsin.domain.breaker import Breaker
from tocsin.domain.channels import Channel
from tocsin.domain.definitions import DefinitionKind, Version
from tocsin.domain.delivery_settings import FAILOVER
from tocsin.domain.errors import ChannelInUseError, ConflictError, NotFoundError
from tocsin.domain.field_checks import mapping_in
from tocsin.domain.ids import NewUuid
from tocsin.domain.providers import merged
from tocsin.domain.step_tree import all_steps
from tocsin.usecases.channel_ports import Channels, Circuits, EditableChannels, EditableSecrets
from tocsin.usecases.commit_definition import listed
from tocsin.usecases.credentials import refuse, slug_problems
from tocsin.usecases.ports import DefinitionHistory, Environments
from tocsin.usecases.repeating import persistently
from tocsin.usecases.validate_channel import validate_channel

NAMING_CHANNELS = (DefinitionKind.WORKFLOW, DefinitionKind.GUIDE)

Json = Mapping[str, Any]


class ChannelPorts(NamedTuple):
    environments: Environments
    channels: EditableChannels
    secrets: EditableSecrets
    definitions: DefinitionHistory
    new_uuid: NewUuid


def everywhere(environments: Environments, channels: Channels) -> dict[str, dict[str, Channel]]:
    """Channels by key, each as it is in the environments that have it, by slug."""
    found: dict[str, dict[str, Channel]] = {}
    for environment in environments.all():
        for channel in channels.all(environment.slug):
            found.setdefault(channel.key, {})[environment.slug] = channel
    return found


def circuits_everywhere(environments: Environments, channels: Circuits) -> dict[str, dict[str, Breaker]]:
    """The circuits that are not whole, by environment and channel id."""
    return {one.slug: channels.with_circuits(one.slug)[1] for one in environments.all()}


def set_channel(ports: ChannelPorts, env: str, key: str, sent: Json, now: datetime) -> Channel:
    """Makes the channel or changes it, in one environment. What is left out stays; null takes a setting or a secret
    away. Raises InvalidParamsError."""
    refuse(slug_problems(ports.environments, env))

    def attempt() -> Channel:
        found = everywhere(ports.environments, ports.channels)
        validate_channel(found, env, key, sent)
        known = found.get(key, {})
        channel = known.get(env) or _make(ports, known, env, key, sent, now)
        return _change(ports, env, channel, sent, now)

    return persistently(attempt, f"the channel {key!r} is being")


def remove_channel(ports: ChannelPorts, env: str, key: str) -> Channel:
    """With its secrets, unless something that is committed names it. Raises ChannelInUseError or NotFoundError.

    A commit at this very moment may still name it: its runs skip the step and say why.
    """
    refuse(slug_problems(ports.environments, env))

    def attempt() -> Channel:
        channel = _named(ports.channels.all(env), key)
        if channel is None:
            raise NotFoundError(f"there is no channel {key!r} in {env}")
        _require_unused(ports, env, key)
        _keep(ports.secrets, env, channel.id, dict.fromkeys(channel.secrets))
        ports.channels.delete(env, channel)
        return channel

    return persistently(attempt, f"the channel {key!r} is being")


def _named(channels: list[Channel], key: str) -> Channel | None:
    return next((channel for channel in channels if channel.key == key), None)


def _make(
    ports: ChannelPorts, known: Mapping[str, Channel], env: str, key: str, sent: Json, now: datetime
) -> Channel:
    """With the id that other environments have it under. Two who make it in two of them at once would give it two ids,
    so the row is stored only if it is elsewhere as it was seen."""
    twin = next(iter(known.values()), None)
    provider = twin.provider if twin else sent["provider"]
    spec = spec_of(provider)
    assert spec is not None, "what is sent has been validated"
    channel = Channel(
        id=twin.id if twin else ports.new_uuid(),
        key=key,
        name=sent.get("name") or (twin.name if twin else key),
        type=spec.type,
        provider=provider,
        created_at=now,
        updated_at=now,
    )
    others = (one.slug for one in ports.environments.all() if one.slug != env)
    elsewhere = {slug: known[slug].id if slug in known else None for slug in others}
    return ports.channels.put(env, _changed(channel, sent), elsewhere)


def _change(ports: ChannelPorts, env: str, channel: Channel, sent: Json, now: datetime) -> Channel:
    """A channel that is removed in between leaves no secret of ours behind."""
    after, secrets = _changed(channel, sent), mapping_in(sent, "secrets")
    if after == channel and not secrets:
        return channel
    _keep(ports.secrets, env, channel.id, secrets)
    try:
        return ports.channels.put(env, replace(after, updated_at=now))
    except ConflictError:
        found = _named(ports.channels.all(env), channel.key)
        if found is None or found.id != channel.id:
            _keep(ports.secrets, env, channel.id, dict.fromkeys(secrets))
        raise


def _changed(channel: Channel, sent: Json) -> Channel:
    secrets = merged(dict.fromkeys(channel.secrets, True), mapping_in(sent, "secrets"))
    return replace(
        channel,
        name=sent.get("name") or channel.name,
        settings=merged(channel.settings, mapping_in(sent, "settings")),
        secrets=tuple(sorted(secrets)),
        conditions=sent.get("conditions", channel.conditions) or None,
        is_sandbox=channel.is_sandbox if sent.get("is_sandbox") is None else sent["is_sandbox"],
    )


def _keep(store: EditableSecrets, env: str, channel_id: str, secrets: Json) -> None:
    for name, value in secrets.items():
        if value is None:
            store.delete(env, channel_id, name)
        else:
            store.put(env, channel_id, name, value)


def _require_unused(ports: ChannelPorts, env: str, key: str) -> None:
    groups = [group.key for group in ports.channels.groups() if key in group.channel_keys()]
    if groups:
        raise ChannelInUseError(
            f"the channel {key!r} is in the channel groups {', '.join(groups)}; set them without it first"
        )
    helped = [one.key for one in ports.channels.all(env) if key in one.settings.get(FAILOVER, ())]
    if helped:
        raise ChannelInUseError(
            f"the channel {key!r} steps in for {', '.join(helped)} in {env}; set their `failover` without it first"
        )
    users = list(users_of(ports.definitions, env, "channel_key", key))
    if users:
        raise ChannelInUseError(
            f"the channel {key!r} is used in {env} by {', '.join(users)}; commit them without it first"
        )


def users_of(definitions: DefinitionHistory, env: str, field: str, key: str) -> Iterator[str]:
    """What is committed and names the channel or group, switched off or not, such as `workflow 'welcome'`."""
    for kind in NAMING_CHANNELS:
        for draft, head in listed(definitions, env, kind):
            if head is None or head.version_id is None:
                continue
            version = definitions.version(env, kind, draft.key, head.version_id)
            if version and key in _keys_in(version, field):
                yield f"{kind.value} {draft.key!r}"


def _keys_in(version: Version, field: str) -> set[str]:
    """A guide names its channel itself, a workflow in its steps."""
    content = version.content
    owners = all_steps(content["steps"]) if version.kind is DefinitionKind.WORKFLOW else (content,)
    return {owner[field] for owner in owners if owner.get(field) is not None}
