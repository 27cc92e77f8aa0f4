"""Recipients' runs."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.changes import Change
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.listing import Span
from tocsin.domain.runs import (
    EventStatus,
    MadeMessage,
    Pause,
    PauseKind,
    RecipientRun,
    RunEvent,
    RunStatus,
)
from tocsin.domain.waits import Topic
from tocsin.domain.wheel import ParkedKind
from tocsin.engine.outcome import Advance, MessageDraft
from tocsin.store import keys
from tocsin.store.batches import batch_from_row, batch_to_row, batched_to_row
from tocsin.store.changes import Write, writes
from tocsin.store.merging import Lane, merged
from tocsin.store.messages import draft_to_writes
from tocsin.store.payloads import Payloads
from tocsin.store.rows import ref_from_row, ref_to_row
from tocsin.store.short_links import ShortLinkStore
from tocsin.store.table import MAX_TRANSACTION, Item, Key, Put, Table, put_if_version
from tocsin.store.waits import WaitStore
from tocsin.store.wheel import parked_item, parking_from_row, parking_to_row

# Lines of logs, without what is a run's own in them.
REMEMBERED = 256
# The step of an event that is of none, its type and the attempt.
_NO_STEP = (None, None, 1)


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
        "parent_run_id": run.parent_run_id,
        "integration": run.integration,
        "audience": run.audience,
        "is_rehearsal": run.is_rehearsal or None,
        "parking": parking_to_row(run.parking),
        "pause": _pause_to_row(run.pause),
        "batch": batch_to_row(run.batch) if run.batch else None,
        "attempt": run.attempt if run.attempt > 1 else None,
        "started": list(run.started) or None,
        "woken": list(run.woken) or None,
        "made": json_text.dumps_plain(
            [
                [m.step_ref, m.channel_id, m.message_id, m.needs_delivery, *(m.waits_in or ())]
                for m in run.made
            ]
        ),
        "events": _events_to_text(run.events),
        "inserted_at": to_iso(run.inserted_at),
        "updated_at": to_iso(run.updated_at),
    }


def run_from_item(item: Item, state: Any = None) -> RecipientRun:
    """`state` is what steps made of the run, unpacked; without it the run can be looked at and stopped."""
    data, outputs, batched = state or (None, {}, None)
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
        parent_run_id=item.get("parent_run_id"),
        integration=item.get("integration"),
        audience=item.get("audience"),
        is_rehearsal=item.get("is_rehearsal", False),
        parking=parking_from_row(item.get("parking")),
        pause=_pause_from_row(item.get("pause")),
        attempt=item.get("attempt", 1),
        data=data,
        outputs=outputs,
        batch=batch_from_row(item["batch"], batched, recipient) if item.get("batch") else None,
        started=tuple(item.get("started", ())),
        woken=tuple(item.get("woken", ())),
        made=tuple(_made_from_row(row) for row in json_text.loads(item["made"])),
        events=tuple(_events_from_rows(json_text.loads(item["events"]))),
        version=item["version"],
    )


def _state_of(run: RecipientRun) -> list[Any] | None:
    """What only its own next stretch needs; nothing for most runs."""
    if (run.data is None and not run.outputs and run.batch is None) or run.has_ended:
        return None
    return [run.data, run.outputs, batched_to_row(run.batch) if run.batch else None]


def _pause_to_row(pause: Pause | None) -> str | None:
    if pause is None:
        return None
    awaits = list(pause.awaits) if pause.awaits is not None else None
    return json_text.dumps([pause.kind.value, pause.note, pause.follows_latest, pause.carries, awaits])


def _pause_from_row(row: str | None) -> Pause | None:
    if row is None:
        return None
    kind, note, follows_latest, carries, awaits = json_text.loads(row)
    return Pause(PauseKind(kind), note, follows_latest, carries, Topic(*awaits) if awaits else None)


def _made_from_row(row: list[Any]) -> MadeMessage:
    ref, channel_id, message_id, needs_delivery, *place = row
    waits_in = (place[0], place[1]) if place else None
    return MadeMessage(ref, channel_id, message_id, needs_delivery, waits_in)


def _events_to_text(events: Sequence[RunEvent]) -> str:
    """A list of each: what most events lack comes last and is left out, and when it was where the one before says."""
    before = chain([None], (event.at for event in events))
    return f"[{','.join(map(_event_to_text, events, before))}]"


def _event_to_text(event: RunEvent, before: datetime | None) -> str:
    at = event.at if event.at != before else None
    step = event.step_ref, event.step_type, event.attempt
    if event.data is None:
        return _beside_data(event.event, at, event.status, *(step if step != _NO_STEP else ()))
    return f"{_beside_data(event.event, at, event.status, *step)[:-1]},{json_text.dumps(event.data)}]"


@lru_cache(maxsize=REMEMBERED)
def _beside_data(event: str, at: datetime | None, status: EventStatus, *step: object) -> str:
    """All runs of a page go through the same steps at the same time."""
    return json_text.dumps_plain([event, to_iso(at) if at is not None else None, status.value, *step])


def _events_from_rows(rows: Iterable[list[Any]]) -> Iterator[RunEvent]:
    at: datetime | None = None
    for name, moment, status, *said in rows:
        at = from_iso(moment) if moment is not None else at
        assert at is not None, "the first event says when it was"
        yield RunEvent(name, at, EventStatus(status), *(said or _NO_STEP))


# A run's id and all that is stored with it.
_Own = tuple[str, list[Write]]


def _groups(ready: Iterable[_Own]) -> Iterator[list[_Own]]:
    """In order, each as large as a transaction may be."""
    group: list[_Own] = []
    size = 0
    for run_id, own in ready:
        if group and size + len(own) > MAX_TRANSACTION:
            yield group
            group, size = [], 0
        group.append((run_id, own))
        size += len(own)
    if group:
        yield group


class RecipientRunStore:
    def __init__(self, table: Table, payloads: Payloads | None, shards: int) -> None:
        """Without `payloads` the store reads and cancels runs; making messages needs a place for their content."""
        self._table = table
        self._payloads = payloads
        self._shards = shards
        self._waits = WaitStore(table)
        self._short_links = ShortLinkStore(table)

    def get(self, env: str, run_id: str) -> RecipientRun | None:
        item = self._table.get(self._key(env, run_id), consistent=True)
        return self._from_item(item) if item else None

    def get_many(self, env: str, run_ids: Iterable[str]) -> dict[str, RecipientRun]:
        rows = self._table.batch_get((self._key(env, run_id) for run_id in run_ids), consistent=True)
        return {row["sk"]: self._from_item(row) for row in rows.values()}

    def commit(
        self,
        env: str,
        run: RecipientRun,
        drafts: Sequence[MessageDraft] = (),
        changes: Sequence[Change] = (),
    ) -> None:
        """Stores the run by compare-and-set together with what it made and changed, or nothing: ConflictError.

        A paused run parks in the same transaction, so it cannot wait without a place in the wheel. Short links are
        stored before: without their message they lead nowhere that anybody sees.
        """
        self._waits.expect(env, changes)
        self._put_links(drafts)
        self._store(self._writes(env, run, drafts, changes))

    def commit_many(self, env: str, made: Sequence[Advance]) -> set[str]:
        """Stores runs of which none changes what another changes, as many as one transaction holds at a time. Returns
        the ids of those that are stored. Why others are not, whatever it was, shows where each is stored by itself.
        """
        self._put_links([draft for one in made for draft in one.messages])
        ready: list[_Own] = []
        for one in made:
            with suppress(Exception):
                ready.append((one.run.id, self._writes(env, one.run, one.messages, one.changes)))
        stored: set[str] = set()
        for group in _groups(ready):
            with suppress(Exception):
                self._store([write for _, own in group for write in own])
                stored.update(run_id for run_id, _ in group)
        return stored

    def _put_links(self, drafts: Iterable[MessageDraft]) -> None:
        if links := [link for draft in drafts for link in draft.short_links]:
            self._short_links.put_all(links)

    def _writes(
        self, env: str, run: RecipientRun, drafts: Iterable[MessageDraft], changes: Sequence[Change]
    ) -> list[Write]:
        found: list[Write] = [put_if_version(self._to_item(env, run), run.version)]
        for draft in drafts:
            found += draft_to_writes(env, draft, self._shards, self._storage)
        if changes:
            found += writes(env, changes, self._shards, self._storage)
        if run.status is RunStatus.PAUSED:
            found.append(self._parked(env, run))
        return found

    def _store(self, everything: Sequence[Write]) -> None:
        match everything:
            case [Put() as row]:
                self._table.put(row)
            case _:
                self._table.transact(everything)

    def listed(self, env: str, span: Span, chunk: int) -> Iterator[RecipientRun]:
        """The environment's runs in the order of their ids, read as far as they are asked for."""
        shards = keys.all_shards(self._shards)
        lanes = [Lane(keys.recipient_runs_shard(env, shard)) for shard in shards]
        return map(run_from_item, merged(self._table, lanes, span, chunk))

    @property
    def _storage(self) -> Payloads:
        assert self._payloads is not None, "this function only looks at runs and stops them"
        return self._payloads

    def _to_item(self, env: str, run: RecipientRun) -> Item:
        item, state = run_to_item(env, run, self._shards), _state_of(run)
        return (
            item
            if state is None
            else {**item, "state": self._storage.pack(f"state/{env}/{run.id}", state, tightly=True)}
        )

    def _from_item(self, item: Item) -> RecipientRun:
        packed = item.get("state")
        return run_from_item(item, self._payloads.unpack(packed) if packed and self._payloads else None)

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
