"""Dotted paths into data."""

from collections.abc import Mapping
from typing import Any


def placed(data: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The data with a value at a path; what stood in its way is replaced, nothing given is changed.

    >>> placed({"a": {"b": 1}}, "a.c", 2)
    {'a': {'b': 1, 'c': 2}}
    """
    first, _, rest = path.partition(".")
    if not rest:
        return {**data, first: value}
    inner = data.get(first)
    return {**data, first: placed(inner if isinstance(inner, dict) else {}, rest, value)}
