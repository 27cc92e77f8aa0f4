"""Inputs of a request: their JSON Schema, and what a step says for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.errors import FieldProblem
from tocsin.domain.json_schemas import JsonSchema, schema_problems

INPUTS, INPUT_SCHEMA = "inputs", "input_schema"

Json = Mapping[str, Any]


def input_schema_problems(schema: Any) -> Iterator[FieldProblem]:
    if not isinstance(schema, dict):
        yield FieldProblem("", "must be a JSON Schema", "dict_type")
        return
    yield from schema_problems(schema)
    if schema.get("type", "object") != "object":
        yield FieldProblem("type", "must be object: inputs have names", "enum")


def values_problems(inputs: Json, schema: Json) -> Iterator[FieldProblem]:
    """Of the values that are known already: what Liquid will make of the others, nobody knows."""
    for problem in JsonSchema(schema).problems({**defaults_of(schema), **inputs}):
        name, _, _ = problem.field.partition(".")
        if not _has_liquid(inputs.get(name)):
            yield problem


def defaults_of(schema: Json) -> dict[str, Any]:
    properties = schema.get("properties")
    found = properties.items() if isinstance(properties, dict) else ()
    return {name: one["default"] for name, one in found if isinstance(one, dict) and "default" in one}


def _has_liquid(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_has_liquid, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and ("{{" in value or "{%" in value)
