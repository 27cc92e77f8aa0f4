"""A step that breaks is tried again after a while, in case somebody mends what it trips over; then its run halts.

What breaks a step is a template that cannot be rendered, or a fault of ours that this run's data brings to light. A
store that cannot be asked is neither: that is nobody's mistake, and whoever advances the run repeats all of it.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from traceback import extract_tb

from tocsin.domain.step_tree import Step
from tocsin.engine.context import CompositionError, Context
from tocsin.engine.outcome import Halt, Outcome, Retry
from tocsin.engine.registry import REGISTRY

MAX_TRIES = 3
PAUSES = (timedelta(seconds=5), timedelta(seconds=30))


def tried(decide: Callable[[], Outcome], step: Step, context: Context) -> Outcome:
    """What a step decides, or what follows where it breaks. Raises what a store raises that cannot be asked."""
    try:
        return decide()
    except Exception as error:
        if context.lookups.is_outage(error):
            raise
        return _broken(step, context, *_told(error))


def _broken(step: Step, context: Context, reason: str, message: str) -> Outcome:
    tries = context.run.attempt
    if tries >= MAX_TRIES:
        halt, give_up = Halt(reason, {"message": message}), REGISTRY[step["type"]].give_up
        return give_up(step, context, halt) if give_up is not None else halt
    log = context.line("step_failed", step, is_error=True, reason=reason, retryable=True, message=message)
    return Retry(context.now + PAUSES[tries - 1], (log,))


def _told(error: Exception) -> tuple[str, str]:
    """A word for the log and a sentence; of a fault of ours also the place, because no other log will have it."""
    if isinstance(error, CompositionError):
        return "template_error", str(error)
    place = extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return "unforeseen_error", f"the step broke off: {type(error).__name__}: {error} ({where})"
