"""Payload overrides of a message: rendered with its content, and kept with it for the provider that will send it."""

from typing import Any

from tocsin.domain import json_text
from tocsin.domain.payload_overrides import PAYLOAD_OVERRIDES, overrides_problem
from tocsin.engine.context import CompositionError, Reaching
from tocsin.usecases.composing.texts import rendered


def template_overrides(reaching: Reaching) -> dict[str, Any]:
    """The template's own, which stand for the channel's. Raises CompositionError."""
    settings = reaching.template.get("settings") or {}
    source = settings.get(PAYLOAD_OVERRIDES) or reaching.channel.settings.get(PAYLOAD_OVERRIDES)
    return rendered_overrides(reaching, source, PAYLOAD_OVERRIDES)


def rendered_overrides(reaching: Reaching, source: object, field: str) -> dict[str, Any]:
    """For a message's content; nothing where there are none. Raises CompositionError."""
    text = rendered(reaching, source).strip()
    if not text:
        return {}
    try:
        value = json_text.loads_sent(text)
    except (ValueError, RecursionError) as error:
        message = f"{field}: what was rendered is not JSON: {error}; `| json` quotes a value"
        raise CompositionError(message) from error
    problem = overrides_problem(value)
    if problem:
        raise CompositionError(f"{field}: what was rendered {problem}")
    return {PAYLOAD_OVERRIDES: value} if value else {}
