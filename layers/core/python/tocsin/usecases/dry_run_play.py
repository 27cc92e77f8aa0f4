"""The play of a dry run: a trigger and all that follows from it, until every run has ended.

Outside, all goes well and nobody does anything: messages that are due are sent, slow work that steps ask for is not
done but answered as if it had succeeded with nothing to say, and events that steps wait for do not come. Subscribers of
objects and workflows that steps trigger are played along, up to a number of runs that a reader can still look at.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import BaseModel

from tocsin.contract.tasks import DueRun, FanOutSubscribers, ResumeRuns, StartRuns, StartSubscribers
from tocsin.domain.channels import HTTP, IN_APP_FEED, Channel
from tocsin.domain.dry_runs import DryRun, NoRun, PlayedMessage, PlayedRun
from tocsin.domain.ids import recipient_run_id
from tocsin.domain.messages import Message, Status, moved
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import PauseKind, RecipientRun, RunStatus, WorkflowRun
from tocsin.domain.work import DUE, Answered, Signal
from tocsin.engine.interpreter import work_of
from tocsin.engine.log import line
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.advance_runs import Waking, context_of, resume_runs, wake_runs
from tocsin.usecases.dry_run_answers import UNKNOWN, assumed_answer
from tocsin.usecases.fan_out import FanOutPorts, fan_out_subscribers
from tocsin.usecases.ports import DefinitionHistory, Messages
from tocsin.usecases.start_runs import named_to_start, start_runs, start_subscribers, trigger_to_start
from tocsin.usecases.trigger_workflow import TriggerPorts

MAX_RUNS = 100
# What arrives is known of these channel types at once; of the others, that their provider has taken it.
ARRIVING = frozenset({HTTP, IN_APP_FEED})


class VirtualClock:
    """Stands still until somebody moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Inbox:
    """Where the tasks of a dry run go, to be done by whoever plays it."""

    def __init__(self) -> None:
        self.tasks: deque[BaseModel] = deque()

    def start(self, task: BaseModel) -> None:
        self.tasks.append(task)

    def send(self, task: BaseModel, delay_seconds: int = 0) -> None:
        self.tasks.append(task)

    def send_many(self, tasks: Sequence[BaseModel], delay_seconds: int = 0) -> None:
        self.tasks.extend(tasks)


@dataclass(frozen=True, slots=True)
class DryRunPorts:
    """Over stores that keep to themselves what is written: see `store/scratch.py`."""

    definitions: DefinitionHistory
    trigger: TriggerPorts
    advance: AdvancePorts
    fan_out: FanOutPorts
    messages: Messages
    inbox: Inbox
    clock: VirtualClock


@dataclass(frozen=True, slots=True)
class _Expected:
    """A run that was asked for, and exists unless something spoke against it."""

    trigger: WorkflowRun
    recipient: RecipientRef


