"""A world in which nothing comes as it was sent: tasks come twice, late and in any order, functions die half-way, two
of them work at the same time, and executions of the wheel are lost.

What AWS promises still holds: what failed is tried again, a name starts one execution only, and the sweep comes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from tests.builders.outside import Tasks
from tests.builders.world import ENV, PLENTY_OF_TIME, World
from tocsin.contract.tasks import Deliver, PerformSteps, Wake
from tocsin.domain.errors import ConflictError
from tocsin.domain.messages import Mark, marked
from tocsin.domain.recipients import user
from tocsin.domain.work import Answer, Failed, Fetched, Work
from tocsin.usecases.mark_messages import MarkPorts, mark_message
from tocsin.usecases.turn_wheel import TooEarlyError, sweep

Effect = Callable[[], Any]
WRITES = ("put_item", "delete_item", "batch_write_item", "transact_write_items")
WAITS = (1, 6, 29, 61, 400, 3600)  # seconds
ENOUGH = 100


class Act(NamedTuple):
    """Something happens: somebody triggers, cancels or reads, time goes by, the sweep comes, a task is lost, the stream
    of the table is heard; or a task of that queue is worked on. `number` chooses among what there is. `again`: it will
    come once more."""

    kind: str
    number: int = 0
    again: bool = False
    trouble: "Trouble | None" = None


class Trouble(NamedTuple):
    """At the `at`th thing that a function does to the world it dies, `before` or `after` it; or DynamoDB has `refused`
    its transaction; or something else happens `meanwhile`, after all has been read and decided."""

    kind: str
    at: int
    meanwhile: Act | None = None


class DiedError(BaseException):
    """Not an Exception: a function that is killed catches nothing."""


class Client:
    """DynamoDB's client, whose writes may meet with trouble."""

    def __init__(self, client: Any, does: Callable[[Effect, bool], Any]) -> None:
        self._client = client
        self._does = does

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        return partial(self._write, method, name == "transact_write_items") if name in WRITES else method

    def _write(self, method: Any, is_transaction: bool, **arguments: Any) -> Any:
        return self._does(lambda: method(**arguments), is_transaction)


class Queue(Tasks):
    """A queue or RUN: who sends may die over it."""

    def __init__(self, does: Callable[[Effect], Any]) -> None:
        super().__init__()
        self._does = does

    def start(self, task: Any) -> None:
        self._does(lambda: self.waiting.append(task))

    def send(self, task: Any, delay_seconds: int = 0) -> None:
        self.start(task)

    def send_many(self, tasks: Sequence[Any], delay_seconds: int = 0) -> None:
        self._does(lambda: self.waiting.extend(tasks))


class Wheels(Queue):
    """WHEEL: an execution whose name was used before, even long ago, is not started."""

    def __init__(self, does: Callable[[Effect], Any]) -> None:
        super().__init__(does)
        self._names: set[tuple[str, str, str | None]] = set()

    def start(self, task: Wake) -> None:
        name = (task.bucket, task.shard, task.cursor)
        if name not in self._names:
            self._names.add(name)
            super().start(task)


class Call(NamedTuple):
    """What somebody asked for, and when. A trigger's `number` is in its data."""

    workflow: str
    key: str | None
    at: datetime
    number: int = 0
    recipients: tuple[str, ...] = ()
    workflow_run_id: str = ""


