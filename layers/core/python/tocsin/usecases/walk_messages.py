"""Bulk operations on a channel's messages: nobody knows the rows beforehand, so they are walked to, lane by lane.

A step chooses its messages, writes down which, does to them what was asked, writes down that it is done, and sends
for the next step. The choice is kept because it cannot be made again: what is done to a message changes whether the
filter lets it pass. Everything behind the choice may be repeated by anybody.

The message of a step goes only when the next one has been sent for, so a lane goes on whoever crashes: what comes
back finds the record and sends once more, unless somebody has begun the next step. The worker whose record was
refused does not send: the other's message is still there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from tocsin.contract.bulk_messages import BulkMessagesIn
from tocsin.contract.tasks import WalkMessages
from tocsin.domain.bulk_operations import BulkOperation, ChunkRecord, Progress, Row, RowError, progress
from tocsin.domain.feed import Feed, FeedFilter, FeedStatus, state_of
from tocsin.domain.listing import Span
from tocsin.domain.message_filter import Engagement
from tocsin.domain.message_walks import Action, Lane, LanePage, StepRows, WalkFilter
from tocsin.domain.recipients import from_wire
from tocsin.usecases.bulk_operations import LONGEST_ROW_MS, Attempt, BulkOperations
from tocsin.usecases.delete_messages import delete_messages
from tocsin.usecases.mark_messages import MarkPorts, mark_messages
from tocsin.usecases.message_data import KeptBatches, MessageData
from tocsin.usecases.ports import Feeds, Tasks, WorkflowRuns

# A step is enough when it has found so many messages, or read so many pages, or half of its minute is over.
ENOUGH = 240
PAGES = 10
TIME_TO_ACT_MS = 30_000
# Found and changed by one call; after each it is asked whether there is time for another.
TOGETHER = 48
ESTIMATED_FEEDS = 20
# What counters do not know yet, for an estimate.
UNCOUNTED = 50
_STATUSES: dict[Engagement | None, FeedStatus] = {
    Engagement.SEEN: FeedStatus.SEEN,
    Engagement.UNSEEN: FeedStatus.UNSEEN,
    Engagement.READ: FeedStatus.READ,
    Engagement.UNREAD: FeedStatus.UNREAD,
}
GIVEN_UP = "this part could not be worked on; send the call again"


class StepWork(Protocol):
    """A step as its worker finds it."""

    @property
    def operation(self) -> BulkOperation: ...

    @property
    def lane(self) -> Row: ...

    @property
    def is_started(self) -> bool: ...

    @property
    def found(self) -> StepRows | None: ...

    @property
    def done(self) -> ChunkRecord | None: ...

    @property
    def is_next_begun(self) -> bool: ...


class Walks(Protocol):
    def step_work(self, env: str, operation_id: str, lane: int, number: int) -> StepWork | None: ...

    def page(self, env: str, lane: Lane, channel_id: str, span: Span) -> LanePage: ...

    def choose(self, env: str, operation: BulkOperation, lane: int, number: int, rows: StepRows) -> StepRows:
        """What the step is about: these, or what another worker has chosen already."""

    def finish(self, env: str, operation: BulkOperation, number: int, record: ChunkRecord) -> bool:
        """False when the step has a record already, which stands."""


@dataclass(frozen=True, slots=True)
class WalkPorts:
    operations: BulkOperations
    walks: Walks
    marks: MarkPorts
    runs: WorkflowRuns
    batches: KeptBatches
    bulk: Tasks
    clock: Callable[[], datetime]
    remaining_ms: Callable[[], int]


def estimate(feeds: Feeds, env: str, channel_id: str, lanes: Sequence[Lane], wanted: WalkFilter) -> int:
    """About how many messages of these feeds pass: by their marks alone, as the counters have them. 0 where that
    would take long, or somebody's messages are in no feed."""
    if len(lanes) > ESTIMATED_FEEDS:
        return 0
    shown = FeedFilter(_STATUSES.get(wanted.engagement, FeedStatus.ALL), wanted.archived)
    total = 0
    for lane in lanes:
        if lane.recipient is not None:
            newest = feeds.newest(env, Feed(lane.recipient, channel_id), UNCOUNTED)
            uncounted = [item for item in newest.items if item.id > newest.counters.high]
            total += newest.counters.tally.counts(shown).total
            total += sum(shown.shows(state_of(item)) for item in uncounted)
    return total


def accept_walk(
    operations: BulkOperations, bulk: Tasks, env: str, operation: BulkOperation, lanes: Sequence[Lane]
) -> Progress:
    """Durable before it is answered, as `bulk_operations.accept` is; a repeat does the same to the same messages."""
    operations.create(env, operation, [_lane_to_row(lane) for lane in lanes])
    numbers = range(operation.chunk_count)
    bulk.send_many([WalkMessages(env=env, operation_id=operation.id, lane=number) for number in numbers])
    return progress(operation, None, ())


