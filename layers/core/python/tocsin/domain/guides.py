"""Guides: what a product shows its users inside itself, to whom, and in which order.

Where on which page a guide appears, one at a time, is decided by the browser client from what is said here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tocsin.domain.channels import IN_APP_GUIDE, Channel
from tocsin.domain.conditions import evaluate
from tocsin.domain.definitions import Draft, Head
from tocsin.domain.environments import Environment
from tocsin.domain.guide_engagement import GuideEngagement
from tocsin.domain.ids import time_ordered_uuid

# Seconds between one guide archived and the next shown: none.
DISPLAY_INTERVAL = 0
DEFAULT_GROUP = "default"
LIQUID_MARKS = ("{{", "{%")


class Reason(StrEnum):
    """Why a user does not get a guide, in the order in which it is asked."""

    NOT_ACTIVE = "guide_not_active"
    ARCHIVED = "marked_as_archived"
    NOT_IN_AUDIENCE = "not_in_target_audience"
    CONDITIONS_NOT_MET = "target_conditions_not_met"


@dataclass(frozen=True, slots=True)
class Marker:
    """That a user does not get a guide, and why."""

    key: str
    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class GuideStep:
    """`values` is the content as it was written; only where it holds Liquid must it be rendered."""

    ref: str
    schema_key: str
    schema_semver: str
    schema_variant_key: str
    values: dict[str, Any]
    has_liquid: bool

    @classmethod
    def from_content(cls, step: Mapping[str, Any]) -> "GuideStep":
        values = step.get("values") or {}
        return cls(
            step["ref"],
            step["schema_key"],
            step["schema_semver"],
            step["schema_variant_key"],
            values,
            _holds_liquid(values),
        )


@dataclass(frozen=True, slots=True)
class Guide:
    """A committed guide. Its `revision` rises with every commit and every switch."""

    id: str
    key: str
    channel_key: str
    active: bool
    revision: int
    steps: tuple[GuideStep, ...]
    inserted_at: datetime
    updated_at: datetime
    audience: str | None = None
    conditions: Mapping[str, Any] | None = None
    url_patterns: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def from_definition(cls, env: str, draft: Draft, head: Head, content: Mapping[str, Any]) -> "Guide":
        """`content` is the committed one; the draft may be ahead of it and tells only since when there is a guide."""
        return cls(
            id=time_ordered_uuid(draft.created_at, env, draft.key),
            key=draft.key,
            channel_key=content["channel_key"],
            active=head.active,
            revision=head.version,
            steps=tuple(map(GuideStep.from_content, content["steps"])),
            inserted_at=draft.created_at,
            updated_at=draft.updated_at,
            audience=content.get("target_audience_key"),
            conditions=content.get("target_property_conditions"),
            url_patterns=tuple(content.get("activation_url_patterns") or ()),
        )

    @property
    def type(self) -> str:
        """What the frontend draws it with: that of the first step."""
        return self.steps[0].schema_key

    @property
    def step_refs(self) -> tuple[str, ...]:
        return tuple(step.ref for step in self.steps)


@dataclass(frozen=True, slots=True)
class Showcase:
    """What an environment has to show: its committed guides, the oldest first, and what they stand on."""

    environment: Environment
    channels: Mapping[str, Channel]
    guides: tuple[Guide, ...]

    def channel(self, channel_id: str) -> Channel | None:
        """A channel for guides by its id."""
        found = self.channels.get(channel_id)
        return found if found is not None and found.type == IN_APP_GUIDE else None

    def guide(self, key: str) -> Guide | None:
        return next((guide for guide in self.guides if guide.key == key), None)

    def in_channel(self, channel: Channel) -> list[Guide]:
        return [guide for guide in self.guides if guide.channel_key == channel.key]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. `scope` is what conditions see; `audiences` are those of the guides' that the user is in."""

    scope: Mapping[str, object]
    audiences: frozenset[str] = frozenset()
    engagements: Mapping[str, GuideEngagement] = field(default_factory=dict)


def ineligibility(guide: Guide, viewer: Viewer, now: datetime) -> Marker | None:
    """Why this user does not get the guide, or None who does."""
    engagement = viewer.engagements.get(guide.key)
    if not guide.active:
        return Marker(guide.key, Reason.NOT_ACTIVE, "The guide is switched off in this environment")
    if engagement is not None and engagement.is_archived(guide.step_refs):
        return Marker(guide.key, Reason.ARCHIVED, "The user has archived the guide")
    if guide.audience is not None and guide.audience not in viewer.audiences:
        message = f"The user is not in the audience {guide.audience!r}"
        return Marker(guide.key, Reason.NOT_IN_AUDIENCE, message)
    if not evaluate(guide.conditions, viewer.scope, now).passed:
        message = "The user, the data or the tenant does not meet the target conditions"
        return Marker(guide.key, Reason.CONDITIONS_NOT_MET, message)
    return None


def unrenderable(guide: Guide, problem: str) -> Marker:
    """The reference has no reason for it; this one is about the same data, and the message says what is true."""
    return Marker(guide.key, Reason.CONDITIONS_NOT_MET, f"The content cannot be rendered: {problem}")


def _holds_liquid(value: object) -> bool:
    if isinstance(value, str):
        return any(mark in value for mark in LIQUID_MARKS)
    if isinstance(value, Mapping):
        return any(map(_holds_liquid, value.values()))
    return isinstance(value, list) and any(map(_holds_liquid, value))
