"""What queries ask of a trigger's data: short values at its top. A message's row can tell those, however large the
data is and wherever it lies."""

from typing import Any

LONGEST_TEXT = 256


def traits_of(data: dict[str, Any]) -> dict[str, Any]:
    """
    >>> traits_of({"project": "p1", "count": 3, "people": ["jane"], "text": "so long" * 100})
    {'project': 'p1', 'count': 3}
    """
    return {name: value for name, value in data.items() if _is_short(value)}


def are_traits(wanted: dict[str, Any]) -> bool:
    return all(map(_is_short, wanted.values()))


def _is_short(value: object) -> bool:
    return not isinstance(value, (dict, list)) and not (isinstance(value, str) and len(value) > LONGEST_TEXT)
