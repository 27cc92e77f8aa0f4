"""Validation of a message type: the shape that a frontend's component gives to its content."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.definition_content import key_problem
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import first_per_field, text, under, unique
from tocsin.usecases.credentials import refuse
from tocsin.usecases.validate_partial import fields_problems

MAX_NAME = 255
MAX_DESCRIPTION = 280
_SEMVER = re.compile(r"\d{1,6}\.\d{1,6}\.\d{1,6}")

Content = Mapping[str, Any]


def validate_message_type(key: str, content: Content) -> None:
    """Raises InvalidParamsError with one problem for each field that is wrong."""
    problem = key_problem(key)
    found = [FieldProblem("key", problem, "pattern")] if problem else []
    refuse([*found, *first_per_field(_problems(content))])


def _problems(content: Content) -> Iterator[FieldProblem]:
    yield from text(content, "name", required=True, longest=MAX_NAME)
    yield from text(content, "description", longest=MAX_DESCRIPTION)
    yield from text(content, "icon_name")
    yield from text(content, "preview")
    semver = content.get("semver")
    if not isinstance(semver, str) or not _SEMVER.fullmatch(semver):
        yield FieldProblem("semver", "must be three numbers such as 1.0.0", "pattern")
    yield from under("variants", _variants(content.get("variants")))


def _variants(variants: object) -> Iterator[FieldProblem]:
    if not variants:
        yield FieldProblem("", "can't be blank; a message type has at least one variant", "missing")
        return
    if not isinstance(variants, list):
        yield FieldProblem("", "must be a list of variants", "list_type")
        return
    seen: set[str] = set()
    for index, variant in enumerate(variants):
        yield from under(str(index), _variant(variant, seen))


def _variant(variant: object, seen: set[str]) -> Iterator[FieldProblem]:
    if not isinstance(variant, dict):
        yield FieldProblem("", "must be an object with `key`, `name` and `fields`", "dict_type")
        return
    yield from text(variant, "name", required=True)
    yield from unique(variant, "key", seen, "variant")
    yield from under("fields", fields_problems(variant.get("fields")))
