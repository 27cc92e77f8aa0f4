"""Recipient runs on the wire."""

from typing import Any

from pydantic import Field

from tocsin.contract.model import Model
from tocsin.contract.paging import Moment, PageIn, PageInfoOut
from tocsin.domain.clock import to_iso
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.ids import ksuid
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.run_filter import RunFilter
from tocsin.domain.runs import EventStatus, RecipientRun, RunEvent, RunStatus


class RunsQuery(PageIn):
    workflow: str | None = Field(default=None, description="A workflow's key")
    status: list[RunStatus] = Field(default=[])
    tenant: str | None = None
    has_errors: bool | None = None
    recipient: str | None = Field(
        default=None, description="A user's id; for an object recipient[id] and [collection]"
    )
    recipient_id: str | None = Field(default=None, alias="recipient.id")
    recipient_collection: str | None = Field(default=None, alias="recipient.collection")
    starting_at: Moment | None = Field(default=None, description="Runs whose trigger came at or after this")
    ending_at: Moment | None = Field(default=None, description="Runs whose trigger came before this")

    def to_filter(self) -> RunFilter:
        return RunFilter(
            workflow=self.workflow,
            statuses=frozenset(self.status),
            tenant=self.tenant,
            has_errors=self.has_errors,
            recipient=self._recipient(),
            starting_at=self.starting_at,
            ending_at=self.ending_at,
        )

    def _recipient(self) -> RecipientRef | None:
        if self.recipient is not None:
            return user(self.recipient)
        if self.recipient_id is None and self.recipient_collection is None:
            return None
        if not self.recipient_id or not self.recipient_collection:
            problem = FieldProblem("recipient", "must be a user's id, or have both `id` and `collection`")
            raise InvalidParamsError([problem])
        return RecipientRef(self.recipient_collection, self.recipient_id)


class TriggerSourceOut(Model):
    type: str
    cancellation_key: str | None
    schedule_id: str | None = Field(default=None, description="Where a schedule made the trigger")
    workflow_recipient_run_id: str | None = Field(
        default=None, description="Where a step of another workflow made the trigger: the run of that step"
    )
    integration_source_key: str | None = Field(
        default=None, description="Where an event from outside made the trigger: its source, or `eventbridge`"
    )
    audience_key: str | None = Field(
        default=None, description="Where the recipient's entry made the trigger: the audience"
    )


class RunOut(Model):
    typename: str = Field(alias="__typename")
    id: str
    workflow_run_id: str
    workflow: str
    status: RunStatus
    recipient: str | dict[str, str]
    actor: str | dict[str, str] | None
    tenant: str | None
    trigger_source: TriggerSourceOut
    error_count: int
    inserted_at: str
    updated_at: str


class RunEventOut(Model):
    typename: str = Field(alias="__typename")
    id: str
    event: str
    status: EventStatus
    attempt: int
    step_ref: str | None
    step_type: str | None
    data: dict[str, Any] | None
    inserted_at: str


class RunDetailOut(RunOut):
    events: list[RunEventOut]


class RunsOut(Model):
    items: list[RunOut]
    page_info: PageInfoOut


def run_out(run: RecipientRun) -> dict[str, Any]:
    return {
        "__typename": "WorkflowRecipientRun",
        "id": run.id,
        "workflow_run_id": run.workflow_run_id,
        "workflow": run.workflow,
        "status": run.status.value,
        "recipient": run.recipient.to_wire(),
        "actor": run.actor.to_wire() if run.actor else None,
        "tenant": run.tenant,
        "trigger_source": _trigger_source(run),
        "error_count": run.error_count,
        "inserted_at": to_iso(run.inserted_at),
        "updated_at": to_iso(run.updated_at),
    }


def _trigger_source(run: RecipientRun) -> dict[str, Any]:
    if run.schedule_id is not None:
        return {"type": "schedule", "cancellation_key": None, "schedule_id": run.schedule_id}
    if run.parent_run_id is not None:
        return {
            "type": "workflow_step",
            "cancellation_key": run.cancellation_key,
            "workflow_recipient_run_id": run.parent_run_id,
        }
    if run.integration is not None:
        return {
            "type": "integration",
            "cancellation_key": run.cancellation_key,
            "integration_source_key": run.integration,
        }
    if run.audience is not None:
        return {"type": "audience", "cancellation_key": None, "audience_key": run.audience}
    return {"type": "rehearsal" if run.is_rehearsal else "api", "cancellation_key": run.cancellation_key}


def run_detail_out(run: RecipientRun) -> dict[str, Any]:
    """With its events, oldest first: the timeline of the run."""
    return {
        **run_out(run),
        "events": [_event_out(run, event, place) for place, event in enumerate(run.events)],
    }


def _event_out(run: RecipientRun, event: RunEvent, place: int) -> dict[str, Any]:
    return {
        "__typename": "WorkflowRecipientRunEvent",
        "id": ksuid(event.at, run.id, str(place)),
        "event": event.event,
        "status": event.status.value,
        "attempt": event.attempt,
        "step_ref": event.step_ref,
        "step_type": event.step_type,
        "data": event.data,
        "inserted_at": to_iso(event.at),
    }
