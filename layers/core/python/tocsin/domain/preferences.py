"""Preferences: what a recipient wants to hear, by category, workflow, channel type and channel.

A set's settings are kept as they were sent: `{categories, workflows, channel_types, channels, commercial_subscribed}`,
each absent until it is set. Sets lie over one another in layers: the environment's defaults, a tenant's, the
recipient's own. `domain/preferences_problems.py` says what may be in them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from tocsin.domain.json_text import deep_merge
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.values import dataclass

DEFAULT = "default"
CATEGORIES, WORKFLOWS = "categories", "workflows"
CHANNEL_TYPES, CHANNELS = "channel_types", "channels"
COMMERCIAL = "commercial_subscribed"
CONDITIONS = "conditions"
PARTS = (CATEGORIES, WORKFLOWS, CHANNEL_TYPES, CHANNELS, COMMERCIAL)
KNOWN_CHANNEL_TYPES = ("email", "in_app_feed", "sms", "push", "chat", "http")

PERSISTENCE = "__persistence_strategy__"
"""In a request, at its root: how it is written. Never stored."""
STRATEGY = "__strategy__"
"""On a category, a workflow or a map of channels: how higher layers are read over it. Stored and shown."""

MAX_SET_BYTES = 256 * 1024

Settings = dict[str, Any]


class Strategy(StrEnum):
    MERGE = "merge"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class PreferenceSet:
    """`id` is `default` or a tenant's id."""

    id: str
    settings: Settings = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Layers:
    """What counts for one recipient, lowest first. `own_default` is asked for commercial messages alone."""

    environment: Settings = field(default_factory=dict)
    tenant: Settings = field(default_factory=dict)
    own: Settings = field(default_factory=dict)
    own_default: Settings = field(default_factory=dict)

    def merged(self) -> Settings:
        """The settings that hold: higher layers over lower ones.

        Whether a person takes commercial messages is theirs to say once, in the set `default`, whatever the tenant.
        """
        settings = _over(_over(self.environment, self.tenant), self.own)
        if COMMERCIAL in self.own_default:
            settings[COMMERCIAL] = self.own_default[COMMERCIAL]
        return settings


@dataclass(frozen=True, slots=True)
class HeldPreferences:
    """What a page of runs is decided by. `own` are the recipients' sets by their ids."""

    environment: Settings = field(default_factory=dict)
    own: Mapping[RecipientRef, Mapping[str, Settings]] = field(default_factory=dict)

    def resolved(self, ref: RecipientRef, tenant_id: str | None, tenant: Settings) -> PreferenceSet:
        """The set that holds for what is sent to one recipient, on behalf of a tenant or of none.

        Where the tenant says anything, or the recipient says something for this tenant, the recipient's `default` is
        not asked, but for commercial messages.
        """
        return self._over(self.own.get(ref, {}), tenant_id, tenant)

    def unsaid(self, tenant_id: str | None, tenant: Settings) -> PreferenceSet:
        """The same for whoever has said nothing."""
        return self._over({}, tenant_id, tenant)

    def _over(self, own: Mapping[str, Settings], tenant_id: str | None, tenant: Settings) -> PreferenceSet:
        default = own.get(DEFAULT, {})
        if tenant_id is not None and (tenant or tenant_id in own):
            layers = Layers(self.environment, tenant, own.get(tenant_id, {}), default)
            return PreferenceSet(tenant_id, layers.merged())
        return PreferenceSet(DEFAULT, Layers(self.environment, own=default).merged())


def tenant_of(set_id: str) -> str | None:
    """The tenant that a set is for; `default` is for no tenant."""
    return None if set_id == DEFAULT else set_id


def written(old: Settings, request: Settings, *, otherwise: Strategy) -> Settings:
    """What is stored after a request, which may say `__persistence_strategy__`; `otherwise` holds if it does not."""
    sent = {part: request[part] for part in PARTS if part in request}
    if Strategy(request.get(PERSISTENCE) or otherwise) is Strategy.MERGE:
        sent = deep_merge(old, sent)
    return _without_nulls(sent)


def merge_preferences(old: Settings | None, new: Settings) -> Settings:
    """Inline preferences and those of a tenant: merged by key at every depth unless `new` says `replace`.

    `true`, `false` and lists of conditions are replaced whole; a null takes away what is there.

    >>> merge_preferences({"workflows": {"a": True}}, {"workflows": {"b": False}})
    {'workflows': {'a': True, 'b': False}}
    """
    return written(old or {}, new, otherwise=Strategy.MERGE)


def requested_in_turn(first: Settings, then: Settings) -> Settings:
    """Two inline requests for one set as the one that they amount to."""
    replaces = then.get(PERSISTENCE) == Strategy.REPLACE
    return then if replaces else deep_merge(first, then)


def with_part(settings: Settings, part: str, value: Settings) -> Settings:
    """One map replaced, the others as they were."""
    return _without_nulls({**settings, part: value})


def with_entry(settings: Settings, part: str, key: str, value: object) -> Settings:
    """One entry of a map replaced, the others as they were."""
    return with_part(settings, part, {**settings.get(part, {}), key: value})


def _without_nulls(settings: Settings) -> Settings:
    """A null means: not set. Conditions lie in lists, so a null that is their argument stays."""
    return dict(_entries_set(settings))


def _entries_set(settings: Settings) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if isinstance(value, dict):
            yield key, _without_nulls(value)
        elif value is not None:
            yield key, value


def _over(lower: Settings, higher: Settings) -> Settings:
    return {**lower, **{part: _part(part, lower.get(part), value) for part, value in higher.items()}}


def _part(part: str, lower: Any, higher: Any) -> Any:
    if part in (CATEGORIES, WORKFLOWS):
        below: Settings = lower or {}
        return {**below, **{key: _node(below.get(key), value) for key, value in higher.items()}}
    return _node(lower, higher)


def _node(lower: Any, higher: Any) -> Any:
    """The higher one wins, key by key where both are objects, unless the lower one insists on itself."""
    if isinstance(lower, dict) and lower.get(STRATEGY) == Strategy.REPLACE:
        return lower
    both = isinstance(lower, dict) and isinstance(higher, dict)
    return deep_merge(lower, higher) if both else higher
