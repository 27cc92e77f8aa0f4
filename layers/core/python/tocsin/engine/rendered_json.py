"""JSON that a step's Liquid renders to."""

from typing import Any

from tocsin.domain import json_text
from tocsin.engine.context import Context

SHOWN = 80


class InvalidJsonError(Exception):
    """What was rendered is not the JSON that is needed. The text is for the run's log."""


def rendered_json(source: str, context: Context, *, strict: bool = False) -> Any:
    """Raises CompositionError, InvalidJsonError."""
    text = context.render(source, strict=strict)
    try:
        return json_text.loads(text)
    except (ValueError, RecursionError) as error:
        shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        raise InvalidJsonError(f"{shown!r} is not JSON: {error}; `| json` quotes a value") from error


def rendered_object(source: str, context: Context, *, strict: bool = False) -> dict[str, Any]:
    """Raises CompositionError, InvalidJsonError."""
    value = rendered_json(source, context, strict=strict)
    if not isinstance(value, dict):
        raise InvalidJsonError("what was rendered is not a JSON object")
    return value
