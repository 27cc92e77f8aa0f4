"""Definitions that people version and commit: workflows, email layouts and guides."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from tocsin.domain.step_tree import StepTree, all_steps


class DefinitionKind(StrEnum):
    WORKFLOW = "workflow"
    EMAIL_LAYOUT = "email_layout"
    PARTIAL = "partial"
    MESSAGE_TYPE = "message_type"
    GUIDE = "guide"
    TRANSLATION = "translation"
    AUDIENCE = "audience"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was saved last. It runs only once committed. `follows` are the refs of webhook steps that send their
    channel's request, though they spell it out."""

    kind: DefinitionKind
    key: str
    content: dict[str, Any]
    sha: str
    created_at: datetime
    updated_at: datetime
    follows: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """What runs: the committed version. `active` is not versioned; it applies to all runs at once.

    `has_schema`: a trigger's data is checked against the version's schema. `base`, on a branch: the sha that was live
    in the environment when both were the same."""

    kind: DefinitionKind
    key: str
    version_id: str | None
    sha: str | None
    active: bool
    version: int = 0
    has_schema: bool = False
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A committed definition; never changes, so whoever has read it may keep it. `follows` as in the draft."""

    kind: DefinitionKind
    key: str
    id: str
    content: dict[str, Any]
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commit:
    id: str
    kind: DefinitionKind
    key: str
    version_id: str
    message: str
    author: str
    created_at: datetime


@dataclass(frozen=True)
class Workflow:
    """A committed workflow as the engine reads it."""

    key: str
    version_id: str
    name: str
    steps: tuple[dict[str, Any], ...]
    categories: tuple[str, ...] = ()
    conditions: dict[str, Any] | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    trigger_frequency: str | None = None
    follows: tuple[str, ...] = ()

    @classmethod
    def from_version(cls, version: Version) -> "Workflow":
        content = version.content
        return cls(
            key=version.key,
            version_id=version.id,
            name=content["name"],
            steps=tuple(content["steps"]),
            categories=tuple(content.get("categories") or ()),
            conditions=content.get("conditions"),
            settings=content.get("settings") or {},
            trigger_frequency=content.get("trigger_frequency"),
            follows=version.follows,
        )

    @property
    def is_commercial(self) -> bool:
        return bool(self.settings.get("is_commercial"))

    @property
    def overrides_preferences(self) -> bool:
        return bool(self.settings.get("override_preferences"))

    @cached_property
    def tree(self) -> StepTree:
        return StepTree(self.steps)

    def channel_keys(self) -> Iterator[str]:
        """Of the channels that steps name themselves."""
        return self._named("channel_key")

    def channel_group_keys(self) -> Iterator[str]:
        return self._named("channel_group_key")

    def _named(self, field: str) -> Iterator[str]:
        steps = (step for step in all_steps(self.steps) if step["type"] == "channel")
        return (step[field] for step in steps if step.get(field) is not None)
