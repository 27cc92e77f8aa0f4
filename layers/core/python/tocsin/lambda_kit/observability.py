"""One structured line per invocation, always: an operator reads one line, and nothing is billed for two."""

import os
from typing import Any

from aws_lambda_powertools import Logger

logger = Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", "tocsin"), use_rfc3339=True, location=None)


def log_invocation(
    event: str, *, failed: bool = False, error: BaseException | None = None, **facts: Any
) -> None:
    """`facts` are counts and ids; never keys, bodies or template values."""
    known = {name: fact for name, fact in facts.items() if fact is not None}
    if failed or error:
        logger.error(event, exc_info=error, extra=known)
    else:
        logger.info(event, extra=known)
