"""Triggers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.errors import ConflictError
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import FiredSchedule, ParentStep, TriggeredRecipient, WorkflowRun
from tocsin.store import keys
from tocsin.store.payloads import Payloads
from tocsin.store.rows import optional_date, optional_iso
from tocsin.store.table import ABSENT, Item, Put, Table

CLAIMS_KEPT = timedelta(days=30)  # longer than any queue, and any queue of dead letters, holds a task


def workflow_run_body(run: WorkflowRun) -> dict[str, Any]:
    """The part of a trigger that the caller's data can make large."""
    return {
        "recipients": [_triggered_to_row(recipient) for recipient in run.recipients],
        "data": run.data,
        "actor": _triggered_to_row(run.actor) if run.actor else None,
        "tenant": _triggered_to_row(run.tenant) if run.tenant else None,
    }


def _triggered_to_row(recipient: TriggeredRecipient) -> list[Any]:
    """What few bring comes last, and only where somebody does."""
    row = [recipient.ref.collection, recipient.ref.id, recipient.properties, recipient.trigger_data]
    brought = [recipient.channel_data, recipient.preferences]
    return [*row, *brought] if any(brought) else row


def _triggered_from_row(row: list[Any]) -> TriggeredRecipient:
    return TriggeredRecipient(RecipientRef(row[0], row[1]), *row[2:])


def new_workflow_run(env: str, run: WorkflowRun, payloads: Payloads) -> Put:
    """Stores a trigger, once."""
    key = {"pk": keys.workflow_run(env, run.id), "sk": keys.RUN}
    body = payloads.pack(f"runs/{env}/{run.id}", workflow_run_body(run), tightly=True)
    return Put({**key, **_head(run), "body": body}, ABSENT)


def _head(run: WorkflowRun) -> dict[str, Any]:
    """The part of a trigger that is always small."""
    return {
        "id": run.id,
        "workflow": run.workflow,
        "version_id": run.version_id,
        "triggered_at": to_iso(run.triggered_at),
        "cancellation_key": run.cancellation_key,
        "sandbox_mode": run.sandbox_mode or None,
        "skip_delay": run.skip_delay or None,
        "request_hash": run.request_hash,
        "request_id": run.request_id,
        "schedule": _schedule_to_row(run.schedule),
        "parent": _parent_to_row(run.parent),
        "integration": run.integration,
        "audience": run.audience,
        "successor": run.successor,
        "branch": run.branch,
        "is_rehearsal": run.is_rehearsal or None,
    }


def _schedule_to_row(schedule: FiredSchedule | None) -> list[str] | None:
    """The next occurrence comes last, empty when there is none."""
    if schedule is None:
        return None
    return [schedule.id, to_iso(schedule.last_occurrence_at), optional_iso(schedule.next_occurrence_at) or ""]


def _schedule_from_row(row: list[str] | None) -> FiredSchedule | None:
    return FiredSchedule(row[0], from_iso(row[1]), optional_date(row[2])) if row else None


def _parent_to_row(parent: ParentStep | None) -> list[Any] | None:
    return [parent.recipient_run_id, parent.step_ref, parent.depth] if parent else None


class WorkflowRunStore:
    def __init__(self, table: Table, payloads: Payloads) -> None:
        self._table = table
        self._payloads = payloads

    def create(self, env: str, run: WorkflowRun) -> None:
        """ConflictError when a run of that id exists: the same trigger, sent again."""
        self._table.put(new_workflow_run(env, run, self._payloads))

    def succeed(self, env: str, first: WorkflowRun, run: WorkflowRun) -> None:
        """Stores a run, and that it is what the key of the first stands for. ConflictError when another was faster."""
        changed = new_workflow_run(env, replace(first, successor=run.id), self._payloads)
        seen = {":seen": first.successor} if first.successor else {}
        only_if = "successor = :seen" if seen else "attribute_exists(pk) AND attribute_not_exists(successor)"
        self._table.transact([Put(changed.item, only_if, seen), new_workflow_run(env, run, self._payloads)])

    def get(self, env: str, workflow_run_id: str) -> WorkflowRun | None:
        item = self._table.get((keys.workflow_run(env, workflow_run_id), keys.RUN), consistent=True)
        return self._from_item(item) if item else None

    def claim_walk(self, env: str, run: WorkflowRun, object_: RecipientRef, parent: RecipientRef) -> bool:
        """True for the first parent through which a trigger comes upon an object, whenever it asks."""
        row = {
            "pk": keys.workflow_run(env, run.id),
            "sk": keys.walk(object_.collection, object_.id),
            "walked_by": parent.gid,
            keys.EXPIRES_AT: int((run.triggered_at + CLAIMS_KEPT).timestamp()),
        }
        try:
            self._table.put(Put(row, f"{ABSENT} OR walked_by = :parent", {":parent": parent.gid}))
        except ConflictError:
            return False
        return True

    def get_many(self, env: str, workflow_run_ids: Iterable[str]) -> dict[str, WorkflowRun]:
        rows = self._table.batch_get(
            (keys.workflow_run(env, run_id), keys.RUN) for run_id in workflow_run_ids
        )
        return {row["id"]: self._from_item(row) for row in rows.values()}

    def enclosed(self, run: WorkflowRun, most: int) -> str | None:
        """The same row as text, its body as it is; None where that takes more bytes than `most`."""
        head = {name: value for name, value in _head(run).items() if value is not None}
        text = json_text.dumps({**head, "body": workflow_run_body(run)})
        return text if len(text.encode()) <= most else None

    def opened(self, enclosed: str) -> WorkflowRun:
        row: Any = json_text.loads(enclosed)
        return _workflow_run(row, row["body"])

    def _from_item(self, item: Item) -> WorkflowRun:
        return _workflow_run(item, self._payloads.unpack(item["body"]))


def _workflow_run(head: Item, body: Any) -> WorkflowRun:
    return WorkflowRun(
        id=head["id"],
        workflow=head["workflow"],
        version_id=head["version_id"],
        recipients=tuple(map(_triggered_from_row, body["recipients"])),
        triggered_at=from_iso(head["triggered_at"]),
        data=body["data"],
        actor=_triggered_from_row(body["actor"]) if body["actor"] else None,
        tenant=_triggered_from_row(body["tenant"]) if body["tenant"] else None,
        cancellation_key=head.get("cancellation_key"),
        sandbox_mode=head.get("sandbox_mode", False),
        skip_delay=head.get("skip_delay", False),
        request_hash=head["request_hash"],
        request_id=head["request_id"],
        schedule=_schedule_from_row(head.get("schedule")),
        parent=ParentStep(*head["parent"]) if "parent" in head else None,
        integration=head.get("integration"),
        audience=head.get("audience"),
        successor=head.get("successor"),
        branch=head.get("branch"),
        is_rehearsal=head.get("is_rehearsal", False),
    )
