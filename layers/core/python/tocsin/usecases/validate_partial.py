"""Validation of a partial."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tocsin.domain.definition_content import key_problem
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.field_checks import first_per_field, flag, mapping, mapping_in, text, under, unique
from tocsin.domain.partials import HTML, INPUT_TYPES, PARTS, TYPES
from tocsin.usecases.check_liquid import liquid

MAX_NAME = 255
MAX_DESCRIPTION = 280

Content = Mapping[str, Any]


def validate_partial(key: str, content: Content) -> None:
    """Raises InvalidParamsError with one problem for each field that is wrong."""
    problem = key_problem(key)
    _refuse([*([FieldProblem("key", problem, "pattern")] if problem else []), *_problems(content)])


def require_valid(content: Content) -> None:
    """The same for one that needs no key. Raises InvalidParamsError."""
    _refuse(_problems(content))


def _refuse(problems: Iterable[FieldProblem]) -> None:
    found = first_per_field(problems)
    if found:
        raise InvalidParamsError(found)


def _problems(content: Content) -> Iterator[FieldProblem]:
    yield from text(content, "name", required=True, longest=MAX_NAME)
    yield from text(content, "description", longest=MAX_DESCRIPTION)
    yield from text(content, "icon_name")
    yield from _one_of("type", content.get("type"), TYPES)
    yield from _content(content)
    yield from flag(content, "visual_block_enabled")
    yield from under("input_schema", fields_problems(content.get("input_schema")))
    yield from _of_html_only(content)


def _one_of(field: str, value: object, known: tuple[str, ...]) -> Iterator[FieldProblem]:
    if value is None:
        yield FieldProblem(field, "can't be blank", "missing")
    elif value not in known:
        yield FieldProblem(field, f"must be one of {', '.join(known)}", "enum")


def _content(content: Content) -> Iterator[FieldProblem]:
    """It may well be empty."""
    if content.get("content") is None:
        yield FieldProblem("content", "can't be blank", "missing")
    yield from text(content, "content")
    yield from liquid(content, "content")


def _of_html_only(content: Content) -> Iterator[FieldProblem]:
    for field in ("visual_block_enabled", "input_schema"):
        if content.get(field) and content.get("type") != HTML:
            yield FieldProblem(field, "is for partials of the type html only", "mismatch")


def fields_problems(inputs: object) -> Iterator[FieldProblem]:
    """Of the fields that a partial or a variant of a message type declares."""
    if inputs is None:
        return
    if not isinstance(inputs, list):
        yield FieldProblem("", "must be a list of fields", "list_type")
        return
    seen: set[str] = set()
    for index, field in enumerate(inputs):
        yield from under(str(index), _input(field, seen))


def _input(field: object, seen: set[str]) -> Iterator[FieldProblem]:
    if not isinstance(field, dict):
        yield FieldProblem("", "must be an object with `type` and `key`", "dict_type")
        return
    yield from unique(field, "key", seen, "field")
    yield from _one_of("type", field.get("type"), INPUT_TYPES)
    yield from text(field, "label")
    yield from mapping(field, "settings")
    if isinstance(field.get("type"), str):
        yield from _parts(field)


def _parts(field: Content) -> Iterator[FieldProblem]:
    """A button's text and action, an image's url, alt and action."""
    for name in PARTS.get(field["type"], ()):
        yield from mapping(field, name, required=True)
        part = mapping_in(field, name)
        yield from under(name, _one_of("type", part.get("type"), INPUT_TYPES))
        yield from under(name, mapping(part, "settings"))
