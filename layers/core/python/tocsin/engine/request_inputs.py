"""Inputs of a request: values that a step gives to the templates of a request, which know them as `inputs.*`."""

from collections.abc import Callable, Mapping
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.request_inputs import defaults_of
from tocsin.engine.context import CompositionError

Json = Mapping[str, Any]


def rendered_inputs(inputs: Json | str | None, schema: Json | None, render: Callable[[str], str]) -> Json:
    """`inputs` are values whose texts are Liquid, or Liquid that renders to a JSON object. What they leave out has the
    schema's defaults. Raises CompositionError."""
    said = _parsed(render(inputs)) if isinstance(inputs, str) else _rendered(inputs or {}, render)
    return {**_rendered(defaults_of(schema or {}), render), **said}


def _rendered(value: Any, render: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return render(value)
    if isinstance(value, dict):
        return {name: _rendered(inner, render) for name, inner in value.items()}
    return [_rendered(inner, render) for inner in value] if isinstance(value, list) else value


def _parsed(text: str) -> Json:
    try:
        value = json_text.loads_sent(text or "{}")
    except (ValueError, RecursionError) as error:
        message = f"inputs: what was rendered is not JSON: {error}; `| json` quotes a value"
        raise CompositionError(message) from error
    if not isinstance(value, dict):
        raise CompositionError("inputs: what was rendered is no JSON object")
    return value
