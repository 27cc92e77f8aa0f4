"""Runs the steps of one recipient's run until it ends or must wait. Knows no step type and touches nothing.

`advance` is a function of its arguments: whoever calls it twice with the same run gets the same answer, and whether
that answer counts is decided by the compare-and-set that stores it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from tocsin.domain.clock import to_iso
from tocsin.domain.conditions import ConditionError, Evaluation, evaluate
from tocsin.domain.runs import EventStatus, MadeMessage, Parking, RecipientRun, RunEvent, RunStatus
from tocsin.engine.context import Context
from tocsin.engine.outcome import MAX_MESSAGES, Halt, MessageDraft, Next, Outcome, Skip, Wait
from tocsin.engine.registry import REGISTRY

Park = Callable[[datetime], Parking]


@dataclass(frozen=True, slots=True)
class Advance:
    """The run as it should be stored, and what must be stored with it."""

    run: RecipientRun
    messages: tuple[MessageDraft, ...]


class _Stretch:
    """One uninterrupted stretch of steps: collects events and messages on the way."""

    def __init__(self, run: RecipientRun, context: Context) -> None:
        self.run = run
        self.context = context
        self.events: list[RunEvent] = []
        self.messages: list[MessageDraft] = []

    def log(
        self, event: str, step: Mapping[str, Any] | None = None, *, error: bool = False, **data: Any
    ) -> None:
        self.events.append(
            RunEvent(
                event=event,
                at=self.context.now,
                status=EventStatus.ERROR if error else EventStatus.OK,
                step_ref=step["ref"] if step else None,
                step_type=step["type"] if step else None,
                data=data or None,
            )
        )

    def end(self, status: RunStatus, cursor: str | None, parking: Parking | None = None) -> Advance:
        made = tuple(
            MadeMessage(
                draft.message.source.step_ref,
                draft.message.channel_id,
                draft.message.id,
                draft.needs_delivery,
            )
            for draft in self.messages
        )
        run = replace(
            self.run,
            status=status,
            cursor=cursor,
            parking=parking,
            updated_at=self.context.now,
            made=(*self.run.made, *made),
            events=(*self.run.events, *self.events),
        )
        return Advance(run, tuple(self.messages))


def start(run: RecipientRun, context: Context, park: Park) -> Advance:
    """The first stretch of a run: the workflow's own conditions, then its steps."""
    stretch = _Stretch(run, context)
    stretch.log("run_started", **_way_in(run))
    try:
        evaluation = evaluate(context.workflow.conditions, context.scope, context.now)
    except ConditionError as error:
        return _halted(stretch, "invalid_conditions", str(error))
    if context.workflow.conditions:
        stretch.log("trigger_conditions_evaluated", **_explained(evaluation))
    if not evaluation.passed:
        return _completed(stretch)
    return _run_steps(stretch, context.workflow.first_ref(), park)


def resume(run: RecipientRun, context: Context, park: Park) -> Advance:
    """The stretch after a wait."""
    stretch = _Stretch(run, context)
    stretch.log("delay_resumed")
    return _run_steps(stretch, run.cursor, park)


def stop(
    run: RecipientRun, reason: str, now: datetime, *, cancelled: bool = False, error: bool = False
) -> RecipientRun:
    """The run ended from outside: workflow inactive, recipient gone, cancelled."""
    status = RunStatus.CANCELLED if cancelled else RunStatus.COMPLETED
    kind = EventStatus.ERROR if error else EventStatus.OK
    event = RunEvent("run_cancelled" if cancelled else "run_halted", now, kind, data={"reason": reason})
    return replace(run, status=status, parking=None, updated_at=now, events=(*run.events, event))


def _run_steps(stretch: _Stretch, cursor: str | None, park: Park) -> Advance:
    workflow = stretch.context.workflow
    while cursor is not None:
        step = workflow.step(cursor)
        following = workflow.ref_after(cursor)
        known = len(stretch.events)
        outcome = _decide(step, stretch)
        match outcome:
            case Next() if len(stretch.messages) + len(outcome.messages) > MAX_MESSAGES:
                # What is made so far is stored first; then this step is decided anew, and logged then.
                del stretch.events[known:]
                now = stretch.context.now
                stretch.log("delay_started", step, until=to_iso(now), reason="many_messages")
                return stretch.end(RunStatus.PAUSED, cursor, park(now))
            case Next():
                stretch.events.extend(outcome.events)
                stretch.messages.extend(outcome.messages)
            case Skip():
                stretch.events.extend(outcome.events)
                stretch.log(
                    "step_skipped", step, error=outcome.is_error, reason=outcome.reason, **outcome.data
                )
            case Wait():
                parking = park(outcome.until)
                stretch.log("delay_started", step, until=to_iso(outcome.until), reason=outcome.reason)
                return stretch.end(RunStatus.PAUSED, following, parking)
            case Halt():
                stretch.log("step_failed", step, error=True, reason=outcome.reason, **outcome.data)
                stretch.log("run_halted", reason=outcome.reason)
                return stretch.end(RunStatus.COMPLETED, None)
            case _:
                assert_never(outcome)
        cursor = following
    return _completed(stretch)


def _decide(step: dict[str, Any], stretch: _Stretch) -> Outcome:
    context = stretch.context
    conditions = step.get("conditions")
    try:
        evaluation = evaluate(conditions, context.scope, context.now)
    except ConditionError as error:
        return Halt("invalid_conditions", {"message": str(error)})
    if conditions:
        stretch.log("conditions_evaluated", step, **_explained(evaluation))
    if not evaluation.passed:
        return Skip("conditions_not_met")
    return REGISTRY[step["type"]].run(step, context)


def _way_in(run: RecipientRun) -> dict[str, Any]:
    """Why somebody has a run whom the trigger does not name."""
    return {"subscribed_to": run.subscribed_to.to_wire()} if run.subscribed_to is not None else {}


def _halted(stretch: _Stretch, reason: str, message: str) -> Advance:
    stretch.log("run_halted", error=True, reason=reason, message=message)
    return stretch.end(RunStatus.COMPLETED, None)


def _completed(stretch: _Stretch) -> Advance:
    stretch.log("run_completed")
    return stretch.end(RunStatus.COMPLETED, None)


def _explained(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "passed": evaluation.passed,
        "results": [
            {
                "variable": result.variable,
                "operator": result.operator,
                "argument": result.argument,
                "result": result.result,
            }
            for result in evaluation.results
        ],
    }
