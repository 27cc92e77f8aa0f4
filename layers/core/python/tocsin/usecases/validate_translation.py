"""Validation of a translation: a tree of texts, each of them Liquid."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from tocsin.domain.definition_content import MAX_DEPTH
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.usecases.check_liquid import liquid

MAX_PROBLEMS = 20


def validate_translation(texts: object) -> None:
    """Raises InvalidParamsError with the first twenty problems: a file of ten thousand texts may have as many."""
    if not isinstance(texts, dict):
        raise InvalidParamsError([FieldProblem("content", "must be a JSON object of texts", "dict_type")])
    found = list(islice(_problems("content", texts, MAX_DEPTH), MAX_PROBLEMS))
    if found:
        raise InvalidParamsError(found)


def _problems(path: str, texts: Mapping[str, Any], depth: int) -> Iterator[FieldProblem]:
    for name, value in texts.items():
        field = f"{path}.{name}"
        if not name:
            yield FieldProblem(path, "has a text without a name", "string_too_short")
        elif isinstance(value, str):
            yield from _text_problems(field, value)
        elif not isinstance(value, dict):
            yield FieldProblem(field, "must be a text, or an object of texts", "string_type")
        elif "." in name:
            yield FieldProblem(field, "no template finds texts below a name with a dot; nest it", "pattern")
        elif not depth:
            yield FieldProblem(field, f"is nested more than {MAX_DEPTH} levels deep", "too_deep")
        else:
            yield from _problems(field, value, depth - 1)


def _text_problems(field: str, text: str) -> Iterator[FieldProblem]:
    # Most texts have no Liquid in them, and to look for it is quicker than to parse them.
    if "{" in text:
        yield from liquid({field: text}, field)
