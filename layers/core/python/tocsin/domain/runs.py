"""A trigger (workflow run) and what it means for one recipient (recipient run)."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import Any

from tocsin.domain.batches import ClosedBatch
from tocsin.domain.json_text import deep_merge
from tocsin.domain.preferences import Settings, requested_in_turn
from tocsin.domain.recipients import InlineRecipient, RecipientRef
from tocsin.domain.values import dataclass
from tocsin.domain.waits import Topic

MAX_RECIPIENTS = 1000


@dataclass(frozen=True, slots=True)
class TriggeredRecipient:
    """A recipient as the caller named it; `properties` is None for a mere name, which never identifies. Whoever brings
    channel data (by channel id) or preferences (by set id) has properties, if only none."""

    ref: RecipientRef
    properties: dict[str, Any] | None = None
    trigger_data: dict[str, Any] | None = None
    channel_data: dict[str, dict[str, Any]] = field(default_factory=dict)
    preferences: dict[str, Settings] = field(default_factory=dict)

    def followed_by(self, later: "TriggeredRecipient") -> "TriggeredRecipient":
        """Named twice in one trigger: what was said counts, and the later word where both say something."""
        said = [properties for properties in (self.properties, later.properties) if properties is not None]
        data = self.trigger_data if later.trigger_data is None else later.trigger_data
        preferences = {
            set_id: requested_in_turn(self.preferences.get(set_id, {}), request)
            for set_id, request in later.preferences.items()
        }
        return TriggeredRecipient(
            self.ref,
            reduce(deep_merge, said) if said else None,
            data,
            {**self.channel_data, **later.channel_data},
            {**self.preferences, **preferences},
        )

    def inline(self, place: str) -> InlineRecipient:
        return InlineRecipient(self.ref, place, self.properties, self.channel_data, self.preferences)


@dataclass(frozen=True, slots=True)
class FiredSchedule:
    """The schedule that made a trigger, as templates see it: `last_occurrence_at` is the one that fired."""

    id: str
    last_occurrence_at: datetime
    next_occurrence_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParentStep:
    """The step that made a trigger. `depth` counts the workflows that triggered each other on the way."""

    recipient_run_id: str
    step_ref: str
    depth: int


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """One accepted trigger: all that its recipients' runs need, pinned to the version it met.

    `successor` is the latest run under the same idempotency key, once the key has been used again after a day.
    `branch` is the id of the one whose definitions run. `integration` is the source whose event made the trigger,
    `audience` the one that its recipient came into. A rehearsal is somebody trying a workflow out: it does not count as
    the only run that somebody has of it.
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
    parent: ParentStep | None = None
    integration: str | None = None
    audience: str | None = None
    successor: str | None = None
    branch: str | None = None
    is_rehearsal: bool = False

    @property
    def brings_channel_data(self) -> bool:
        named = (*self.recipients, self.actor, self.tenant)
        return any(one is not None and one.channel_data for one in named)

    def data_for(self, ref: RecipientRef) -> dict[str, Any]:
        """The trigger's data as this recipient has it."""
        named = next((recipient for recipient in self.recipients if recipient.ref == ref), None)
        return {**self.data, **((named and named.trigger_data) or {})}


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
    """What a repeated execution needs to hand a message to delivery once more. `waits_in` is the bucket of the wheel,
    with its shard, that does so when the message must not go out at once."""

    step_ref: str
    channel_id: str
    message_id: str
    needs_delivery: bool
    waits_in: tuple[str, str] | None = None


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
    on in the newest version of the workflow that still has the step. `carries` names the open batch that the run waits
    for: that is over when it closes, and no cancellation ends it before. `awaits` is the event that may wake it."""

    kind: PauseKind
    note: dict[str, Any] = field(default_factory=dict)
    follows_latest: bool = False
    carries: str | None = None
    awaits: Topic | None = None


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
    parent_run_id: str | None = None
    integration: str | None = None
    audience: str | None = None
    is_rehearsal: bool = False
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
    def carries(self) -> str | None:
        """The open batch that it waits for."""
        return self.pause.carries if self.pause is not None else None

    def is_cancelled_by(self, cancelled_at: datetime | None) -> bool:
        """A cancellation counts for triggers that came before it. Of a batch it takes a trigger out as long as that is
        open; the run that carries the batch is stopped only by one that comes later."""
        if cancelled_at is None or self.carries is not None:
            return False
        if self.batch is not None:
            return cancelled_at > self.batch.closed_at
        return cancelled_at >= self.inserted_at

    @property
    def has_ended(self) -> bool:
        return self.status in (RunStatus.COMPLETED, RunStatus.CANCELLED)
