"""Advance a page of recipient runs by one stretch: resume those whose wait is over (start_runs.py starts new ones).

What makes a repeat harmless: a run's id is a function of trigger and recipient, its state changes by compare-and-set
together with the messages it made, and only then do tasks go out. A repeat finds the run stored and sends the same
tasks once more (their consumers know), so a crash between storing and sending loses nothing. A run that cannot be
advanced holds up no other: the rest of the page goes on, and then the page is tried again as a whole.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from tocsin.contract.tasks import DueRun, ResumeRuns
from tocsin.domain.errors import ConflictError
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import Parking, RecipientRun, RunStatus, TriggeredRecipient, WorkflowRun
from tocsin.domain.wheel import bucket_due, bucket_name
from tocsin.domain.work import DUE, Signal
from tocsin.engine.context import Context
from tocsin.engine.interpreter import prolonged, resume, start
from tocsin.engine.stretch import Advance, stop, waits_ended
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.aftermath import Aftermath
from tocsin.usecases.failures import Failures
from tocsin.usecases.lookups import StoreLookups
from tocsin.usecases.run_context import load_stage
from tocsin.usecases.scheduled_messages import with_places
from tocsin.usecases.stage import Cast, Stage

Remaining = Callable[[], int]
# Enough to load, advance and store one more run; a page that has less hands its rest over.
RESERVE_MILLISECONDS = 5_000
# How often a stretch is decided anew because somebody else changed what it would change.
# Many triggers at once for one batch or throttle come by one after the other.
TRIES = 10


@dataclass(frozen=True, slots=True)
class Waking:
    """A run that should go on, if it still waits under that token; `signal` is why."""

    id: str
    token: str
    signal: Signal = DUE


def resume_runs(ports: AdvancePorts, task: ResumeRuns, remaining: Remaining) -> dict[str, int]:
    """Resumes the runs whose time has come; a stale wake-up changes nothing."""
    woken = wake_runs(ports, task.env, [Waking(due.id, due.token) for due in task.runs], remaining)
    if woken.late:
        late = tuple(DueRun(id=one.id, token=one.token) for one in woken.late)
        ports.runs.start(ResumeRuns(env=task.env, runs=late))
    return {"runs": woken.runs, "handed_on": len(woken.late)}


@dataclass(frozen=True, slots=True)
class Woken:
    """How many runs went on, and those that there was no time left for."""

    runs: int
    late: Sequence[Waking]


def wake_runs(ports: AdvancePorts, env: str, wakings: Sequence[Waking], remaining: Remaining) -> Woken:
    """Resumes runs that wait; raises once all have had their turn, where one could not be advanced."""
    wanted = {waking.id: waking for waking in wakings}
    found = ports.recipient_runs.get_many(env, wanted)
    waiting: list[RecipientRun] = []
    aftermath, failures = Aftermath(ports, env), Failures()
    for run in found.values():
        if waits_under(run, wanted[run.id].token):
            waiting.append(run)
        else:
            aftermath.repeat(run)
    late: list[RecipientRun] = []
    for scene, runs in _by_scene(waiting).items():
        with failures.kept(len(runs)):
            late += _resume_together(ports, env, scene, runs, wanted, remaining, aftermath, failures)
    aftermath.send()
    failures.raise_any(len(found))
    return Woken(len(waiting) - len(late), [wanted[run.id] for run in late])


class _Scene(NamedTuple):
    """Runs of one scene see the same trigger and the same version of its workflow."""

    workflow_run_id: str
    version_id: str
    waits_at: str | None

    @classmethod
    def of(cls, run: RecipientRun) -> "_Scene":
        follows = run.pause is not None and run.pause.follows_latest
        return cls(run.workflow_run_id, run.version_id, run.cursor if follows else None)


def _by_scene(runs: Iterable[RecipientRun]) -> dict[_Scene, list[RecipientRun]]:
    scenes: dict[_Scene, list[RecipientRun]] = {}
    for run in runs:
        scenes.setdefault(_Scene.of(run), []).append(run)
    return scenes


def _resume_together(
    ports: AdvancePorts,
    env: str,
    scene: _Scene,
    runs: list[RecipientRun],
    wakings: Mapping[str, Waking],
    remaining: Remaining,
    aftermath: Aftermath,
    failures: Failures,
) -> list[RecipientRun]:
    """Resumes the runs of one scene; returns those that there was no time left for."""
    if remaining() < RESERVE_MILLISECONDS:
        return runs
    stage = _stage(ports, env, scene, runs)
    for number, run in enumerate(runs):
        if number and remaining() < RESERVE_MILLISECONDS:
            return runs[number:]
        assert run.parking is not None
        with failures.kept():
            recipient, signal = _named(stage.trigger, run.recipient), wakings[run.id].signal
            advance(ports, env, stage, run, recipient, run.parking.shard, aftermath, signal)
    return []


def _stage(ports: AdvancePorts, env: str, scene: _Scene, runs: Iterable[RecipientRun]) -> Stage:
    trigger = trigger_of(ports, env, scene.workflow_run_id)
    subscribed_to = {run.recipient: run.subscribed_to for run in runs if run.subscribed_to is not None}
    refs = tuple(run.recipient for run in runs)
    cast = Cast(env, trigger, scene.version_id, refs, scene.waits_at, subscribed_to)
    return load_stage(ports.context, cast, ports.clock())


def trigger_of(ports: AdvancePorts, env: str, workflow_run_id: str) -> WorkflowRun:
    trigger = ports.workflow_runs.get(env, workflow_run_id)
    if trigger is None:
        raise LookupError(f"workflow run {workflow_run_id} does not exist in {env}")
    return trigger


def context_of(ports: AdvancePorts, env: str, run: RecipientRun) -> Context | None:
    """What a waiting run's step sees; None for a run that will end instead of going on."""
    return _context(ports, _stage(ports, env, _Scene.of(run), [run]), run)


