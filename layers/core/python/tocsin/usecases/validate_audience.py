"""Validation of an audience: a name for a list of users that a product keeps."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.domain.definition_content import key_problem
from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import first_per_field, text
from tocsin.usecases.credentials import refuse

MAX_NAME = 255
STATIC, DYNAMIC = "static", "dynamic"

Content = Mapping[str, Any]


def validate_audience(key: str, content: Content) -> None:
    """Raises InvalidParamsError with one problem for each field that is wrong."""
    problem = key_problem(key)
    found = [FieldProblem("key", problem, "pattern")] if problem else []
    refuse([*found, *first_per_field(_problems(content))])


def _problems(content: Content) -> Iterator[FieldProblem]:
    yield from text(content, "name", required=True, longest=MAX_NAME)
    yield from text(content, "description")
    yield from _type(content.get("type"))


def _type(said: object) -> Iterator[FieldProblem]:
    if said is None:
        yield FieldProblem("type", f"can't be blank; an audience is {STATIC}", "missing")
    elif said == DYNAMIC:
        message = (
            "members are not computed from conditions here; make it static, and let your product or the step "
            "update_audience add and remove its members"
        )
        yield FieldProblem("type", message, "dynamic_audiences_unsupported")
    elif said != STATIC:
        yield FieldProblem("type", f"must be {STATIC}", "enum")
