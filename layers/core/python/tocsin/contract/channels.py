"""Channels on the wire. Reading them is as in the management API of Knock, which has pages for making them; writing
them is Tocsin's own. The models describe; `usecases/validate_channel.py` checks. No answer has a secret."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tocsin.contract.documented import DocumentedAs
from tocsin.contract.management import PagedQuery
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain.breaker import Breaker
from tocsin.domain.channels import Channel
from tocsin.domain.clock import to_iso
from tocsin.domain.providers import Provider, settings_problems

Json = dict[str, Any]


class ChannelsQuery(PagedQuery):
    id: str | None = Field(default=None, description="Only the channel with this id")
    include: list[Literal["environment_settings"]] = Field(
        default_factory=list, description="What to add to each channel"
    )


class ChannelIn(Model):
    """What is left out stays as it is. A channel that is made needs `name` and `provider`, unless another environment
    has it already."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=100)
    type: str | None = Field(default=None, description="Follows from the provider")
    provider: str | None = Field(default=None, description="Such as `http_knock_webhook`; stays for ever")
    settings: Json | None = Field(default=None, description="By name; null takes one away")
    secrets: dict[str, str | None] | None = Field(
        default=None, description="By name; null takes one away. Never shown again"
    )
    conditions: Json | None = Field(
        default=None, description="For which runs the channel is there; null for all. As those of a step"
    )
    is_sandbox: bool | None = Field(default=None, description="Make messages, send none, ask no conditions")


class WrappedChannelIn(Model):
    channel: Annotated[Json, DocumentedAs(ChannelIn)]


class CircuitOut(Model):
    """Failures of the provider in a row. Open, it is not called before `probe_at`."""

    state: Literal["closed", "open"]
    failures: int
    reason: str
    opened_at: str | None
    probe_at: str | None


class ChannelSettingsOut(Model):
    """A channel's configuration in one environment. Of its secrets, only which are set. `circuit` is null where nothing
    fails."""

    id: str
    is_valid: bool
    is_sandbox: bool
    channel_settings: Json
    provider_settings: Json
    secrets_set: list[str]
    conditions: Json | None
    circuit: CircuitOut | None


class ChannelOut(Model):
    """A way out. It has the same key and id in every environment that has it."""

    id: str
    key: str
    name: str
    type: str
    provider: str
    visible_in: list[str]
    environment_settings: dict[str, ChannelSettingsOut] | None = None
    archived_at: str | None
    custom_icon_url: str | None
    created_at: str
    updated_at: str


class WrappedChannelOut(Model):
    channel: ChannelOut


class ChannelsPageOut(Model):
    entries: list[ChannelOut]
    page_info: PageInfoOut


def channel_out(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "key": channel.key,
        "name": channel.name,
        "type": channel.type,
        "provider": channel.provider,
        "visible_in": ["workflow"],
        "archived_at": None,
        "custom_icon_url": None,
        "created_at": to_iso(channel.created_at),
        "updated_at": to_iso(channel.updated_at),
    }


def detailed_channel_out(
    channel: Channel,
    everywhere: Mapping[str, Channel],
    spec: Provider | None,
    circuits: Mapping[str, Mapping[str, Breaker]],
) -> Json:
    """`everywhere` is the same channel by environment, `spec` what may be said of one of its provider; `circuits` are
    those that are not whole, by environment and channel id."""
    settings = {
        slug: {**_settings_out(one, spec), "circuit": _circuit_out(circuits[slug].get(one.id))}
        for slug, one in everywhere.items()
    }
    return {**channel_out(channel), "environment_settings": settings}


def _circuit_out(breaker: Breaker | None) -> Json | None:
    if breaker is None:
        return None
    return {
        "state": "open" if breaker.is_open else "closed",
        "failures": breaker.failures,
        "reason": breaker.reason,
        "opened_at": to_iso(breaker.opened_at) if breaker.opened_at else None,
        "probe_at": to_iso(breaker.probe_at) if breaker.probe_at else None,
    }


def _settings_out(channel: Channel, spec: Provider | None) -> Json:
    """What a row holds beside the provider's settings is nobody's business: it might be a secret."""
    shown = spec.accepted if spec else {}
    return {
        "id": channel.id,
        "is_valid": spec is not None and not any(settings_problems(spec, {}, channel.settings)),
        "is_sandbox": channel.is_sandbox,
        "channel_settings": {name: channel.settings[name] for name in shown if name in channel.settings},
        "provider_settings": {},
        "secrets_set": list(channel.secrets),
        "conditions": channel.conditions,
    }
