"""Lines of a run's log."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from tocsin.domain.conditions_log import explained
from tocsin.domain.redaction import HIDDEN, without
from tocsin.domain.runs import EventStatus, RunEvent
from tocsin.domain.values import replace

__all__ = ["explained", "fit_to_keep", "line"]

# Characters. The row of a run holds all of its log, and what steps tell of comes from data of any size.
MAX_TEXT = 1_000
MAX_LINE = 8_000
_FEW = MAX_LINE // MAX_TEXT


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


def fit_to_keep(event: RunEvent, secrets: Collection[str]) -> RunEvent:
    """The line without the secrets that found their way into it, and cut to what a log has room for."""
    if event.data is None or (not secrets and _is_short(event.data)):
        return event
    return replace(event, data=_Data(secrets).shown(event.data))


def _is_short(data: Mapping[str, Any]) -> bool:
    """So that there is nothing to cut, as of nearly every line: a few words and ids."""
    return len(data) <= _FEW and all(
        type(value) is str and len(name) + len(value) <= MAX_TEXT for name, value in data.items()
    )


class _Data:
    """One line's data under way: what has been shown leaves the less room for the rest."""

    def __init__(self, secrets: Collection[str]) -> None:
        self._secrets = secrets
        self._room = MAX_LINE

    def shown(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            fields = {self._text(name): self.shown(inner) for name, inner in value.items() if self._room > 0}
            return fields if len(fields) == len(value) else {**fields, HIDDEN: HIDDEN}
        if isinstance(value, list | tuple):
            items = [self.shown(item) for item in value if self._room > 0]
            return items if len(items) == len(value) else [*items, HIDDEN]
        if isinstance(value, str):
            return self._text(value)
        self._room -= len(str(value))
        return HIDDEN if str(value) in self._secrets else value

    def _text(self, text: str) -> str:
        plain, longest = without(text, self._secrets), min(MAX_TEXT, self._room)
        self._room -= min(len(plain), longest)
        return plain if len(plain) <= longest else f"{plain[:longest]}{HIDDEN}"
