"""Advance a page of recipient runs by one stretch: resume those whose wait is over (start_runs.py starts new ones).

What makes a repeat harmless: a run's id is a function of trigger and recipient, its state changes by compare-and-set
together with the messages it made, and only then do tasks go out. A repeat finds the run stored and sends the same
tasks once more (their consumers know), so a crash between storing and sending loses nothing. A run that cannot be
advanced holds up no other: the rest of the page goes on, and then the page is tried again as a whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.contract.tasks import Deliver, DueRun, ResumeRuns, Wake
from tocsin.domain.errors import ConflictError
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import MadeMessage, Parking, RecipientRun, RunStatus, TriggeredRecipient, WorkflowRun
from tocsin.domain.wheel import bucket_due, bucket_name, bucket_time
from tocsin.engine.interpreter import Advance, resume, start, stop
from tocsin.usecases.failures import Failures
from tocsin.usecases.ports import Buckets, RecipientRuns, Runs, Tasks, Wheels, WorkflowRuns
from tocsin.usecases.run_context import ContextPorts, Stage, load_stage

Remaining = Callable[[], int]
# Enough to load, advance and store one more run; a page that has less hands its rest over.
RESERVE_MILLISECONDS = 5_000


@dataclass(frozen=True, slots=True)
class AdvancePorts:
    context: ContextPorts
    workflow_runs: WorkflowRuns
    recipient_runs: RecipientRuns
    buckets: Buckets
    wheels: Wheels
    runs: Runs
    delivery: Tasks
    clock: Callable[[], datetime]


def resume_runs(ports: AdvancePorts, task: ResumeRuns, remaining: Remaining) -> dict[str, int]:
    """Resumes the runs that still wait under the token they were woken with; a stale wake-up changes nothing."""
    tokens = {due.id: due.token for due in task.runs}
    found = ports.recipient_runs.get_many(task.env, tokens)
    waiting: dict[str, list[RecipientRun]] = {}
    aftermath, failures = Aftermath(ports, task.env), Failures()
    for run in found.values():
        if _waits_under(run, tokens[run.id]):
            waiting.setdefault(run.workflow_run_id, []).append(run)
        else:
            aftermath.repeat(run)
    late: list[RecipientRun] = []
    for runs in waiting.values():
        with failures.kept(len(runs)):
            late += _resume_together(ports, task.env, runs, remaining, aftermath, failures)
    if late and not failures:
        handed_on = tuple(DueRun(id=run.id, token=tokens[run.id]) for run in late)
        ports.runs.start(ResumeRuns(env=task.env, runs=handed_on))
    aftermath.send()
    failures.raise_any(len(found))
    return {"runs": sum(map(len, waiting.values())) - len(late), "handed_on": len(late)}


def _resume_together(
    ports: AdvancePorts,
    env: str,
    runs: list[RecipientRun],
    remaining: Remaining,
    aftermath: "Aftermath",
    failures: Failures,
) -> list[RecipientRun]:
    """Resumes the runs of one trigger; returns those that there was no time left for."""
    if remaining() < RESERVE_MILLISECONDS:
        return runs
    trigger = trigger_of(ports, env, runs[0].workflow_run_id)
    named = {recipient.ref: recipient for recipient in trigger.recipients}
    subscribed_to = {run.recipient: run.subscribed_to for run in runs if run.subscribed_to is not None}
    refs = [run.recipient for run in runs]
    stage = load_stage(ports.context, env, trigger, refs, ports.clock(), subscribed_to)
    for number, run in enumerate(runs):
        if number and remaining() < RESERVE_MILLISECONDS:
            return runs[number:]
        assert run.parking is not None
        recipient = named.get(run.recipient) or TriggeredRecipient(run.recipient)
        with failures.kept():
            advance(ports, env, stage, run, recipient, run.parking.shard, aftermath)
    return []


def trigger_of(ports: AdvancePorts, env: str, workflow_run_id: str) -> WorkflowRun:
    trigger = ports.workflow_runs.get(env, workflow_run_id)
    if trigger is None:
        raise LookupError(f"workflow run {workflow_run_id} does not exist in {env}")
    return trigger


def _waits_under(run: RecipientRun, token: str) -> bool:
    return run.status is RunStatus.PAUSED and run.parking is not None and run.parking.token == token


def advance(
    ports: AdvancePorts,
    env: str,
    stage: Stage,
    run: RecipientRun,
    recipient: TriggeredRecipient,
    shard: str,
    aftermath: "Aftermath",
) -> None:
    """One stretch of one run, stored. Where somebody was faster, what they stored counts."""
    after = _decide(stage, run, recipient, shard)
    parking = after.run.parking
    # The bucket is marked before the run is stored, so that a run never waits where nobody will look.
    is_first = parking is not None and aftermath.mark(parking)
    try:
        ports.recipient_runs.commit(env, after.run, after.messages)
    except ConflictError:
        stored = ports.recipient_runs.get(env, run.id)
        if stored is None:
            raise
        aftermath.repeat(stored)
        return
    aftermath.deliver(after.run.recipient, after.run.made[len(run.made) :])
    if parking is not None:
        aftermath.wake(run.id, parking, is_first=is_first)


def _decide(stage: Stage, run: RecipientRun, recipient: TriggeredRecipient, shard: str) -> Advance:
    ending = _ending(stage, run)
    if ending is not None:
        return Advance(ending, ())

    def park(until: datetime) -> Parking:
        # The token is the version that the run will have while it waits: no two waits of a run share one.
        return Parking(str(run.version + 1), until, bucket_name(bucket_due(until, stage.now)), shard)

    context = stage.context(run.id, recipient)
    return start(run, context, park) if run.status is RunStatus.QUEUED else resume(run, context, park)


def _ending(stage: Stage, run: RecipientRun) -> RecipientRun | None:
    """The run as it ends before its next step: cancelled, switched off, nobody there to notify, or not as said."""
    if stage.is_cancelled(run.recipient):
        return stop(run, "cancelled", stage.now, cancelled=True)
    if not stage.is_active:
        return stop(run, "workflow_inactive", stage.now)
    if run.recipient in stage.refused:
        return stop(run, "identification_failed", stage.now, error=True)
    if run.recipient not in stage.people:
        return stop(run, "recipient_missing", stage.now, error=True)
    return None


class Aftermath:
    """The tasks that follow from stored runs, sent together at the end of a page. Each may be sent twice."""

    def __init__(self, ports: AdvancePorts, env: str) -> None:
        self._ports = ports
        self._env = env
        self._deliveries: list[Deliver] = []
        self._wakes: dict[tuple[str, str], Wake] = {}
        self._overdue: list[DueRun] = []
        self._marked: dict[tuple[str, str], bool] = {}

    def mark(self, parking: Parking) -> bool:
        """Marks the bucket that a run is about to park in, once for the whole page; True for its very first run."""
        place = (parking.bucket, parking.shard)
        if place not in self._marked:
            self._marked[place] = self._ports.buckets.mark(self._env, *place)
        return self._marked[place]

    def repeat(self, run: RecipientRun) -> None:
        """For a run that was stored before: whoever stored it may have crashed before sending."""
        self.deliver(run.recipient, run.made)
        if run.parking is not None:
            self.wake(run.id, run.parking, is_first=True)

    def deliver(self, recipient: RecipientRef, made: Sequence[MadeMessage]) -> None:
        self._deliveries += [
            Deliver(
                env=self._env,
                collection=recipient.collection,
                recipient_id=recipient.id,
                channel_id=message.channel_id,
                message_id=message.message_id,
            )
            for message in made
            if message.needs_delivery
        ]

    def wake(self, run_id: str, parking: Parking, *, is_first: bool) -> None:
        """`is_first` in its bucket starts the bucket's execution."""
        if bucket_time(parking.bucket) <= self._ports.clock():
            # Storing took so long that the bucket may have been drained already: nobody else will wake this run.
            self._overdue.append(DueRun(id=run_id, token=parking.token))
        elif is_first:
            wake = Wake(env=self._env, bucket=parking.bucket, shard=parking.shard, due=parking.bucket)
            self._wakes[(parking.bucket, parking.shard)] = wake

    def send(self) -> None:
        if self._deliveries:
            self._ports.delivery.send_many(self._deliveries)
        for wake in self._wakes.values():
            self._ports.wheels.start(wake)
        if self._overdue:
            self._ports.runs.start(ResumeRuns(env=self._env, runs=tuple(self._overdue)))
