"""One structured line per invocation, always: an operator reads one line, and nothing is billed for two."""

import os
from contextvars import ContextVar
from typing import Any

from aws_lambda_powertools import Logger

logger = Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", "tocsin"), use_rfc3339=True, location=None)

_noted: ContextVar[dict[str, Any] | None] = ContextVar("noted", default=None)


def note(**facts: Any) -> None:
    """Facts for the line of the present invocation, from where that line is not written."""
    _noted.set({**(_noted.get() or {}), **facts})


def log_invocation(
    event: str, *, failed: bool = False, error: BaseException | None = None, **facts: Any
) -> None:
    """`facts` are counts and ids; never keys, bodies or template values."""
    known = {name: fact for name, fact in facts.items() if fact is not None} | (_noted.get() or {})
    _noted.set(None)
    if failed or error:
        logger.error(event, exc_info=error, extra=known)
    else:
        logger.info(event, extra=known)
