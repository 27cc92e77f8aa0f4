"""Lines of a run's log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tocsin.domain.conditions_log import explained
from tocsin.domain.runs import EventStatus, RunEvent

__all__ = ["explained", "line"]


def line(
    now: datetime,
    event: str,
    step: Mapping[str, Any] | None = None,
    *,
    is_error: bool = False,
    attempt: int = 1,
    **data: Any,
) -> RunEvent:
    """What happened, at which step; `data` is small and holds no secret."""
    return RunEvent(
        event=event,
        at=now,
        status=EventStatus.ERROR if is_error else EventStatus.OK,
        step_ref=step["ref"] if step else None,
        step_type=step["type"] if step else None,
        attempt=attempt,
        data=data or None,
    )
