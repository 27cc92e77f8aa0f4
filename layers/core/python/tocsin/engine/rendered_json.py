"""JSON that a step's Liquid renders to."""

from typing import Any

from tocsin.domain import json_text
from tocsin.domain.redaction import HIDDEN, without
from tocsin.engine.context import Context

SHOWN = 80


class InvalidJsonError(Exception):
    """What was rendered is not the JSON that is needed. The text is for the run's log."""


def rendered_json(source: str, context: Context, *, strict: bool = False) -> Any:
    """Raises CompositionError, InvalidJsonError."""
    return parsed(context.render(source, strict=strict), context)


def parsed(text: str, context: Context) -> Any:
    """What was rendered, as the JSON that it has to be. Raises InvalidJsonError, which shows no secret."""
    try:
        return json_text.loads_sent(text)
    except (ValueError, RecursionError) as error:
        message = f"{quoted(text, context)} is not JSON: {error}; `| json` quotes a value"
        raise InvalidJsonError(message) from error


def quoted(text: str, context: Context) -> str:
    """What was rendered, for the log: its beginning, without secrets."""
    plain = without(text, context.secrets)
    return repr(plain if len(plain) <= SHOWN else f"{plain[:SHOWN]}{HIDDEN}")


def rendered_object(source: str, context: Context, *, strict: bool = False) -> dict[str, Any]:
    """Raises CompositionError, InvalidJsonError."""
    value = rendered_json(source, context, strict=strict)
    if not isinstance(value, dict):
        raise InvalidJsonError("what was rendered is not a JSON object")
    return value