def take_step(ports: WalkPorts, task: WalkMessages, attempt: Attempt) -> str:
    """Returns a word for the log; raises what brings the message back."""
    work = ports.walks.step_work(task.env, task.operation_id, task.lane, task.number)
    if work is None:
        return "expired"
    if work.done is not None:
        if not work.is_next_begun:
            _go_on(ports, task, work.done)
        return "repeated"
    if not work.is_started:
        ports.operations.start(task.env, work.operation, ports.clock())
    record = _record(ports, task, work, attempt)
    if not ports.walks.finish(task.env, work.operation, task.number, record):
        return "repeated"
    _go_on(ports, task, record)
    return "worked"


def _go_on(ports: WalkPorts, task: WalkMessages, record: ChunkRecord) -> None:
    if record.onwards is not None:
        ports.bulk.send(task.model_copy(update={"number": task.number + 1, "below": record.onwards}))


def _record(ports: WalkPorts, task: WalkMessages, work: StepWork, attempt: Attempt) -> ChunkRecord:
    if attempt is Attempt.WRITE_DOWN:
        return _given_up(ports, task, work)
    found = work.found or ports.walks.choose(
        task.env, work.operation, task.lane, task.number, _found(ports, task, work)
    )
    errors = _act(ports, task.env, work.operation, found.message_ids, attempt)
    return ChunkRecord(task.lane, len(found.message_ids), ports.clock(), errors, found.onwards)


def _given_up(ports: WalkPorts, task: WalkMessages, work: StepWork) -> ChunkRecord:
    """The lane ends here. It counts as one row, which could not be worked on."""
    recipient = _lane_from_row(work.lane).recipient
    who = recipient.id if recipient else work.operation.shared["channel_id"]
    collection = recipient.collection if recipient else None
    error = RowError(who, "internal_error", GIVEN_UP, collection, abandoned=True)
    return ChunkRecord(task.lane, 1, ports.clock(), (error,))


def _found(ports: WalkPorts, task: WalkMessages, work: StepWork) -> StepRows:
    operation, lane = work.operation, _lane_from_row(work.lane)
    wanted, channel_id = _filter_of(operation), operation.shared["channel_id"]
    data = MessageData(ports.runs, ports.batches, task.env, ports.clock())
    found: list[str] = []
    onwards = task.below
    for _ in range(PAGES):
        page = ports.walks.page(task.env, lane, channel_id, wanted.span(operation.inserted_at, onwards))
        found += [message.id for message in page.messages if wanted.matches(message, data.of)]
        onwards = page.onwards
        if onwards is None or len(found) >= ENOUGH or ports.remaining_ms() < TIME_TO_ACT_MS:
            break
    return StepRows(tuple(found), onwards)


def _act(
    ports: WalkPorts, env: str, operation: BulkOperation, message_ids: Sequence[str], attempt: Attempt
) -> tuple[RowError, ...]:
    """On the last attempt one by one: what cannot be worked on is told apart from the others."""
    together = TOGETHER if attempt is Attempt.NORMAL else 1
    errors: list[RowError] = []
    for start in range(0, len(message_ids), together):
        batch = message_ids[start : start + together]
        try:
            if ports.remaining_ms() < LONGEST_ROW_MS:
                raise TimeoutError("no time is left for these messages")
            _do(ports, env, operation, batch)
        except Exception:
            if attempt is Attempt.NORMAL:
                raise
            errors += [RowError(name, "internal_error", GIVEN_UP, abandoned=True) for name in batch]
    return tuple(errors)


def _do(ports: WalkPorts, env: str, operation: BulkOperation, message_ids: Sequence[str]) -> None:
    action = Action(operation.shared["action"])
    if action is Action.DELETE:
        delete_messages(ports.marks, env, message_ids)
    else:
        change = partial(action.done_to, asked_at=operation.inserted_at, now=ports.clock())
        mark_messages(ports.marks, env, message_ids, change)


def _filter_of(operation: BulkOperation) -> WalkFilter:
    reached = operation.shared["reached_tenants"]
    sent = BulkMessagesIn.model_validate(operation.shared["filter"])
    return sent.to_filter(None if reached is None else frozenset(reached))


def _lane_to_row(lane: Lane) -> Row:
    return {"shard": lane.shard} if lane.recipient is None else {"recipient": lane.recipient.to_wire()}


def _lane_from_row(row: Row) -> Lane:
    return Lane(shard=row["shard"]) if "shard" in row else Lane(recipient=from_wire(row["recipient"]))
