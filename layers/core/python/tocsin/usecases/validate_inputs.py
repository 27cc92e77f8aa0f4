"""Validation of what steps say for the inputs of a request."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import flag, mapping_in, under
from tocsin.domain.request_inputs import INPUT_SCHEMA, INPUTS, input_schema_problems, values_problems
from tocsin.usecases.check_liquid import LIQUID, liquid
from tocsin.usecases.surroundings import Surroundings

Fields = Mapping[str, Any]


def fetch_inputs_problems(step: Fields, _: Surroundings) -> Iterator[FieldProblem]:
    """A fetch has both, the inputs and their schema."""
    settings = mapping_in(step, "settings")
    yield from under("settings", flag(settings, "sign_request"))
    schema = settings.get(INPUT_SCHEMA)
    wrong = [] if schema is None else list(input_schema_problems(schema))
    yield from under(f"settings.{INPUT_SCHEMA}", wrong)
    yield from under(f"settings.{INPUTS}", inputs_problems(settings, None if wrong else schema))


def inputs_problems(owner: Fields, schema: Fields | None) -> Iterator[FieldProblem]:
    """By their paths within the inputs."""
    inputs = owner.get(INPUTS)
    if isinstance(inputs, str):
        yield from liquid({"": inputs}, "")
    elif isinstance(inputs, dict | None):
        yield from _liquid_problems(inputs or {})
        yield from values_problems(inputs or {}, schema) if schema else ()
    else:
        message = "must be an object of values, or Liquid that renders to a JSON object"
        yield FieldProblem("", message, "dict_type")


def _liquid_problems(inputs: Fields) -> Iterator[FieldProblem]:
    # Liquid takes a while to import, and only saving needs it: reading the API stays quick from cold.
    from tocsin.rendering.guide_content import values_problems as broken_templates

    for name, value in inputs.items():
        yield from (FieldProblem(field, message, LIQUID) for field, message in broken_templates(value, name))
