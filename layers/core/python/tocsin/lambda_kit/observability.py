"""One structured line per invocation, always: an operator reads one line, and nothing is billed for two.

Its names are those of Powertools' logger, which tools know. That logger itself was a fifth of the work of a request,
and most of what a worker loaded beside our code.
"""

import json
import os
import traceback
from contextvars import ContextVar
from typing import Any

from tocsin.domain.clock import system_clock

_SERVICE = os.environ.get("POWERTOOLS_SERVICE_NAME", "tocsin")
_TRACE = "_X_AMZN_TRACE_ID"  # Lambda sets it anew for each invocation

_noted: ContextVar[dict[str, Any] | None] = ContextVar("noted", default=None)
_written = json.JSONEncoder(default=str, ensure_ascii=False, separators=(",", ":")).encode


def note(**facts: Any) -> None:
    """Facts for the line of the present invocation, from where that line is not written."""
    _noted.set({**(_noted.get() or {}), **facts})


def log_invocation(
    event: str, *, failed: bool = False, error: BaseException | None = None, **facts: Any
) -> None:
    """`facts` are counts and ids; never keys, bodies or template values."""
    line = {
        "level": "ERROR" if failed or error else "INFO",
        "message": event,
        "timestamp": system_clock().isoformat(timespec="milliseconds"),
        "service": _SERVICE,
        **facts,
        **(_noted.get() or {}),
        **_raised(error),
        "xray_trace_id": os.environ.get(_TRACE, "").partition(";")[0].removeprefix("Root=") or None,
    }
    _noted.set(None)
    text = _written({name: fact for name, fact in line.items() if fact is not None})
    # Half a surrogate pair, in what somebody sent, must not fail what is done.
    print(text.encode(errors="backslashreplace").decode(), flush=True)


def _raised(error: BaseException | None) -> dict[str, str]:
    if error is None:
        return {}
    return {
        "exception": "".join(traceback.format_exception(error)),
        "exception_name": type(error).__name__,
    }
