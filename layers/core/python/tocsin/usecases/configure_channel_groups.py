"""Channel groups of the account: set and removed, for the management API and the command alike. They hold at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from tocsin.domain.channel_groups import VISIBLE_IN, ChannelGroup, ChannelRule, GroupOperator, RuleType
from tocsin.domain.errors import ChannelInUseError, NotFoundError
from tocsin.usecases.channel_ports import Channels
from tocsin.usecases.configure_channels import everywhere, users_of
from tocsin.usecases.ports import DefinitionHistory, Environments
from tocsin.usecases.repeating import persistently
from tocsin.usecases.validate_channel_group import validate_channel_group

Json = Mapping[str, Any]


class EditableChannelGroups(Protocol):
    def all(self) -> list[ChannelGroup]: ...

    def put(self, group: ChannelGroup) -> None:
        """Compare-and-set on `group.version`."""

    def delete(self, group: ChannelGroup) -> None:
        """Compare-and-set on `group.version`."""


class ChannelGroupPorts(NamedTuple):
    environments: Environments
    channels: Channels
    groups: EditableChannelGroups
    definitions: DefinitionHistory


def find_channel_group(groups: EditableChannelGroups, key: str) -> ChannelGroup:
    """Raises NotFoundError."""
    found = next((group for group in groups.all() if group.key == key), None)
    if found is None:
        raise NotFoundError(f"there is no channel group {key!r}")
    return found


def set_channel_group(ports: ChannelGroupPorts, key: str, sent: Json, now: datetime) -> ChannelGroup:
    """Makes the group or replaces it. Raises InvalidParamsError."""

    def attempt() -> ChannelGroup:
        types = {
            name: next(iter(found.values())).type
            for name, found in everywhere(ports.environments, ports.channels).items()
        }
        before = next((group for group in ports.groups.all() if group.key == key), None)
        validate_channel_group(key, sent, types, before)
        after = _as_sent(before or _new(key, sent, now), sent)
        if after == before:
            return after
        after = replace(after, updated_at=now)
        ports.groups.put(after)
        return after

    return persistently(attempt, f"the channel group {key!r} is being")


def remove_channel_group(ports: ChannelGroupPorts, key: str) -> ChannelGroup:
    """Unless a committed workflow names it in some environment. Raises ChannelInUseError or NotFoundError."""

    def attempt() -> ChannelGroup:
        group = find_channel_group(ports.groups, key)
        users = [
            f"{user} in {one.slug}"
            for one in ports.environments.all()
            for user in users_of(ports.definitions, one.slug, "channel_group_key", key)
        ]
        if users:
            raise ChannelInUseError(
                f"the channel group {key!r} is used by {', '.join(users)}; commit them without it first"
            )
        ports.groups.delete(group)
        return group

    return persistently(attempt, f"the channel group {key!r} is being")


def _new(key: str, sent: Json, now: datetime) -> ChannelGroup:
    return ChannelGroup(
        key=key,
        name=sent["name"],
        channel_type=sent["channel_type"],
        operator=GroupOperator.ANY,
        rules=(),
        created_at=now,
        updated_at=now,
    )


def _as_sent(group: ChannelGroup, sent: Json) -> ChannelGroup:
    rules = sent.get("channel_rules") or []
    positions = {index: rule.get("index", index) for index, rule in enumerate(rules)}
    ordered = sorted(range(len(rules)), key=lambda index: (positions[index], index))
    return replace(
        group,
        name=sent["name"],
        operator=GroupOperator(sent.get("operator") or GroupOperator.ANY),
        rules=tuple(_rule(rules[index]) for index in ordered),
        visible_in=tuple(sent.get("visible_in") or group.visible_in or VISIBLE_IN),
    )


def _rule(sent: Json) -> ChannelRule:
    kind = RuleType(sent["rule_type"])
    if kind is RuleType.ALWAYS:
        return ChannelRule(sent["channel_key"], kind)
    return ChannelRule(sent["channel_key"], kind, sent["variable"], sent["operator"], sent.get("argument"))
