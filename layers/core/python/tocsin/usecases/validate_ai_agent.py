"""Validation of what an AI step asks of a model. Which model, the step's own settings say."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import flag, mapping, text, under, unsupported
from tocsin.domain.json_schemas import schema_problems
from tocsin.usecases.check_liquid import liquid_text
from tocsin.usecases.surroundings import Surroundings

SCHEMA = "response_schema"

Fields = Mapping[str, Any]


def ai_agent_problems(step: Fields, _: Surroundings) -> Iterator[FieldProblem]:
    yield from mapping(step, "settings", required=True)
    settings = step.get("settings")
    if isinstance(settings, dict):
        yield from under("settings", _settings_problems(settings))


def _settings_problems(settings: Fields) -> Iterator[FieldProblem]:
    yield from text(settings, "model", required=True)
    yield from liquid_text(settings, "request_prompt", required=True)
    yield from flag(settings, "halt_on_error")
    yield from flag(settings, "web_search_enabled")
    if settings.get("web_search_enabled") is True:
        yield unsupported("web_search_enabled", "web search is")
    yield from text(settings, SCHEMA, required=settings.get("response_type") == "json")
    schema = settings.get(SCHEMA)
    if isinstance(schema, str) and schema.strip():
        yield from _schema_problems(schema, settings.get("response_type"))


def _schema_problems(source: str, response_type: object) -> Iterator[FieldProblem]:
    if response_type == "text":
        yield FieldProblem(SCHEMA, "belongs to replies in JSON; `response_type` is text", "extra_forbidden")
        return
    try:
        schema = json_text.loads(source)
    except (ValueError, RecursionError) as error:
        yield FieldProblem(SCHEMA, f"is not JSON: {error}", "json_invalid")
        return
    if isinstance(schema, dict):
        yield from under(SCHEMA, schema_problems(schema))
    else:
        yield FieldProblem(SCHEMA, "must be a JSON object, as text", "dict_type")
