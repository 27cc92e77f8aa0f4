"""Triggers and their recipients' runs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.errors import ConflictError
from tocsin.domain.listing import Span
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import (
    EventStatus,
    FiredSchedule,
    MadeMessage,
    RecipientRun,
    RunEvent,
    RunStatus,
    TriggeredRecipient,
    WorkflowRun,
)
from tocsin.domain.wheel import ParkedKind
from tocsin.engine.outcome import MessageDraft
from tocsin.store import keys
from tocsin.store.merging import Lane, merged
from tocsin.store.messages import draft_to_writes
from tocsin.store.payloads import Payloads
from tocsin.store.rows import optional_date, optional_iso, ref_from_row, ref_to_row
from tocsin.store.table import ABSENT, Item, Key, Put, Table, put_if_version
from tocsin.store.wheel import parked_item, parking_from_row, parking_to_row

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
    return [recipient.ref.collection, recipient.ref.id, recipient.properties, recipient.trigger_data]


def _triggered_from_row(row: list[Any]) -> TriggeredRecipient:
    return TriggeredRecipient(RecipientRef(row[0], row[1]), row[2], row[3])


def new_workflow_run(env: str, run: WorkflowRun, payloads: Payloads) -> Put:
    """Stores a trigger, once."""
    item = {
        "pk": keys.workflow_run(env, run.id),
        "sk": keys.RUN,
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
        "successor": run.successor,
        "body": payloads.pack(f"runs/{env}/{run.id}", workflow_run_body(run)),
    }
    return Put(item, ABSENT)


def _schedule_to_row(schedule: FiredSchedule | None) -> list[str] | None:
    """The next occurrence comes last, empty when there is none."""
    if schedule is None:
        return None
    return [schedule.id, to_iso(schedule.last_occurrence_at), optional_iso(schedule.next_occurrence_at) or ""]


def _schedule_from_row(row: list[str] | None) -> FiredSchedule | None:
    return FiredSchedule(row[0], from_iso(row[1]), optional_date(row[2])) if row else None


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

    def _from_item(self, item: Item) -> WorkflowRun:
        body: Any = self._payloads.unpack(item["body"])
        return WorkflowRun(
            id=item["id"],
            workflow=item["workflow"],
            version_id=item["version_id"],
            recipients=tuple(map(_triggered_from_row, body["recipients"])),
            triggered_at=from_iso(item["triggered_at"]),
            data=body["data"],
            actor=_triggered_from_row(body["actor"]) if body["actor"] else None,
            tenant=_triggered_from_row(body["tenant"]) if body["tenant"] else None,
            cancellation_key=item.get("cancellation_key"),
            sandbox_mode=item.get("sandbox_mode", False),
            skip_delay=item.get("skip_delay", False),
            request_hash=item["request_hash"],
            request_id=item["request_id"],
            schedule=_schedule_from_row(item.get("schedule")),
            successor=item.get("successor"),
        )


def run_to_item(env: str, run: RecipientRun, shards: int) -> Item:
    """Events and made messages are one JSON text each: they are written often and never searched."""
    return {
        "pk": keys.recipient_runs_shard(env, keys.shard_of(run.id, shards)),
        "sk": run.id,
        "workflow_run_id": run.workflow_run_id,
        "workflow": run.workflow,
        "version_id": run.version_id,
        "recipient": ref_to_row(run.recipient),
        "actor": ref_to_row(run.actor),
        "tenant": run.tenant,
        "subscribed_to": ref_to_row(run.subscribed_to),
        "status": run.status.value,
        "cursor": run.cursor,
        "cancellation_key": run.cancellation_key,
        "schedule_id": run.schedule_id,
        "parking": parking_to_row(run.parking),
        "made": json_text.dumps(
            [[m.step_ref, m.channel_id, m.message_id, m.needs_delivery] for m in run.made]
        ),
        "events": json_text.dumps([_event_to_row(event) for event in run.events]),
        "inserted_at": to_iso(run.inserted_at),
        "updated_at": to_iso(run.updated_at),
    }


def run_from_item(item: Item) -> RecipientRun:
    recipient = ref_from_row(item["recipient"])
    assert recipient is not None
    return RecipientRun(
        id=item["sk"],
        workflow_run_id=item["workflow_run_id"],
        workflow=item["workflow"],
        version_id=item["version_id"],
        recipient=recipient,
        status=RunStatus(item["status"]),
        inserted_at=from_iso(item["inserted_at"]),
        updated_at=from_iso(item["updated_at"]),
        cursor=item.get("cursor"),
        actor=ref_from_row(item.get("actor")),
        tenant=item.get("tenant"),
        subscribed_to=ref_from_row(item.get("subscribed_to")),
        cancellation_key=item.get("cancellation_key"),
        schedule_id=item.get("schedule_id"),
        parking=parking_from_row(item.get("parking")),
        made=tuple(MadeMessage(*row) for row in json_text.loads(item["made"])),
        events=tuple(_event_from_row(row) for row in json_text.loads(item["events"])),
        version=item["version"],
    )


def _event_to_row(event: RunEvent) -> list[Any]:
    return [
        event.event,
        to_iso(event.at),
        event.status.value,
        event.step_ref,
        event.step_type,
        event.attempt,
        event.data,
    ]


def _event_from_row(row: list[Any]) -> RunEvent:
    name, at, status, step_ref, step_type, attempt, data = row
    return RunEvent(name, from_iso(at), EventStatus(status), step_ref, step_type, attempt, data)


class RecipientRunStore:
    def __init__(self, table: Table, payloads: Payloads | None, shards: int) -> None:
        """Without `payloads` the store reads and cancels runs; making messages needs a place for their content."""
        self._table = table
        self._payloads = payloads
        self._shards = shards

    def get(self, env: str, run_id: str) -> RecipientRun | None:
        item = self._table.get(self._key(env, run_id), consistent=True)
        return run_from_item(item) if item else None

    def get_many(self, env: str, run_ids: Iterable[str]) -> dict[str, RecipientRun]:
        rows = self._table.batch_get((self._key(env, run_id) for run_id in run_ids), consistent=True)
        return {row["sk"]: run_from_item(row) for row in rows.values()}

    def commit(self, env: str, run: RecipientRun, drafts: Sequence[MessageDraft] = ()) -> None:
        """Stores the run by compare-and-set together with what it made, or nothing: ConflictError.

        A paused run parks in the same transaction, so it cannot wait without a place in the wheel.
        """
        everything = [put_if_version(run_to_item(env, run, self._shards), run.version)]
        for draft in drafts:
            assert self._payloads is not None, "this function makes no messages"
            everything += draft_to_writes(env, draft, self._shards, self._payloads)
        if run.status is RunStatus.PAUSED:
            everything.append(self._parked(env, run))
        if len(everything) == 1:
            self._table.put(everything[0])
        else:
            self._table.transact(everything)

    def listed(self, env: str, span: Span, chunk: int) -> Iterator[RecipientRun]:
        """The environment's runs in the order of their ids, read as far as they are asked for."""
        shards = keys.all_shards(self._shards)
        lanes = [Lane(keys.recipient_runs_shard(env, shard)) for shard in shards]
        return map(run_from_item, merged(self._table, lanes, span, chunk))

    def _parked(self, env: str, run: RecipientRun) -> Put:
        """With a cancellation key it is in the index too, so that cancel finds it."""
        assert run.parking is not None
        item = parked_item(env, ParkedKind.RUN, run.id, run.parking)
        if run.cancellation_key is not None:
            shard = keys.shard_of(run.id, self._shards)
            item[keys.IPK] = keys.cancellable_shard(env, run.workflow, run.cancellation_key, shard)
            item[keys.ISK] = run.id
        return Put(item)

    def _key(self, env: str, run_id: str) -> Key:
        return keys.recipient_runs_shard(env, keys.shard_of(run_id, self._shards)), run_id
