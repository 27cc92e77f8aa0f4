"""What callers ask of schedules: to make one, to change some, to list those that match."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tocsin.domain.recipients import InlineRecipient, RecipientRef
from tocsin.domain.runs import TriggeredRecipient
from tocsin.domain.schedules import Schedule, Timing


def _said_inline(*named: tuple[str, TriggeredRecipient | None]) -> list[InlineRecipient]:
    return [one.inline(place) for place, one in named if one is not None and one.properties is not None]


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """`id` is of `new_schedule_id`; `place` is where in the body its recipient stands. What is said inline is stored
    with those whom it is said of."""

    id: str
    workflow: str
    recipient: TriggeredRecipient
    place: str
    timing: Timing
    data: dict[str, Any] = field(default_factory=dict)
    actor: TriggeredRecipient | None = None
    tenant: TriggeredRecipient | None = None

    def said_inline(self) -> list[InlineRecipient]:
        return _said_inline((self.place, self.recipient), ("actor", self.actor), ("tenant", self.tenant))

    def made(self, now: datetime) -> Schedule:
        return Schedule(
            id=self.id,
            workflow=self.workflow,
            recipient=self.recipient.ref,
            inserted_at=now,
            updated_at=now,
            timing=self.timing,
            data={**self.data, **(self.recipient.trigger_data or {})},
            actor=self.actor.ref if self.actor else None,
            tenant=self.tenant.ref.id if self.tenant else None,
        )


@dataclass(frozen=True, slots=True)
class ScheduleChanges:
    """New values by name, of Timing's fields and of Schedule's; what is absent stays. `actor` and `tenant` are as the
    caller gave them, perhaps with properties."""

    timing: dict[str, Any] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)
    actor: TriggeredRecipient | None = None
    tenant: TriggeredRecipient | None = None

    def said_inline(self) -> list[InlineRecipient]:
        return _said_inline(("actor", self.actor), ("tenant", self.tenant))

    def applied(self, schedule: Schedule, now: datetime) -> Schedule:
        timing = replace(schedule.timing, **self.timing)
        return replace(schedule, **self.others, timing=timing, updated_at=now)


@dataclass(frozen=True, slots=True)
class ScheduleFilter:
    """`recipients` is None for everybody."""

    workflow: str | None = None
    recipients: Sequence[RecipientRef] | None = None
    tenant: str | None = None

    def matches(self, schedule: Schedule) -> bool:
        return (self.workflow is None or schedule.workflow == self.workflow) and (
            self.tenant is None or schedule.tenant == self.tenant
        )