class Play:
    """From a trigger that has just been handed over, its tasks in the inbox, until all runs have ended."""

    def __init__(self, ports: DryRunPorts, env: str, trigger: WorkflowRun) -> None:
        self._ports = ports
        self._env = env
        self._trigger = trigger
        self._expected: dict[str, _Expected] = {}
        self._is_cut = False

    def to_its_end(self) -> DryRun:
        self._do_tasks()
        while waiting := self._waiting():
            at_work = [run for run in waiting if run.pause and run.pause.kind is PauseKind.WORK]
            if at_work:
                self._answer(at_work)
            else:
                self._wake_next(waiting)
            self._do_tasks()
        self._deliver()
        return self._told()

    def _do_tasks(self) -> None:
        """What starts runs. All else that could be asked for (to wake, to deliver, to do work) is seen by the runs."""
        while self._ports.inbox.tasks:
            match self._ports.inbox.tasks.popleft():
                case FanOutSubscribers() as walk if not self._is_cut:
                    fan_out_subscribers(self._ports.fan_out, walk)
                case StartRuns() as page:
                    trigger, named = named_to_start(self._ports.advance, page)
                    taken = self._expect(trigger, [one.ref for one in named])
                    start_runs(self._ports.advance, page.model_copy(update={"limit": taken}), _plenty)
                case StartSubscribers() as page:
                    trigger = trigger_to_start(self._ports.advance, page)
                    taken = self._expect(trigger, [RecipientRef(*pair) for pair in page.recipients])
                    fewer = page.model_copy(update={"recipients": page.recipients[:taken]})
                    start_subscribers(self._ports.advance, fewer, _plenty)
                case ResumeRuns() as task:
                    # A batch that is full wakes its carrier. Carriers of real batches are nobody's to play.
                    own = tuple(run for run in task.runs if run.id in self._expected)
                    resume_runs(self._ports.advance, task.model_copy(update={"runs": own}), _plenty)

    def _expect(self, trigger: WorkflowRun, recipients: Sequence[RecipientRef]) -> int:
        """Of how many recipients the runs are still played."""
        taken = recipients[: MAX_RUNS - len(self._expected)]
        self._is_cut = self._is_cut or len(taken) < len(recipients)
        for ref in taken:
            name = recipient_run_id(trigger.id, trigger.triggered_at, ref.gid)
            self._expected[name] = _Expected(trigger, ref)
        return len(taken)

    def _runs(self) -> Sequence[RecipientRun]:
        found = self._ports.advance.recipient_runs.get_many(self._env, self._expected)
        return [found[name] for name in self._expected if name in found]

    def _waiting(self) -> Sequence[RecipientRun]:
        return [run for run in self._runs() if run.status is RunStatus.PAUSED]

    def _wake_next(self, waiting: Sequence[RecipientRun]) -> None:
        parked = [(run.id, run.parking) for run in waiting if run.parking is not None]
        due = min(parking.due for _, parking in parked)
        self._ports.clock.now = max(self._ports.clock.now, due)
        self._deliver()
        runs = [DueRun(id=name, token=parking.token) for name, parking in parked if parking.due <= due]
        resume_runs(self._ports.advance, ResumeRuns(env=self._env, runs=tuple(runs)), _plenty)

    def _answer(self, runs: Sequence[RecipientRun]) -> None:
        wakings = [self._assumed(run) for run in runs]
        wake_runs(self._ports.advance, self._env, wakings, _plenty)

    def _assumed(self, run: RecipientRun) -> Waking:
        """Says in the run's log what would have gone out, and that nobody did it."""
        assert run.parking is not None
        signal: Signal = DUE
        context = context_of(self._ports.advance, self._env, run)
        work = work_of(run, context) if context is not None else None
        if context is not None and work is not None:
            assert run.cursor is not None
            answer, told = assumed_answer(work)
            # Where that would not do, such as for a reply in JSON, nothing can be assumed.
            signal = Answered(answer if run.attempt == 1 else UNKNOWN)
            step = context.workflow.tree.step(run.cursor)
            event = line(context.now, "answer_assumed", step, attempt=run.attempt, **told)
            self._ports.advance.recipient_runs.commit(self._env, replace(run, events=(*run.events, event)))
        return Waking(run.id, run.parking.token, signal)

    def _deliver(self) -> None:
        """What is due is sent: conditions of later steps look at it."""
        now = self._ports.clock.now
        for run in self._runs():
            for message in self._made_by(run):
                if not message.is_settled() and message.is_due(now):
                    status = Status.DELIVERED if message.channel_type in ARRIVING else Status.SENT
                    self._ports.messages.put(self._env, moved(message, status, now))

    def _made_by(self, run: RecipientRun) -> list[Message]:
        found = (
            self._ports.messages.get(self._env, run.recipient, made.channel_id, made.message_id)
            for made in run.made
        )
        return [message for message in found if message is not None]

    def _told(self) -> DryRun:
        channels = {one.id: one for one in self._ports.advance.context.channels.all(self._env)}
        runs = self._runs()
        known = {run.id for run in runs}
        missing = [one for name, one in self._expected.items() if name not in known]
        return DryRun(
            self._trigger,
            tuple(self._played(run, channels) for run in runs),
            tuple(NoRun(one.trigger.workflow, one.recipient) for one in missing),
            is_cut=self._is_cut,
        )

    def _played(self, run: RecipientRun, channels: dict[str, Channel]) -> PlayedRun:
        made = self._made_by(run)
        contents = self._ports.messages.contents(self._env, made)
        messages = [PlayedMessage(one, channels.get(one.channel_id), contents[one.id]) for one in made]
        return PlayedRun(run, self._expected[run.id].trigger, tuple(messages))


def _plenty() -> int:
    """Milliseconds that are left: a dry run is never handed over."""
    return 60_000
