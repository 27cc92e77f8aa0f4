"""Channel groups on the wire. The models describe; `usecases/validate_channel_group.py` checks."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tocsin.contract.channels import ChannelOut, channel_out
from tocsin.contract.documented import DocumentedAs
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain.channel_groups import ChannelGroup, ChannelRule, GroupOperator, RuleType
from tocsin.domain.channels import Channel
from tocsin.domain.clock import to_iso

Json = dict[str, Any]


class ChannelRuleIn(Model):
    model_config = ConfigDict(extra="forbid")

    channel_key: str
    rule_type: RuleType
    index: int | None = Field(
        default=None, description="Rules are asked in this order; by default, as they stand"
    )
    variable: str | None = Field(
        default=None, description="With `if` and `unless`: what the condition looks at"
    )
    operator: str | None = Field(
        default=None, description="Any operator of conditions, or `is_in_random_cohort` with `recipient.id`"
    )
    argument: str | None = Field(
        default=None, description="For `is_in_random_cohort` a percentage from 0 to 100"
    )


class ChannelGroupIn(Model):
    """`any` uses the first channel whose rule holds, `all` every such channel."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=100)
    channel_type: str = Field(description="Of all its channels; stays for ever")
    operator: GroupOperator = GroupOperator.ANY
    channel_rules: list[ChannelRuleIn] = Field(default_factory=list, max_length=50)
    visible_in: list[Literal["workflow", "broadcast"]] | None = None


class WrappedChannelGroupIn(Model):
    channel_group: Annotated[Json, DocumentedAs(ChannelGroupIn)]


class ChannelRuleOut(Model):
    index: int
    rule_type: RuleType
    variable: str | None
    operator: str | None
    argument: Any
    channel: ChannelOut
    created_at: str
    updated_at: str


class ChannelGroupOut(Model):
    key: str
    name: str
    channel_type: str
    operator: GroupOperator
    source: Literal["system", "user"]
    channel_rules: list[ChannelRuleOut]
    visible_in: list[str]
    archived_at: str | None
    created_at: str
    updated_at: str


class WrappedChannelGroupOut(Model):
    channel_group: ChannelGroupOut


class ChannelGroupsPageOut(Model):
    entries: list[ChannelGroupOut]
    page_info: PageInfoOut


def channel_group_out(group: ChannelGroup, channels: Mapping[str, Channel]) -> Json:
    """`channels` are those of the account, by key: no environment's in particular."""
    return {
        "key": group.key,
        "name": group.name,
        "channel_type": group.channel_type,
        "operator": group.operator.value,
        "source": "user",
        "channel_rules": [
            _rule_out(index, rule, channels[rule.channel_key], group)
            for index, rule in enumerate(group.rules)
            if rule.channel_key in channels
        ],
        "visible_in": list(group.visible_in),
        "archived_at": None,
        "created_at": to_iso(group.created_at),
        "updated_at": to_iso(group.updated_at),
    }


def _rule_out(index: int, rule: ChannelRule, channel: Channel, group: ChannelGroup) -> Json:
    return {
        "index": index,
        "rule_type": rule.type.value,
        "variable": rule.variable,
        "operator": rule.operator,
        "argument": rule.argument,
        "channel": channel_out(channel),
        "created_at": to_iso(group.created_at),
        "updated_at": to_iso(group.updated_at),
    }
