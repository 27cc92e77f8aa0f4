"""Runs the steps of one recipient's run until it ends or must wait. Knows no step type and changes nothing.

`start` and `resume` only say what should be stored: whoever calls one twice while nothing has changed gets the same
answer, and whether that answer counts is decided by the compare-and-set that stores it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, assert_never

from tocsin.domain.changes import LeavePlace
from tocsin.domain.clock import to_iso
from tocsin.domain.conditions import ConditionError
from tocsin.domain.definitions import Workflow
from tocsin.domain.frequencies import once
from tocsin.domain.runs import Parking, Pause, PauseKind, RecipientRun, RunStatus
from tocsin.domain.step_tree import Step
from tocsin.domain.values import replace
from tocsin.domain.waits import RegisterWait, Waiting
from tocsin.domain.wheel import for_the_sweep
from tocsin.domain.work import DUE, Answered, Due, Failed, Happened, Signal, Work
from tocsin.engine.context import Context
from tocsin.engine.log import explained
from tocsin.engine.lookups import Lookups
from tocsin.engine.outcome import (
    MAX_CHANGES,
    MAX_MESSAGES,
    Advance,
    End,
    Enter,
    Halt,
    KeepWaiting,
    Next,
    Outcome,
    Perform,
    Retry,
    Skip,
    Wait,
)
from tocsin.engine.registry import REGISTRY
from tocsin.engine.stretch import Stretch, waits_ended
from tocsin.engine.trying import MAX_TRIES, tried

Park = Callable[[datetime], Parking]


def start(run: RecipientRun, context: Context, park: Park) -> Advance | None:
    """The first stretch of a run: the workflow's own conditions, then its steps. None where there is no run at all,
    because the recipient has had the only one; a rehearsal asks nobody, and is not that one."""
    only_run = None if run.is_rehearsal else once(context.workflow, run.recipient, run.tenant)
    if only_run is not None and context.lookups.has_run(only_run):
        return None
    stretch = Stretch(run, context)
    stretch.change([only_run] if only_run is not None else [])
    stretch.log("run_started", **_way_in(run))
    try:
        evaluation = context.evaluate(context.workflow.conditions)
    except ConditionError as error:
        stretch.log("run_halted", is_error=True, reason="invalid_conditions", message=str(error))
        return stretch.end(RunStatus.COMPLETED)
    if context.workflow.conditions:
        stretch.log("trigger_conditions_evaluated", **explained(evaluation))
    if not evaluation.passed:
        return _completed(stretch)
    return _Walk(stretch, park).from_step(context.workflow.tree.first)


def resume(run: RecipientRun, context: Context, park: Park, signal: Signal = DUE) -> Advance:
    """The stretch after a wait: the step that waits is told what woke it."""
    stretch = Stretch(run, context)
    walk = _Walk(stretch, park)
    assert run.cursor is not None
    if run.parking is not None and run.parking.due > context.now:
        stretch.change((LeavePlace(run.id, run.parking),))
    if run.pause is None or run.pause.kind is PauseKind.AGAIN:
        return walk.from_step(run.cursor)
    if run.pause.kind is PauseKind.WORK and isinstance(signal, Due):
        return walk.without_answer(run.cursor)
    return walk.woken(run.cursor, signal)


def prolonged(
    run: RecipientRun, workflow: Workflow, lookups: Lookups, now: datetime, park: Park
) -> Advance | None:
    """The run as it waits on, where the end of its wait has moved away since it was parked. Whatever else has changed,
    such as its workflow being switched off, concerns it when the wait is over."""
    if run.cursor is None or run.pause is None or run.pause.kind is not PauseKind.STEP:
        return None
    prolong = REGISTRY[workflow.tree.step(run.cursor)["type"]].prolong
    longer = prolong(run, lookups, now) if prolong is not None else None
    if longer is None:
        return None
    return Advance(replace(run, parking=park(longer.until), updated_at=now), changes=longer.changes)


def work_of(run: RecipientRun, context: Context) -> Work | None:
    """What a run waits for to be done outside: its step says it again."""
    assert run.cursor is not None
    step = context.workflow.tree.step(run.cursor)
    outcome = tried(partial(_run, step, context), step, context)
    return outcome.work if isinstance(outcome, Perform) else None


class _Walk:
    """From step to step, until one ends the run or makes it wait."""

    def __init__(self, stretch: Stretch, park: Park) -> None:
        self._stretch = stretch
        self._park = park

    def from_step(self, cursor: str | None) -> Advance:
        while cursor is not None:
            step = self._context.workflow.tree.step(cursor)
            known = len(self._stretch.events)
            outcome = tried(partial(self._decided, step), step, self._context)
            if isinstance(outcome, Next) and self._is_too_much(outcome):
                # What is made so far is stored first; then this step is decided anew, and logged then.
                del self._stretch.events[known:]
                return self._stored_first(step)
            cursor, after = self._followed(step, outcome)
            if after is not None:
                return after
            if isinstance(outcome, Next) and outcome.has_more:
                return self._stored_first(step)
            if cursor is not None and isinstance(outcome, Next) and outcome.starts_anew:
                following = self._context.workflow.tree.step(cursor)
                return self._paused(following, self._context.now)
        return _completed(self._stretch)

    def woken(self, cursor: str, signal: Signal) -> Advance:
        """A step that waited decides what follows."""
        step = self._context.workflow.tree.step(cursor)
        wake = REGISTRY[step["type"]].wake
        assert wake is not None, f"{step['type']} steps do not wait"
        outcome = tried(partial(wake, step, self._context, signal), step, self._context)
        if isinstance(outcome, Retry) and isinstance(signal, Happened):
            outcome = self._without_event(outcome)
        if not isinstance(outcome, KeepWaiting):
            self._stretch.change(waits_ended(self._stretch.run))
        following, after = self._followed(step, outcome)
        return after if after is not None else self.from_step(following)

    def without_answer(self, cursor: str) -> Advance:
        """Whoever did the work died over it: it is asked for again, a few times."""
        if self._stretch.run.attempt >= MAX_TRIES:
            message = f"nobody answered, {self._stretch.run.attempt} times"
            return self.woken(cursor, Answered(Failed("work_lost", message, retryable=False)))
        self._stretch.begin(self._stretch.run.attempt + 1)
        return self.from_step(cursor)

    def _without_event(self, retry: Retry) -> KeepWaiting:
        """The event that a step broke over does not come again: it goes on waiting for another."""
        run = self._stretch.run
        assert run.pause is not None
        self._stretch.begin(run.attempt + 1)
        return KeepWaiting(run.pause.note, retry.events)

    @property
    def _context(self) -> Context:
        return self._stretch.context

    def _decided(self, step: Step) -> Outcome:
        context, conditions = self._context, step.get("conditions")
        if conditions and not REGISTRY[step["type"]].takes_conditions:
            self._stretch.log("conditions_ignored", step)
            conditions = None
        try:
            evaluation = context.evaluate(conditions)
        except ConditionError as error:
            return Halt("invalid_conditions", {"message": str(error)})
        if conditions:
            self._stretch.log("conditions_evaluated", step, **explained(evaluation))
        if not evaluation.passed:
            return Skip("conditions_not_met")
        return _run(step, context)

    def _followed(self, step: Step, outcome: Outcome) -> tuple[str | None, Advance | None]:
        """Where the run goes on, or else how it is stored."""
        self._stretch.events.extend(outcome.events)
        if isinstance(outcome, Next | Skip | Enter):
            return self._onwards(step, outcome), None
        return None, self._stored(step, outcome)

    def _onwards(self, step: Step, outcome: Next | Skip | Enter) -> str | None:
        tree, stretch = self._context.workflow.tree, self._stretch
        match outcome:
            case Next():
                stretch.take(step, outcome)
            case Skip():
                stretch.change(outcome.changes)
                is_error = outcome.is_error
                stretch.log("step_skipped", step, is_error=is_error, reason=outcome.reason, **outcome.data)
                stretch.begin(1)
            case Enter():
                stretch.begin(1)
                return tree.into(step["ref"], outcome.branch)
            case _:
                assert_never(outcome)
        return tree.after(step["ref"])

    def _stored(self, step: Step, outcome: Wait | KeepWaiting | Retry | Perform | End | Halt) -> Advance:
        match outcome:
            case Wait():
                return self._waiting(step, outcome)
            case KeepWaiting():
                return self._stretch.keep_waiting(outcome.note)
            case Retry():
                self._stretch.begin(self._stretch.run.attempt + 1)
                return self._stretch.pause(step, self._once_more(step), self._park(outcome.until))
            case Perform():
                parking = for_the_sweep(self._park(self._context.now + outcome.lease))
                return self._stretch.pause(step, Pause(PauseKind.WORK), parking)
            case End():
                return self._ended(outcome)
            case Halt():
                return self._halted(step, outcome)
            case _:
                assert_never(outcome)

    def _waiting(self, step: Step, wait: Wait) -> Advance:
        stretch, parking = self._stretch, self._park(wait.until)
        stretch.change(wait.changes)
        if wait.awaits is not None:
            run, now = stretch.run, self._context.now
            waiting = Waiting(run.recipient, wait.awaits, run.id, parking.token, now, wait.until)
            stretch.change([RegisterWait(waiting)])
        pause = Pause(PauseKind.STEP, wait.note, wait.follows_latest, wait.carries, wait.awaits)
        return stretch.pause(step, pause, parking)

    def _stored_first(self, step: Step) -> Advance:
        """There is too much for one transaction: the step runs once it is stored what there is."""
        now = self._context.now
        self._stretch.log("delay_started", step, until=to_iso(now), reason="many_messages")
        return self._paused(step, now)

    def _paused(self, step: Step, until: datetime) -> Advance:
        return self._stretch.pause(step, Pause(PauseKind.AGAIN), self._park(until))

    def _once_more(self, step: Step) -> Pause:
        """A step that has waited is woken once more; any other begins once more."""
        run = self._stretch.run
        has_waited = run.cursor == step["ref"] and run.pause is not None and run.pause.kind is PauseKind.STEP
        return run.pause if has_waited and run.pause is not None else Pause(PauseKind.AGAIN)

    def _ended(self, outcome: End) -> Advance:
        self._stretch.change(outcome.changes)
        self._stretch.log("run_cancelled" if outcome.is_cancelled else "run_completed")
        status = RunStatus.CANCELLED if outcome.is_cancelled else RunStatus.COMPLETED
        return self._stretch.end(status, woken=outcome.wakes)

    def _halted(self, step: Step, outcome: Halt) -> Advance:
        told = {"reason": outcome.reason, "retryable": False, **outcome.data}
        self._stretch.log("step_failed", step, is_error=True, **told)
        self._stretch.log("run_halted", reason=outcome.reason)
        return self._stretch.end(RunStatus.COMPLETED)

    def _is_too_much(self, outcome: Next) -> bool:
        """For one transaction."""
        messages = len(self._stretch.messages) + len(outcome.messages)
        return messages > MAX_MESSAGES or len(self._stretch.changes) + len(outcome.changes) > MAX_CHANGES


def _run(step: Step, context: Context) -> Outcome:
    return REGISTRY[step["type"]].run(step, context)


def _way_in(run: RecipientRun) -> dict[str, Any]:
    """Why somebody has a run whom the trigger does not name."""
    return {"subscribed_to": run.subscribed_to.to_wire()} if run.subscribed_to is not None else {}


def _completed(stretch: Stretch) -> Advance:
    stretch.log("run_completed")
    return stretch.end(RunStatus.COMPLETED)
