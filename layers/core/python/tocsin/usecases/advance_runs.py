"""Advance a page of recipient runs by one stretch: resume those whose wait is over (start_runs.py starts new ones).

What makes a repeat harmless: a run's id is a function of trigger and recipient, its state changes by compare-and-set
together with the messages it made, and only then do tasks go out. A repeat finds the run stored and sends the same
tasks once more (their consumers know), so a crash between storing and sending loses nothing. A run that cannot be
advanced holds up no other: the rest of the page goes on, and then the page is tried again as a whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tocsin.contract.tasks import DueRun, ResumeRuns
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RecipientRun, TriggeredRecipient, WorkflowRun
from tocsin.domain.wheel import driven
from tocsin.domain.work import DUE, Signal
from tocsin.engine.context import Context
from tocsin.usecases.advance import (
    RESERVE_MILLISECONDS,
    Ready,
    Remaining,
    advance_all,
    ending_of,
    waits_under,
)
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.aftermath import Aftermath
from tocsin.usecases.failures import Failures
from tocsin.usecases.lookups import StoreLookups
from tocsin.usecases.run_context import load_stage
from tocsin.usecases.stage import Cast, Stage


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
    ready = [_ready(stage, run, wakings[run.id].signal) for run in runs]
    done = advance_all(ports, stage, ready, remaining, aftermath, failures)
    return runs[done:]


def _ready(stage: Stage, run: RecipientRun, signal: Signal) -> Ready:
    assert run.parking is not None
    return Ready(run, _named(stage.trigger, run.recipient), driven(run.parking.shard), signal)


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
    if ending_of(stage, run) is not None:
        return None
    recipient = _named(stage.trigger, run.recipient)
    return stage.context(run, recipient, StoreLookups(ports.lookups, stage.cast.env))


def _named(trigger: WorkflowRun, ref: RecipientRef) -> TriggeredRecipient:
    """As the trigger names it; one that was reached through an object is only a name."""
    return next((one for one in trigger.recipients if one.ref == ref), TriggeredRecipient(ref))
