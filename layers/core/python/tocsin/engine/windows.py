"""When a step's window ends: fixed, or where a field of somebody's data says."""

from datetime import datetime, timedelta

from tocsin.domain.clock import to_iso
from tocsin.domain.durations import Duration
from tocsin.domain.moments import InvalidWindowError, moment_at
from tocsin.engine.context import Context


def window_end(
    duration: Duration | None, field_path: str | None, context: Context, longest: timedelta
) -> datetime:
    """With both, the duration is an offset from what the path leads to. Raises InvalidWindowError."""
    if field_path:
        return moment_at(
            field_path, context.scope, context.now, context.zone, offset=duration, longest=longest
        )
    if duration is None:
        raise InvalidWindowError("the step names no window")
    end = duration.after(context.now)
    if not context.now < end <= context.now + longest:
        raise InvalidWindowError(
            f"the window would end at {to_iso(end)}; it must be at most {longest.days} days"
        )
    return end
