"""A world in which nothing comes as it was sent: tasks come twice, late and in any order, functions die half-way, two
of them work at the same time, and executions of the wheel are lost.

What AWS promises still holds: what failed is tried again, a name starts one execution only, and the sweep comes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from tests.builders.unreliable import Client, DiedError, Effect, Queue, Wheels
from tests.builders.world import ENV, PLENTY_OF_TIME, World
from tocsin.contract.tasks import CancelRuns, Deliver, PerformSteps, Wake
from tocsin.domain.errors import ConflictError
from tocsin.domain.messages import Mark, marked
from tocsin.domain.recipients import user
from tocsin.domain.wheel import bucket_time
from tocsin.domain.work import Answer, Failed, Fetched, Work
from tocsin.usecases.mark_messages import MarkPorts, mark_message
from tocsin.usecases.turn_wheel import TooEarlyError, sweep

WAITS = (1, 6, 29, 61, 400, 3600)  # seconds
ENOUGH, A_LOT = 100, 8


class Act(NamedTuple):
    """Something happens. `number` chooses among what there is; `again`: the same task will come once more.

    It `goes_on`: a task is worked on, the stream is heard, or else the clock moves to where a bucket is due; somebody
    who `is_frozen` meanwhile knows nothing of it. Somebody
    `triggers`, `cancels` or `reads`; time goes by (`waits`), a bucket is woken whether it is due or not (`wakes`), the
    sweep comes (`sweeps`), or a task is lost that nobody promised to keep (`loses`)."""

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
    true is a good one. `was_late`: somebody stored what was decided at another time."""

    world: World
    workflows: Sequence[str]
    answers: Iterator[bool]
    triggers: list[Call] = field(default_factory=list)
    cancellations: list[Call] = field(default_factory=list)
    died_delivering: int = 0
    was_late: bool = False
    _trouble: Trouble | None = None
    done: int = 0
    _in_hand: tuple[list[Any], Any] | None = None
    _busy: list[Deliver] = field(default_factory=list)

    def __post_init__(self) -> None:
        world, table = self.world, self.world.services.table
        table._client = Client(table._client, self._does)  # type: ignore[assignment]
        world.runs, world.delivery, world.bulk = (Queue(self._does) for _ in range(3))
        world.wheels = Wheels(self._does)
        world.perform = self._performed
        self._deliver, world.deliver = world.deliver, self._delivers  # type: ignore[method-assign]

    def acts(self, act: Act) -> None:
        kinds: dict[str, Callable[[Act], None]] = {
            "goes_on": self._goes_on,
            "is_frozen": self._is_frozen,
            "triggers": self._triggers,
            "cancels": self._cancels,
            "reads": self._reads,
            "waits": self._waits,
            "wakes": lambda act: self._works(self.world.wheels.waiting, act),
            "sweeps": self._sweeps,
            "loses": self._loses,
        }
        kinds[act.kind](act)

    def lives(self, trouble: Trouble) -> int:
        """Everything in its turn, with one trouble at whatever function's turn it is; `at` counts what all of them do.
        Returns how much that was."""
        done, world = 0, self.world
        queues = (world.runs, world.delivery, world.bulk, world.wheels)
        for _ in range(10 * ENOUGH):
            if not any(queue.waiting for queue in queues):
                return done
            self.done = 0
            left = trouble.at - done
            self.acts(Act("goes_on", trouble=trouble._replace(at=left) if left > 0 else None))
            done += self.done
        raise AssertionError(f"still at work: {[task for queue in queues for task in queue.waiting]}")

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

    def _triggers(self, act: Act) -> None:
        workflow = self.workflows[act.number % len(self.workflows)]
        key = (None, "a", "b")[act.number // 2 % 3]
        recipients = ("jane", "tom") if act.number % 5 == 0 else ("jane",)
        count = len(self.triggers) + 1
        accepted = self.world.trigger(workflow, *recipients, data={"n": count}, cancellation_key=key)
        call = Call(workflow, key, self.world.now, count, recipients, accepted.workflow_run_id)
        self.triggers.append(call)

    def _cancels(self, act: Act) -> None:
        workflow, key = self.workflows[act.number % len(self.workflows)], "ab"[act.number // 2 % 2]
        recipients = ("jane",) if act.number % 5 == 0 else ()
        self.cancellations.append(Call(workflow, key, self.world.now, recipients=recipients))
        self.world.cancel(workflow, key, *map(user, recipients))

    def _sweeps(self, act: Act) -> None:
        self._comes_through(lambda: sweep(self.world._wheel_ports(), lambda: PLENTY_OF_TIME), act.trouble)

    def _waits(self, act: Act) -> None:
        self.world.now += timedelta(seconds=WAITS[act.number % len(WAITS)])

    def _loses(self, act: Act) -> None:
        """What nobody promised to keep: executions that wait, and work that a lease is on."""
        runs, wheels = self.world.runs.waiting, self.world.wheels.waiting
        performing = [task for task in runs if isinstance(task, PerformSteps)]
        for tasks, losable in ((wheels, list(wheels)), (runs, performing)):
            if losable:
                tasks.remove(losable[act.number % len(losable)])

    def _reads(self, act: Act) -> None:
        messages = self.world.messages_of(user("jane"))
        if messages:
            services, chosen = self.world.services, messages[act.number % len(messages)]
            ports = MarkPorts(services.message_lists, services.messages, services.feeds, self.world.clock)
            mark_message(ports, ENV, chosen.id, partial(marked, mark=Mark.READ, now=self.world.now))

    def _goes_on(self, act: Act) -> None:
        world = self.world
        due = [wake for wake in world.wheels.waiting if bucket_time(wake.bucket) <= world.now]
        records = world.stream.waiting if world.stream is not None else []
        queues = (world.bulk.waiting, world.runs.waiting, world.delivery.waiting, due, records)
        waiting = [queue for queue in queues if queue]
        if not waiting:
            world.now = min((bucket_time(wake.bucket) for wake in world.wheels.waiting), default=world.now)
            return
        chosen = waiting[act.number % len(waiting)]
        if chosen is records:
            self._hears(records, act)
        else:
            self._works(world.wheels.waiting if chosen is due else chosen, act, chosen)

    def _is_frozen(self, _: Act) -> None:
        """Somebody else has time for a lot."""
        for turn in repeat(Act("goes_on"), A_LOT):
            self._goes_on(turn)

    def _hears(self, records: list[Any], act: Act) -> None:
        """The stream keeps its order, and brings again what somebody failed over."""
        heard = records[: 1 + act.number % 3]
        if self._comes_through(lambda: self.world.hear(*heard), act.trouble) and not act.again:
            del records[: len(heard)]

    def _works(self, tasks: list[Any], act: Act, among: Sequence[Any] | None = None) -> None:
        chosen_from = tasks if among is None else among
        if not chosen_from:
            return
        task = chosen_from[act.number % len(chosen_from)]
        tasks.remove(task)
        self._in_hand = (tasks, task)
        came_through = self._comes_through(self._work(task, act.number), act.trouble)
        self.died_delivering += isinstance(task, Deliver) and not came_through
        if (act.again or not came_through) and task not in tasks:
            tasks.append(task)

    def _work(self, task: Any, number: int) -> Effect:
        remaining = 0 if number % 7 == 6 else PLENTY_OF_TIME
        match task:
            case Wake():
                return lambda: self.world.wake(task, remaining)
            case CancelRuns():
                return lambda: self.world.cancel_waiting(task)
            case Deliver():
                return lambda: self.world.deliver(task)
        return lambda: self.world.run(task, remaining)

    def _comes_through(self, work: Effect, trouble: Trouble | None) -> bool:
        """False where it failed as it may: AWS tries it again."""
        self._trouble, self.done = trouble, 0
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
        trouble, self.done = self._trouble, self.done + 1
        if trouble is None or self.done != trouble.at:
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
                self._is_repeated()
                before = self.world.now
                self.acts(trouble.meanwhile)
                self.was_late |= self.world.now > before
        return effect()

    def _is_repeated(self) -> None:
        """Who takes long is taken for dead, and another one does the same."""
        if self._in_hand is not None:
            tasks, task = self._in_hand
            tasks.append(task)

    def _performed(self, _: Work) -> Answer:
        if next(self.answers, True):
            return Fetched(200, b'{"found": true}')
        return Failed("timeout", "no answer", retryable=True)
