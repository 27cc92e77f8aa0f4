"""Preference sets on the wire."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from tocsin.contract.documented import DocumentedAs
from tocsin.contract.model import Model, RootModel
from tocsin.domain.preferences import (
    CATEGORIES,
    CHANNEL_TYPES,
    CHANNELS,
    COMMERCIAL,
    PERSISTENCE,
    STRATEGY,
    WORKFLOWS,
    PreferenceSet,
    Settings,
    Strategy,
)
from tocsin.domain.recipients import MAX_ID_LENGTH


class PreferenceConditionIn(Model):
    """All conditions of a list must hold."""

    variable: str
    operator: str
    argument: Any = None


class ChannelChoice(Model):
    """Yes, as long as these hold."""

    conditions: list[PreferenceConditionIn]


class ScopeSettings(Model):
    """What one category or workflow may use."""

    channel_types: dict[str, bool | ChannelChoice] | None = None
    channels: dict[str, bool | ChannelChoice] | None = None
    conditions: list[PreferenceConditionIn] | None = None
    strategy: Strategy | None = Field(
        default=None,
        alias=STRATEGY,
        description="In a lower layer, `replace` beats what higher layers say of it",
    )


class PreferenceSettings(Model):
    """Whatever is not set is allowed."""

    categories: dict[str, bool | ScopeSettings] | None = None
    workflows: dict[str, bool | ScopeSettings] | None = None
    channel_types: dict[str, bool | ChannelChoice] | None = None
    channels: dict[str, bool | ChannelChoice] | None = Field(default=None, description="By channel id")
    commercial_subscribed: bool | ChannelChoice | None = None


class PreferenceSetOut(PreferenceSettings):
    """A preference set: `default`, or the one for a tenant."""

    id: str


class PreferenceSetRequest(PreferenceSettings):
    """A set as it is sent."""

    persistence_strategy: Strategy = Field(
        default=Strategy.REPLACE, alias=PERSISTENCE, description="`merge` keeps what is not sent"
    )


class ScopeRequest(ScopeSettings):
    """`{"subscribed": true}`, or settings."""

    subscribed: bool | None = None


class ChannelTypeRequest(Model):
    """`{"subscribed": true}`, or conditions."""

    subscribed: bool | None = None
    conditions: list[PreferenceConditionIn] | None = None


class ScopesRequest(RootModel[dict[str, bool | ScopeSettings]]):
    """Settings by category or by workflow."""


class ChannelTypesRequest(RootModel[dict[str, bool | ChannelChoice]]):
    """Settings by channel type."""


class PreferenceSetIn(RootModel[Annotated[Settings, DocumentedAs(PreferenceSetRequest)]]):
    """Checked by the rules of the domain, which know every field by its path."""


class ScopesIn(RootModel[Annotated[Settings, DocumentedAs(ScopesRequest)]]):
    """The map of categories or of workflows."""


class ChannelTypesIn(RootModel[Annotated[Settings, DocumentedAs(ChannelTypesRequest)]]):
    """The map of channel types."""


class _EntryIn(RootModel[Settings]):
    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.root:
            raise ValueError("send `subscribed` as true or false, or settings")
        return self

    def setting(self) -> Any:
        """What the entry is set to, in both dialects of the official clients."""
        return self.root["subscribed"] if set(self.root) == {"subscribed"} else self.root


class ScopeIn(_EntryIn):
    """One category or workflow."""

    root: Annotated[Settings, DocumentedAs(ScopeRequest)]


class ChannelTypeIn(_EntryIn):
    """One channel type."""

    root: Annotated[Settings, DocumentedAs(ChannelTypeRequest)]


class PreferencesQuery(Model):
    tenant: str | None = Field(
        default=None,
        max_length=MAX_ID_LENGTH,
        description="The tenant whose preferences lie beneath the user's",
    )


def preference_set_out(preferences: PreferenceSet) -> dict[str, Any]:
    """The wire form: a map that is not set is an empty one, so that applications may look into it."""
    settings = preferences.settings
    maps = {part: settings.get(part, {}) for part in (CATEGORIES, WORKFLOWS, CHANNEL_TYPES, CHANNELS)}
    return {"id": preferences.id, **maps, COMMERCIAL: settings.get(COMMERCIAL)}
