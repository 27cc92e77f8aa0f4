"""Guides: what a product shows its users inside itself.

Where on which page a guide appears, one at a time, is decided by the browser client from what is said here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.domain.channels import IN_APP_GUIDE, Channel
from tocsin.domain.definitions import Draft, Head
from tocsin.domain.environments import Environment
from tocsin.domain.ids import time_ordered_uuid

# Seconds between one guide archived and the next shown: none.
DISPLAY_INTERVAL = 0
DEFAULT_GROUP = "default"
LIQUID_MARKS = ("{{", "{%")


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


def _holds_liquid(value: object) -> bool:
    if isinstance(value, str):
        return any(mark in value for mark in LIQUID_MARKS)
    if isinstance(value, Mapping):
        return any(map(_holds_liquid, value.values()))
    return isinstance(value, list) and any(map(_holds_liquid, value))
