"""Walks over messages in memory: a queue that repeats and reorders, workers that crash and meet, people who go on
reading meanwhile."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import BaseModel

from tests.builders.messages import ENV, START, a_draft
from tocsin.contract.bulk_messages import BulkMessagesIn
from tocsin.contract.tasks import WalkMessages
from tocsin.domain.bulk_operations import BulkOperation, ChunkRecord, Progress, Row, progress
from tocsin.domain.errors import ConflictError
from tocsin.domain.listing import Span
from tocsin.domain.message_walks import Action, Lane, LanePage, StepRows
from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.runs import WorkflowRun
from tocsin.usecases.bulk_operations import attempt_of
from tocsin.usecases.mark_messages import MarkPorts
from tocsin.usecases.walk_messages import WalkPorts, accept_walk, take_step

ASKED = START + timedelta(days=1)
PEOPLE = (user("jane"), user("tom"))
PAGE = 3
MAX_RECEIVES = 6
# Enough to act, too little to look for more: a step is one page.
LITTLE_TIME = 20_000


class CrashedError(Exception):
    """The worker is gone."""


class Work(NamedTuple):
    operation: BulkOperation
    lane: Row
    is_started: bool
    found: StepRows | None
    done: ChunkRecord | None
    is_next_begun: bool


@dataclass
class Waiting:
    task: WalkMessages
    receives: int = 0


@dataclass
class World:
    """Everything that a worker talks to. `meanwhile` is what happens at the nth time that one does."""

    messages: dict[str, Message] = field(default_factory=dict)
    queue: list[Waiting] = field(default_factory=list)
    dead: list[WalkMessages] = field(default_factory=list)
    meanwhile: dict[int, Callable[[], object]] = field(default_factory=dict)
    broken: Callable[[Message], bool] = lambda _: False
    now: datetime = ASKED
    calls: int = 0
    operation: BulkOperation | None = None
    lanes: list[Row] = field(default_factory=list)
    started_at: datetime | None = None
    found: dict[tuple[int, int], StepRows] = field(default_factory=dict)
    done: dict[tuple[int, int], ChunkRecord] = field(default_factory=dict)

    def happens(self) -> None:
        self.calls += 1
        self.now += timedelta(milliseconds=1)
        self.meanwhile.pop(self.calls, lambda: None)()

    # What a product does

    def receives(self, number: int, **fields: Any) -> str:
        message = replace(
            a_draft(number, recipient=PEOPLE[number % len(PEOPLE)], **fields).message, version=1
        )
        self.messages[message.id] = message
        return message.id

    def changes(self, message_id: str, change: Callable[[Message, datetime], Message]) -> None:
        message = self.messages.get(message_id)
        if message is not None:
            changed = change(message, self.now)
            self.messages[message_id] = replace(changed, version=message.version + 1)

    def asks(
        self, action: Action, sent: dict[str, Any], people: Sequence[RecipientRef] = PEOPLE
    ) -> BulkOperation:
        shared = {
            "channel_id": a_draft(0).message.channel_id,
            "action": action.value,
            "filter": BulkMessagesIn.model_validate(sent).sent_filter,
            "reached_tenants": None,
        }
        lanes = [Lane(recipient=person) for person in people]
        name = action.operation_name
        operation = BulkOperation("operation", name, len(lanes), 1, ASKED, shared, estimate=0)
        accept_walk(Operations(self), self, ENV, operation, lanes)
        return operation

    def polls(self) -> Progress:
        assert self.operation is not None
        return progress(self.operation, self.started_at, list(self.done.values()))

    # What SQS and Lambda do

    def delivers(self, place: int = 0, *, again: bool = False) -> None:
        """One message to a worker; it comes back if the worker fails, or `again` although it has not."""
        waiting = self.queue.pop(place % len(self.queue))
        waiting.receives += 1
        try:
            self.works(waiting.task, waiting.receives)
        except Exception:  # noqa: BLE001 - whatever it was, the message comes back
            self._back(waiting, self.dead)
        else:
            if again:
                self._back(waiting, [])

    def meets(self) -> None:
        """Another worker has the message of the latest step at the same time, and is through with it before the first
        one goes on."""
        lane, number = max(self.found, key=lambda step: step[1], default=(0, 0))
        below = self.done[lane, number - 1].onwards if number else None
        self.works(WalkMessages(env=ENV, operation_id="operation", lane=lane, number=number, below=below))

    def works(self, task: WalkMessages, receives: int = 1) -> None:
        ports = WalkPorts(
            operations=Operations(self),
            walks=self,
            marks=MarkPorts(self, self, self),  # type: ignore[arg-type]
            runs=self,  # type: ignore[arg-type]
            batches=self,  # type: ignore[arg-type]
            bulk=self,
            clock=lambda: self.now,
            remaining_ms=lambda: LITTLE_TIME,
        )
        take_step(ports, task, attempt_of(receives, MAX_RECEIVES))

    def _back(self, waiting: Waiting, given_up: list[WalkMessages]) -> None:
        if waiting.receives < MAX_RECEIVES:
            self.queue.append(waiting)
        else:
            given_up.append(waiting.task)

    # The ports

    def send(self, task: BaseModel, delay_seconds: int = 0) -> None:
        self.happens()
        assert isinstance(task, WalkMessages)
        self.queue.append(Waiting(task))
        self.happens()

    def send_many(self, tasks: Sequence[BaseModel], delay_seconds: int = 0) -> None:
        for task in tasks:
            assert isinstance(task, WalkMessages)
            self.queue.append(Waiting(task))

    def step_work(self, env: str, operation_id: str, lane: int, number: int) -> Work | None:
        self.happens()
        if self.operation is None:
            return None
        step, next_step = (lane, number), (lane, number + 1)
        return Work(
            self.operation,
            self.lanes[lane],
            self.started_at is not None,
            self.found.get(step),
            self.done.get(step),
            next_step in self.found,
        )

    def page(self, env: str, lane: Lane, channel_id: str, span: Span) -> LanePage:
        self.happens()
        wanted = sorted(
            (one for one in self.messages.values() if one.recipient == lane.recipient and span.holds(one.id)),
            key=lambda message: message.id,
            reverse=True,
        )
        return LanePage(wanted[:PAGE], wanted[PAGE - 1].id if len(wanted) > PAGE else None)

    def choose(self, env: str, operation: BulkOperation, lane: int, number: int, rows: StepRows) -> StepRows:
        self.happens()
        chosen = self.found.setdefault((lane, number), rows)
        self.happens()
        return chosen

    def finish(self, env: str, operation: BulkOperation, number: int, record: ChunkRecord) -> bool:
        self.happens()
        is_first = (record.number, number) not in self.done
        self.done.setdefault((record.number, number), record)
        self.happens()
        return is_first

    def get_many(self, env: str, ids: Iterable[str]) -> dict[str, WorkflowRun]:
        return {}

    def find_many(self, env: str, ids: Iterable[str], *, consistent: bool = False) -> list[Message]:
        self.happens()
        return [self.messages[name] for name in ids if name in self.messages]

    def save_marked(self, env: str, pairs: Sequence[tuple[Message, Message]]) -> list[Message]:
        self._require([before for before, _ in pairs])
        stored = [replace(after, version=before.version + 1) for before, after in pairs]
        self.messages.update({message.id: message for message in stored})
        self.happens()
        return stored

    def delete(self, env: str, messages: Sequence[Message], at: datetime | None = None) -> None:
        """Of a feed with the time, which its counters keep."""
        self._require(messages)
        for message in messages:
            del self.messages[message.id]
        self.happens()

    def _require(self, messages: Sequence[Message]) -> None:
        self.happens()
        if any(map(self.broken, messages)):
            raise RuntimeError("this message cannot be stored")
        if any(self.messages.get(one.id) != one for one in messages):
            raise ConflictError("somebody was faster")


@dataclass(frozen=True)
class Operations:
    """The world's only operation, as those see it who ask for operations."""

    world: World

    def create(self, env: str, operation: BulkOperation, rows: list[Row]) -> None:
        self.world.operation, self.world.lanes = operation, rows

    def start(self, env: str, operation: BulkOperation, at: datetime) -> None:
        self.world.started_at = self.world.started_at or at

    def progress(self, env: str, operation_id: str) -> Progress | None:
        return self.world.polls()

    def chunk_work(self, env: str, operation_id: str, number: int) -> None:
        raise AssertionError("a walk has no chunks")

    def finish(self, env: str, operation: BulkOperation, chunk: ChunkRecord) -> bool:
        raise AssertionError("a walk has no chunks")