@dataclass
class Disorder:
    """Does to `world` what it is told, with the workflows that may be triggered. `answers` come to fetches, of which
    true is a good one."""

    world: World
    workflows: Sequence[str]
    answers: Iterator[bool]
    triggers: list[Call] = field(default_factory=list)
    cancellations: list[Call] = field(default_factory=list)
    died_delivering: int = 0
    _trouble: Trouble | None = None
    _done: int = 0
    _busy: list[Deliver] = field(default_factory=list)

    def __post_init__(self) -> None:
        world, table = self.world, self.world.services.table
        table._client = Client(table._client, self._does)  # type: ignore[assignment]
        world.runs, world.delivery, world.bulk = (Queue(self._does) for _ in range(3))
        world.wheels = Wheels(self._does)
        world.perform = self._performed
        self._deliver, world.deliver = world.deliver, self._delivers  # type: ignore[method-assign]

    def acts(self, act: Act) -> None:
        match act.kind:
            case "triggers":
                self._triggers(act.number)
            case "cancels":
                self._cancels(act.number)
            case "waits":
                self.world.now += timedelta(seconds=WAITS[act.number % len(WAITS)])
            case "sweeps":
                self._comes_through(self._sweeps, act.trouble)
            case "loses":
                self._loses(act.number)
            case "reads":
                self._reads(act.number)
            case "hears":
                self._hears(act)
            case _:
                self._works(act)

    def calms_down(self) -> None:
        """All that is under way arrives, and time goes by until nothing waits any more."""
        world = self.world
        for _ in range(ENOUGH):
            world.settle()
            if not world.services.wheel.is_waiting(ENV) and not self._busy:
                return
            world.advance(600)
            world.sweep()
            world.delivery.waiting, self._busy = self._busy, []
        raise AssertionError(f"still waiting: {[run for run in world.all_runs() if not run.has_ended]}")

    def _delivers(self, task: Deliver) -> str:
        """A message that somebody has in hand is brought again later, and not before time has gone by."""
        said = self._deliver(task)
        if said == "busy":
            self._busy.append(task)
        return said

    def _triggers(self, number: int) -> None:
        workflow = self.workflows[number % len(self.workflows)]
        key = (None, "a", "b")[number // 2 % 3]
        recipients = ("jane", "tom") if number % 5 == 0 else ("jane",)
        count = len(self.triggers) + 1
        accepted = self.world.trigger(workflow, *recipients, data={"n": count}, cancellation_key=key)
        call = Call(workflow, key, self.world.now, count, recipients, accepted.workflow_run_id)
        self.triggers.append(call)

    def _cancels(self, number: int) -> None:
        workflow, key = self.workflows[number % len(self.workflows)], "ab"[number // 2 % 2]
        recipients = ("jane",) if number % 5 == 0 else ()
        self.cancellations.append(Call(workflow, key, self.world.now, recipients=recipients))
        self.world.cancel(workflow, key, *map(user, recipients))

    def _sweeps(self) -> None:
        sweep(self.world._wheel_ports(), lambda: PLENTY_OF_TIME)

    def _loses(self, number: int) -> None:
        """What nobody promised to keep: executions that wait, and work that a lease is on."""
        runs, wheels = self.world.runs.waiting, self.world.wheels.waiting
        performing = [task for task in runs if isinstance(task, PerformSteps)]
        for tasks, losable in ((wheels, list(wheels)), (runs, performing)):
            if losable:
                tasks.remove(losable[number % len(losable)])

    def _reads(self, number: int) -> None:
        messages = self.world.messages_of(user("jane"))
        if messages:
            services, chosen = self.world.services, messages[number % len(messages)]
            ports = MarkPorts(services.message_lists, services.messages, services.feeds, self.world.clock)
            mark_message(ports, ENV, chosen.id, partial(marked, mark=Mark.READ, now=self.world.now))

    def _hears(self, act: Act) -> None:
        """The stream keeps its order, and brings again what somebody failed over."""
        if self.world.stream is None:
            return
        records = self.world.stream.waiting[: 1 + act.number % 3]
        if records and self._comes_through(lambda: self.world.hear(*records), act.trouble) and not act.again:
            del self.world.stream.waiting[: len(records)]

    def _works(self, act: Act) -> None:
        tasks = getattr(self.world, act.kind).waiting
        if not tasks:
            return
        task = tasks[act.number % len(tasks)]
        if not act.again:
            tasks.remove(task)
        if not self._comes_through(self._work(act, task), act.trouble):
            self.died_delivering += act.kind == "delivery"
            tasks += [task] if task not in tasks else []

    def _work(self, act: Act, task: Any) -> Effect:
        remaining = 0 if act.number % 4 == 3 else PLENTY_OF_TIME
        match act.kind:
            case "runs":
                return lambda: self.world.run(task, remaining)
            case "wheels":
                return lambda: self.world.wake(task, remaining)
            case "bulk":
                return lambda: self.world.cancel_waiting(task)
        return lambda: self.world.deliver(task)

    def _comes_through(self, work: Effect, trouble: Trouble | None) -> bool:
        """False where it failed as it may: AWS tries it again."""
        self._trouble, self._done = trouble, 0
        try:
            work()
        except (DiedError, ConflictError, TooEarlyError):
            return False
        except ExceptionGroup as group:
            _, unexpected = group.split(ConflictError)
            if unexpected is not None:
                raise
            return False
        finally:
            self._trouble = None
        return True

    def _does(self, effect: Effect, is_transaction: bool = False) -> Any:
        trouble, self._done = self._trouble, self._done + 1
        if trouble is None or self._done != trouble.at:
            return effect()
        self._trouble = None
        match trouble.kind:
            case "before":
                raise DiedError
            case "after":
                effect()
                raise DiedError
            case "refused" if is_transaction:
                raise ClientError({"Error": {"Code": "TransactionConflictException"}}, "TransactWriteItems")
            case "meanwhile" if trouble.meanwhile is not None:
                self.acts(trouble.meanwhile)
        return effect()

    def _performed(self, _: Work) -> Answer:
        if next(self.answers, True):
            return Fetched(200, b'{"found": true}')
        return Failed("timeout", "no answer", retryable=True)
