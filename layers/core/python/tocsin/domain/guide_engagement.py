"""What a user did with a guide: saw a step, interacted with it, archived it. Kept for each tenant by itself.

Seen and archived keep their first date, so a call that is repeated changes nothing. Interacted takes the latest, as
people interact with a step more than once. A mark that changes nothing returns what it was given.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tocsin.domain.ids import ksuid


@dataclass(frozen=True, slots=True)
class StepEngagement:
    """`id` names what the reference calls the step's message; it exists since the first mark."""

    id: str
    seen_at: datetime | None = None
    interacted_at: datetime | None = None
    archived_at: datetime | None = None
    metadata: dict[str, Any] | None = None
    is_final: bool = False
    unthrottled: bool = False


StepChange = Callable[[StepEngagement], StepEngagement]


@dataclass(frozen=True, slots=True)
class GuideEngagement:
    """A user and a guide, in the context of a tenant or of none. `steps` are those with a mark, by ref."""

    guide_key: str
    tenant: str | None
    updated_at: datetime
    steps: Mapping[str, StepEngagement] = field(default_factory=dict)
    version: int = 0

    def marked(self, step_ref: str, change: StepChange, user_id: str, now: datetime) -> "GuideEngagement":
        before = self.steps.get(step_ref)
        seed = (user_id, self.tenant or "", self.guide_key, step_ref)
        after = change(before or StepEngagement(ksuid(now, *seed)))
        if after is before:
            return self
        return replace(self, steps={**self.steps, step_ref: after}, updated_at=now)

    def unarchived(self, now: datetime) -> "GuideEngagement":
        """All of its steps; what else was done with them stays."""
        if not any(step.archived_at for step in self.steps.values()):
            return self
        steps = {
            ref: replace(step, archived_at=None, is_final=False, unthrottled=False)
            for ref, step in self.steps.items()
        }
        return replace(self, steps=steps, updated_at=now)

    def is_archived(self, step_refs: Iterable[str]) -> bool:
        """Every step, or one of them as the final one: nothing is left to be shown."""
        if any(step.archived_at and step.is_final for step in self.steps.values()):
            return True
        return all(ref in self.steps and self.steps[ref].archived_at for ref in step_refs)


def seen(now: datetime) -> StepChange:
    return lambda step: step if step.seen_at else replace(step, seen_at=now)


def interacted(metadata: dict[str, Any] | None, now: datetime) -> StepChange:
    """Metadata is kept until there is other."""
    return lambda step: replace(
        step, interacted_at=now, metadata=step.metadata if metadata is None else metadata
    )


def archived(now: datetime, *, is_final: bool = False, unthrottled: bool = False) -> StepChange:
    """Once archived, only the word that it was the final step can be added."""

    def change(step: StepEngagement) -> StepEngagement:
        if step.archived_at is None:
            return replace(step, archived_at=now, is_final=is_final, unthrottled=unthrottled)
        return replace(step, is_final=True) if is_final and not step.is_final else step

    return change


def last_throttling(engagements: Iterable[GuideEngagement]) -> datetime | None:
    """When a guide was archived last that others have to keep a distance from: where a throttle window opens."""
    return max(
        (
            step.archived_at
            for engagement in engagements
            for step in engagement.steps.values()
            if step.archived_at and not step.unthrottled
        ),
        default=None,
    )
