"""Play a whole run of a workflow for some recipients, to see what would be sent and why not, with nothing stored.

The very use cases that run workflows are at work here, over stores that keep to themselves what is written, and by a
clock that jumps from one wait to the next. Outside, all goes well and nobody does anything: messages that are due are
sent, slow work that steps ask for is not done but answered as if it had succeeded with nothing to say, and events that
steps wait for do not come. Workflows that steps trigger are not played, nor subscribers of objects.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from pydantic import BaseModel

from tocsin.contract.tasks import DueRun, ResumeRuns, RunWork, StartRuns, Wake
from tocsin.domain.channels import HTTP, IN_APP_FEED, Channel
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.dry_runs import DryRun, PlayedMessage, PlayedRun
from tocsin.domain.errors import FieldProblem, InvalidParamsError, WorkflowMissingError
from tocsin.domain.ids import recipient_run_id
from tocsin.domain.messages import Message, Status, moved
from tocsin.domain.runs import PauseKind, RecipientRun, RunStatus, WorkflowRun
from tocsin.domain.work import DUE, Answer, Answered, Failed, Fetch, Fetched, Prompt, Replied, Signal, Work
from tocsin.engine.interpreter import work_of
from tocsin.engine.log import line
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.advance_runs import Waking, context_of, resume_runs, trigger_of, wake_runs
from tocsin.usecases.commit_definition import Authorship, publication
from tocsin.usecases.hand_over import FIRST_WHEEL_SHARD
from tocsin.usecases.ports import DefinitionHistory, Messages
from tocsin.usecases.start_runs import start_runs
from tocsin.usecases.trigger_workflow import TriggerPorts, trigger_workflow

MAX_RECIPIENTS = 25
# What arrives is known of these channel types at once; of the others, that their provider has taken it.
ARRIVING = frozenset({HTTP, IN_APP_FEED})
EMPTY_ANSWER = 204
REPLY = "(what the model would say)"
UNKNOWN = Failed(
    "answer_unknown", "what follows depends on an answer that a dry run cannot know", retryable=False
)


class VirtualClock:
    """Stands still until somebody moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Nowhere:
    """Where the tasks of a dry run go: whoever plays it looks at the runs themselves."""

    def start(self, task: RunWork | Wake) -> None:
        pass

    def send(self, task: BaseModel, delay_seconds: int = 0) -> None:
        pass

    def send_many(self, tasks: Sequence[BaseModel], delay_seconds: int = 0) -> None:
        pass


@dataclass(frozen=True, slots=True)
class DryRunPorts:
    """Over stores that keep to themselves what is written: see `store/scratch.py`."""

    definitions: DefinitionHistory
    trigger: TriggerPorts
    advance: AdvancePorts
    messages: Messages
    clock: VirtualClock


def dry_run(ports: DryRunPorts, env: str, wanted: WorkflowRun, *, use_draft: bool = False) -> DryRun:
    """Of the committed version, or else of what was saved last. Raises what `trigger_workflow` raises."""
    if len(wanted.recipients) > MAX_RECIPIENTS:
        message = (
            f"a dry run takes {MAX_RECIPIENTS} recipients at most; name those who differ from each other"
        )
        raise InvalidParamsError([FieldProblem("recipients", message, "too_long")])
    if use_draft:
        _commit_draft(ports, env, wanted.workflow)
    accepted = trigger_workflow(ports.trigger, env, replace(wanted, sandbox_mode=False), None)
    trigger = trigger_of(ports.advance, env, accepted.workflow_run_id)
    return _Play(ports, env, trigger).to_its_end()


def _commit_draft(ports: DryRunPorts, env: str, workflow: str) -> None:
    draft = ports.definitions.draft(env, DefinitionKind.WORKFLOW, workflow)
    if draft is None:
        raise WorkflowMissingError(f"no workflow {workflow!r} has been saved in {env}; save it there first")
    head = ports.definitions.head(env, DefinitionKind.WORKFLOW, workflow)
    authorship = Authorship("", "", ports.clock.now, ports.trigger.new_uuid)
    version, live, commit = publication(head, draft, authorship)
    ports.definitions.publish(env, version, replace(live, active=True), commit)


class _Play:
    """One trigger's runs, from their start until all of them have ended."""

    def __init__(self, ports: DryRunPorts, env: str, trigger: WorkflowRun) -> None:
        self._ports = ports
        self._env = env
        self._trigger = trigger
        self._names = {
            recipient_run_id(trigger.id, trigger.triggered_at, one.ref.gid): one.ref
            for one in trigger.recipients
        }

    def to_its_end(self) -> DryRun:
        task = StartRuns(
            env=self._env,
            workflow_run_id=self._trigger.id,
            offset=0,
            limit=len(self._trigger.recipients),
            wheel_shard=FIRST_WHEEL_SHARD,
        )
        start_runs(self._ports.advance, task, _plenty)
        while waiting := self._waiting():
            at_work = [run for run in waiting if run.pause and run.pause.kind is PauseKind.WORK]
            if at_work:
                self._answer(at_work)
            else:
                self._wake_next(waiting)
        self._deliver()
        return self._told()

    def _runs(self) -> Sequence[RecipientRun]:
        found = self._ports.advance.recipient_runs.get_many(self._env, self._names)
        return [found[name] for name in self._names if name in found]

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
            answer, told = _assumed_answer(work)
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
        return DryRun(
            self._trigger,
            tuple(PlayedRun(run, self._messages(run, channels)) for run in runs),
            tuple(ref for name, ref in self._names.items() if name not in known),
        )

    def _messages(self, run: RecipientRun, channels: dict[str, Channel]) -> tuple[PlayedMessage, ...]:
        made = self._made_by(run)
        contents = self._ports.messages.contents(self._env, made)
        return tuple(PlayedMessage(one, channels.get(one.channel_id), contents[one.id]) for one in made)


def _assumed_answer(work: Work) -> tuple[Answer, dict[str, Any]]:
    """And what the log says of the work."""
    match work:
        case Fetch():
            return Fetched(EMPTY_ANSWER, b""), {"method": work.method, "url": work.url}
        case Prompt():
            return Replied(REPLY, "end_turn", 0, 0), {"model": work.model, "prompt": work.text}
        case _:
            assert_never(work)


def _plenty() -> int:
    """Milliseconds that are left: a dry run is never handed over."""
    return 60_000