def contexts_of(
    ports: AdvancePorts, env: str, runs: Iterable[RecipientRun], failures: Failures
) -> Iterator[tuple[RecipientRun, Context | None]]:
    """The same of many, with one stage for all of a scene."""
    for scene, together in _by_scene(runs).items():
        with failures.kept(len(together)):
            stage = _stage(ports, env, scene, together)
            yield from ((run, _context(ports, stage, run)) for run in together)


def _context(ports: AdvancePorts, stage: Stage, run: RecipientRun) -> Context | None:
    if _ending(stage, run) is not None:
        return None
    recipient = _named(stage.trigger, run.recipient)
    return stage.context(run, recipient, StoreLookups(ports.lookups, stage.cast.env))


def _named(trigger: WorkflowRun, ref: RecipientRef) -> TriggeredRecipient:
    """As the trigger names it; one that was reached through an object is only a name."""
    return next((one for one in trigger.recipients if one.ref == ref), TriggeredRecipient(ref))


def waits_under(run: RecipientRun, token: str) -> bool:
    return run.status is RunStatus.PAUSED and run.parking is not None and run.parking.token == token


def _waits_on(run: RecipientRun, stored: RecipientRun) -> bool:
    """Whether somebody told the run of another event meanwhile, and that was not what it waits for."""
    return run.parking is not None and waits_under(stored, run.parking.token)


def advance(
    ports: AdvancePorts,
    env: str,
    stage: Stage,
    run: RecipientRun,
    recipient: TriggeredRecipient,
    shard: str,
    aftermath: Aftermath,
    signal: Signal = DUE,
) -> None:
    """One stretch of one run, stored. Where somebody was faster with this run, what they stored counts; where somebody
    else changed what the run would have changed, the stretch is decided anew from there."""
    for tried in range(TRIES):
        after = _decided(ports, stage, run, recipient, shard, signal)
        if after is None:
            return None
        # Buckets are marked before anything is stored, so that nothing ever waits where nobody will look.
        is_first = aftermath.mark(after)
        try:
            ports.recipient_runs.commit(env, after.run, after.messages, after.changes)
        except ConflictError:
            stored = ports.recipient_runs.get(env, run.id)
            if stored is not None and stored.version != run.version:
                if not _waits_on(run, stored):
                    return aftermath.repeat(stored)
                run = stored
            elif not after.changes:
                raise
            ports.backoff(tried)
            fresh = load_stage(ports.context, stage.cast.of_one(run.recipient), ports.clock())
            stage = replace(fresh, refused=stage.refused)
        else:
            return aftermath.follow(run, after.run, is_first=is_first)
    raise ConflictError(f"what run {run.id} changes is being changed by too many others at once; try again")


def _decided(
    ports: AdvancePorts,
    stage: Stage,
    run: RecipientRun,
    recipient: TriggeredRecipient,
    shard: str,
    signal: Signal,
) -> Advance | None:
    def park(until: datetime) -> Parking:
        # The token is the version that the run will have while it waits: no two waits of a run share one.
        return Parking(str(run.version + 1), until, bucket_name(bucket_due(until, stage.now)), shard)

    lookups = StoreLookups(ports.lookups, stage.cast.env)
    longer = prolonged(run, stage.workflow, lookups, stage.now, park)
    if longer is not None:
        return longer
    ending = _ending(stage, run)
    if ending is not None:
        return Advance(ending, changes=waits_ended(run))
    run = replace(run, version_id=stage.workflow.version_id)
    context = stage.context(run, recipient, lookups)
    is_new = run.status is RunStatus.QUEUED
    after = start(run, context, park) if is_new else resume(run, context, park, signal)
    return with_places(after, shard, stage.now) if after is not None else None


def _ending(stage: Stage, run: RecipientRun) -> RecipientRun | None:
    """The run as it ends before its next step: cancelled, switched off, nobody there to notify, or not as said."""
    if run.is_cancelled_by(stage.cancelled_at.get(run.recipient)):
        return stop(run, "cancelled", stage.now, cancelled=True)
    if not stage.is_active:
        return stop(run, "workflow_inactive", stage.now)
    if run.recipient in stage.refused:
        return stop(run, "identification_failed", stage.now, error=True)
    if run.recipient not in stage.people:
        return stop(run, "recipient_missing", stage.now, error=True)
    return None
