"""Small checks of a definition's fields. Each yields what is wrong, by the field's path within what it was given."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tocsin.domain.errors import FieldProblem

UNSUPPORTED = "unsupported"


def under(prefix: str, problems: Iterable[FieldProblem]) -> Iterator[FieldProblem]:
    """The same problems, seen from further out."""
    for problem in problems:
        yield replace(problem, field=f"{prefix}.{problem.field}" if problem.field else prefix)


def unsupported(field: str, what: str) -> FieldProblem:
    return FieldProblem(field, f"{what} not supported yet", UNSUPPORTED)


def first_per_field(problems: Iterable[FieldProblem]) -> list[FieldProblem]:
    """One problem a field: the first check to object knows best why."""
    found: dict[str, FieldProblem] = {}
    for problem in problems:
        found.setdefault(problem.field, problem)
    return list(found.values())


def text(
    owner: Mapping[str, Any], field: str, *, required: bool = False, longest: int | None = None
) -> Iterator[FieldProblem]:
    """A string; null and absence are the same, and so is a blank one where the field is required."""
    value = owner.get(field)
    if required and (value is None or (isinstance(value, str) and not value.strip())):
        yield FieldProblem(field, "can't be blank", "missing")
    elif value is None:
        return
    elif not isinstance(value, str):
        yield FieldProblem(field, "must be a string", "string_type")
    elif longest is not None and len(value) > longest:
        yield FieldProblem(field, f"has {len(value)} characters; {longest} are allowed", "string_too_long")


def texts(owner: Mapping[str, Any], field: str) -> Iterator[FieldProblem]:
    value = owner.get(field)
    if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        yield FieldProblem(field, "must be a list of strings", "list_type")


def flag(owner: Mapping[str, Any], field: str) -> Iterator[FieldProblem]:
    value = owner.get(field)
    if value is not None and not isinstance(value, bool):
        yield FieldProblem(field, "must be true or false", "bool_type")


def mapping(owner: Mapping[str, Any], field: str, *, required: bool = False) -> Iterator[FieldProblem]:
    value = owner.get(field)
    if value is None and required:
        yield FieldProblem(field, "can't be blank", "missing")
    elif value is not None and not isinstance(value, dict):
        yield FieldProblem(field, "must be an object", "dict_type")


def mapping_in(owner: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    """The object in a field; empty when there is none, whatever is there instead."""
    value = owner.get(field)
    return value if isinstance(value, dict) else {}


def listed(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names))


def unique(
    owner: Mapping[str, Any], name: str, seen: set[str], what: str, longest: int | None = None
) -> Iterator[FieldProblem]:
    """What tells one of several from the others; `seen` has what the ones before it are called."""
    yield from text(owner, name, required=True, longest=longest)
    value = owner.get(name)
    if not isinstance(value, str):
        return
    if value in seen:
        message = f"another {what} has the {name} {value!r} already; {name}s are unique"
        yield FieldProblem(name, message, "duplicate")
    seen.add(value)
