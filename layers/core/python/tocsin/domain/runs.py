"""A trigger (workflow run) and what it means for one recipient (recipient run)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import Any

from tocsin.domain.json_text import deep_merge
from tocsin.domain.recipients import RecipientRef

MAX_RECIPIENTS = 1000


@dataclass(frozen=True, slots=True)
class TriggeredRecipient:
    """A recipient as the caller named it; `properties` is None for a bare id, which never identifies."""

    ref: RecipientRef
    properties: dict[str, Any] | None = None
    trigger_data: dict[str, Any] | None = None

    def followed_by(self, later: "TriggeredRecipient") -> "TriggeredRecipient":
        """Named twice in one trigger: what was said counts, and the later word where both say something."""
        said = [properties for properties in (self.properties, later.properties) if properties is not None]
        data = self.trigger_data if later.trigger_data is None else later.trigger_data
        return TriggeredRecipient(self.ref, reduce(deep_merge, said) if said else None, data)


@dataclass(frozen=True, slots=True)
class FiredSchedule:
    """The schedule that made a trigger, as templates see it: `last_occurrence_at` is the one that fired."""

    id: str
    last_occurrence_at: datetime
    next_occurrence_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """One accepted trigger: all that its recipients' runs need, pinned to the version it met.

    `successor` is the latest run under the same idempotency key, once the key has been used again after a day.
    """

    id: str
    workflow: str
    version_id: str
    recipients: tuple[TriggeredRecipient, ...]
    triggered_at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    actor: TriggeredRecipient | None = None
    tenant: TriggeredRecipient | None = None
    cancellation_key: str | None = None
    sandbox_mode: bool = False
    skip_delay: bool = False
    request_hash: str = ""
    request_id: str = ""
    schedule: FiredSchedule | None = None
    successor: str | None = None


class RunStatus(StrEnum):
    QUEUED = "queued"
    PROCESSING = "processing"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class EventStatus(StrEnum):
    OK = "ok"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One line of the log that explains a run; `data` is small and never holds a secret."""

    event: str
    at: datetime
    status: EventStatus = EventStatus.OK
    step_ref: str | None = None
    step_type: str | None = None
    attempt: int = 1
    data: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class MadeMessage:
    """What a repeated execution needs to hand a message to delivery once more."""

    step_ref: str
    channel_id: str
    message_id: str
    needs_delivery: bool


@dataclass(frozen=True, slots=True)
class Parking:
    """Where a paused run waits. `token` names this very wait: a wake-up that carries another one is stale."""

    token: str
    due: datetime
    bucket: str
    shard: str


class PauseKind(StrEnum):
    STEP = "step"  # the step waits, and decides what follows when it is woken
    AGAIN = "again"  # the step has not run yet, or runs once more
    WORK = "work"  # what the step asked for is being done outside


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a run waits at its step. `note` is what the step wants to know when it is woken; `follows_latest` if it goes
    on in the newest version of the workflow that still has the step."""

    kind: PauseKind
    note: dict[str, Any] = field(default_factory=dict)
    follows_latest: bool = False


@dataclass(frozen=True, slots=True)
class ClosedBatch:
    """The batch that a run carries on with. `partition` and `id` say where its activities lie."""

    partition: str
    id: str
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class RecipientRun:
    """The engine's whole state for one recipient. `cursor` is the ref of the step to run next or wait at, None after
    the last; `attempt` counts how often that step was begun.

    `subscribed_to` is the object through which a recipient was reached that the trigger did not name. `data` is what
    steps made of the trigger's, None as long as none did; `outputs` are what `refs.<ref>` shows of them. `started` are
    the triggers that steps made, `woken` the runs that have to be woken because of this one.
    """

    id: str
    workflow_run_id: str
    workflow: str
    version_id: str
    recipient: RecipientRef
    status: RunStatus
    inserted_at: datetime
    updated_at: datetime
    cursor: str | None = None
    actor: RecipientRef | None = None
    tenant: str | None = None
    subscribed_to: RecipientRef | None = None
    cancellation_key: str | None = None
    schedule_id: str | None = None
    parking: Parking | None = None
    pause: Pause | None = None
    attempt: int = 1
    data: dict[str, Any] | None = None
    outputs: dict[str, Any] = field(default_factory=dict)
    batch: ClosedBatch | None = None
    made: tuple[MadeMessage, ...] = ()
    started: tuple[str, ...] = ()
    woken: tuple[str, ...] = ()
    events: tuple[RunEvent, ...] = ()
    version: int = 0

    @property
    def error_count(self) -> int:
        return sum(event.status is EventStatus.ERROR for event in self.events)

    @property
    def has_ended(self) -> bool:
        return self.status in (RunStatus.COMPLETED, RunStatus.CANCELLED)
