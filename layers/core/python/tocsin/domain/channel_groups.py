"""Channel groups: several channels of one type behind one name. A step that names a group makes messages on each of its
channels whose rule holds (`all`), or on the first of them (`any`)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from tocsin.domain.channels import Channel

# Whether a condition, as `domain/conditions.py` reads it, is true.
Holds = Callable[[Mapping[str, Any]], bool]

COHORT = "is_in_random_cohort"
COHORT_VARIABLE = "recipient.id"
VISIBLE_IN = ("workflow", "broadcast")


class RuleType(StrEnum):
    ALWAYS = "always"
    IF = "if"
    UNLESS = "unless"


class GroupOperator(StrEnum):
    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """A condition of its own beside the channel; `always` has none."""

    channel_key: str
    type: RuleType
    variable: str | None = None
    operator: str | None = None
    argument: Any = None


@dataclass(frozen=True, slots=True)
class ChannelGroup:
    """The same in all environments, as the keys of channels are. `rules` are in the order in which they are asked."""

    key: str
    name: str
    channel_type: str
    operator: GroupOperator
    rules: tuple[ChannelRule, ...]
    created_at: datetime
    updated_at: datetime
    visible_in: tuple[str, ...] = VISIBLE_IN
    version: int = 0

    def channel_keys(self) -> list[str]:
        return [rule.channel_key for rule in self.rules]


def matching_channels(
    group: ChannelGroup, channels: Mapping[str, Channel], recipient_id: str, holds: Holds
) -> tuple[Channel, ...]:
    """Of an environment's channels, by key; what it does not have is passed over. `holds` decides conditions."""
    matching = _matching(group, channels, recipient_id, holds)
    if group.operator is GroupOperator.ANY:
        first = next(matching, None)
        return (first,) if first else ()
    return tuple({channel.id: channel for channel in matching}.values())


def _matching(
    group: ChannelGroup, channels: Mapping[str, Channel], recipient_id: str, holds: Holds
) -> Iterator[Channel]:
    for rule in group.rules:
        channel = channels.get(rule.channel_key)
        if channel is None or channel.type != group.channel_type:
            continue
        if rule.type is RuleType.ALWAYS or _holds(group, rule, recipient_id, holds) is (
            rule.type is RuleType.IF
        ):
            yield channel


def _holds(group: ChannelGroup, rule: ChannelRule, recipient_id: str, holds: Holds) -> bool:
    if rule.operator == COHORT:
        return in_cohort(group.key, recipient_id, Decimal(str(rule.argument)))
    return holds({"variable": rule.variable, "operator": rule.operator, "argument": rule.argument})


def in_cohort(group_key: str, recipient_id: str, percentage: Decimal) -> bool:
    """The same for a recipient and a group whenever it is asked; more percent take in others and leave nobody out."""
    digest = sha256(f"{group_key}:{recipient_id}".encode()).hexdigest()
    return int(digest, 16) % 1000 < percentage * 10
