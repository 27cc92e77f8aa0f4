"""JSON Schemas for the data of triggers: whether one is valid, and what is wrong with data under it.

A schema is read in the draft that its `$schema` names, else in 2020-12. It may refer to its own parts only: nothing is
ever fetched. The library is imported by whoever has a schema, and by nobody else: it takes a tenth of a second.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from tocsin.domain import json_text
from tocsin.domain.errors import FieldProblem

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator
    from referencing import Resource

# Of a list with ten thousand wrong elements, so many explain it as well as all.
MAX_PROBLEMS = 20
MAX_SHOWN = 200
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")

Json = Mapping[str, Any]


class JsonSchema:
    """One that has no `schema_problems`, ready to check data."""

    def __init__(self, schema: Json) -> None:
        self._validator = _validator_of(schema)

    def problems(self, value: Any) -> list[FieldProblem]:
        """What is wrong with the value, the first few; `field` is a path within it."""
        try:
            return _told(self._validator.iter_errors(value))
        except RecursionError:
            return [FieldProblem("", "is nested too deeply to be checked", "too_deep")]


def schema_problems(schema: Json) -> list[FieldProblem]:
    """Why this is no schema that data could be checked with."""
    draft = _draft_of(schema)
    if draft is None:
        text = "must name a draft from 4 to 2020-12, such as https://json-schema.org/draft/2020-12/schema"
        return [FieldProblem("$schema", text, "enum")]
    meta = draft(draft.META_SCHEMA, format_checker=draft.FORMAT_CHECKER)
    try:
        return _told(meta.iter_errors(schema)) or list(islice(_reference_problems(schema), MAX_PROBLEMS))
    except RecursionError:
        return [FieldProblem("", "is nested too deeply", "too_deep")]


def _draft_of(schema: Json) -> "type[Validator] | None":
    from jsonschema import Draft3Validator, Draft202012Validator
    from jsonschema.validators import validator_for

    named = schema.get("$schema", Draft202012Validator.META_SCHEMA["$schema"])
    if not isinstance(named, str):
        return None
    draft = validator_for({"$schema": named}, default=Draft3Validator)
    return draft if draft is not Draft3Validator else None


def _validator_of(schema: Json) -> "Validator":
    from jsonschema.validators import extend
    from referencing import Registry

    draft = _draft_of(schema)
    assert draft is not None
    checker = draft.TYPE_CHECKER.redefine("integer", lambda _, value: _is_whole(value))
    exact: type[Validator] = extend(draft, type_checker=checker)  # type: ignore[no-untyped-call]
    # An empty registry: without it, the library would fetch what a reference names.
    return exact(schema, registry=Registry())


def _is_whole(value: object) -> bool:
    """Fractions are Decimals here (see `json_text`), and 1.0 is whole in every draft since the sixth."""
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def _reference_problems(schema: Json) -> Iterator[FieldProblem]:
    from referencing import Registry, Resource
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    whole = Resource.from_contents(schema, default_specification=DRAFT202012)
    resolver = Registry().resolver_with_root(whole)
    for part in _parts(whole):
        if part is not whole and part.id() is not None:
            yield FieldProblem("", f"only the whole of it may have an id, and a part is called {part.id()!r}")
        named = part.contents if isinstance(part.contents, Mapping) else {}
        for reference in (named[name] for name in REFERENCES if isinstance(named.get(name), str)):
            try:
                resolver.lookup(reference)
            except Unresolvable:
                text = f"refers to {reference!r}, which is no part of it; nothing is fetched from elsewhere"
                yield FieldProblem("", text, "missing_reference")


def _parts(schema: "Resource[Any]") -> "Iterator[Resource[Any]]":
    """The schema and all schemas within it."""
    yield schema
    for part in schema.subresources():
        yield from _parts(part)


def _told(errors: "Iterable[ValidationError]") -> list[FieldProblem]:
    """One problem a field, as many as anybody reads."""
    found: dict[str, FieldProblem] = {}
    for error in errors:
        for problem in _problems_of(_innermost(error)):
            found.setdefault(problem.field, problem)
        if len(found) >= MAX_PROBLEMS:
            break
    return list(found.values())


def _innermost(error: "ValidationError") -> "ValidationError":
    """Of what fits none of several schemas, why it does not fit the likeliest."""
    from jsonschema.exceptions import relevance

    while error.context:
        error = min(error.context, key=relevance)
    return error


def _problems_of(error: "ValidationError") -> Iterator[FieldProblem]:
    path = [str(part) for part in error.absolute_path]
    keyword: Any = error.validator
    wanted: Any = error.validator_value
    instance: Any = error.instance
    if keyword == "required":
        missing = [name for name in wanted if name not in instance]
        yield from (FieldProblem(".".join((*path, name)), "is required", "missing") for name in missing)
    else:
        text = _sentence(keyword, wanted, error.message)
        yield FieldProblem(".".join(path), text, keyword or "not_allowed")


def _sentence(keyword: str | None, wanted: Any, message: str) -> str:
    match keyword:
        case None:
            return "is not allowed by a part of the schema that is `false`"
        case "type":
            return f"must be of the type {' or '.join([wanted] if isinstance(wanted, str) else wanted)}"
        case "enum":
            return f"must be one of {_shown(wanted)}"
        case "additionalProperties" | "unevaluatedProperties":
            return message[:1].lower() + message[1:MAX_SHOWN]
        case _:
            return f"does not fit `{keyword}`: {_shown(wanted)}"


def _shown(value: object) -> str:
    text = json_text.dumps(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
