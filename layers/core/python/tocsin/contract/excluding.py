"""Fields that a caller does not want: `exclude=entries.data,vars`."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator

from tocsin.domain import json_text

FieldPath = tuple[str, ...]
DEEPEST = 3


def paths_of(text: str) -> list[FieldPath]:
    return [tuple(path.strip().split(".")) for path in text.split(",") if path.strip()]


def _readable(text: str) -> str:
    if any(len(path) > DEEPEST or not all(path) for path in paths_of(text)):
        raise ValueError(
            f"must be field paths of up to {DEEPEST} levels between commas, such as `entries.data,vars`"
        )
    return text


FieldPaths = Annotated[str, AfterValidator(_readable)]


def excluding(answer: Any, paths: Iterable[FieldPath]) -> Any:
    """The answer without those fields. A path goes through every element of a list; one that leads nowhere is no harm.

    >>> answer = {"entries": [{"id": "1", "data": {"a": 1, "b": 2}}], "vars": {}}
    >>> excluding(answer, [("entries", "data", "a"), ("vars",)])
    {'entries': [{'id': '1', 'data': {'b': 2}}]}
    """
    if isinstance(answer, json_text.Raw):
        answer = json_text.loads(answer.encoded_json)
    if isinstance(answer, list):
        return [excluding(element, paths) for element in answer]
    if not isinstance(answer, dict):
        return answer
    below: dict[str, list[FieldPath]] = {}
    for name, *rest in paths:
        below.setdefault(name, []).append(tuple(rest))
    return {
        name: excluding(value, below[name]) if name in below else value
        for name, value in answer.items()
        if () not in below.get(name, ())
    }
