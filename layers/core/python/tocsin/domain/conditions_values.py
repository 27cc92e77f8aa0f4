"""What a condition compares: paths, arguments, numbers and timestamps.

Nothing here raises on data: a lookup that fails is "absent", a text that is no number or no timestamp is `None`.
A notification must never be lost because a customer's property has an unexpected shape.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from tocsin.domain import json_text

PREFIXES = frozenset({"data", "recipient", "actor", "tenant", "vars", "workflow", "run", "event", "refs"})
"""The roots a variable or a dynamic argument may start with."""

UNITS = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
"""Units of a relative timestamp; a day is exactly 24 hours."""

_PATH = r"(?:" + "|".join(sorted(PREFIXES)) + r")\.[^\s{}]+"
_DYNAMIC = re.compile(rf"({_PATH})|\{{\{{\s*({_PATH})\s*\}}\}}")
_NUMBER = re.compile(r"[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,3})?", re.ASCII)
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}.*)?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a lookup. An absent path has the value "" and `present` false, so that `exists` can tell."""

    value: object
    present: bool


@dataclass(frozen=True, slots=True)
class Argument:
    """A condition's argument, decoded: `raw` is the text as written, `None` for a dynamic or non-text argument."""

    value: object
    raw: str | None = None


ABSENT = Found("", present=False)


def lookup(path: str, scope: Mapping[str, object]) -> Found:
    """Follow a dotted path through the scope; a digit segment indexes a list. Never raises."""
    root, *segments = path.split(".")
    current: object = _run(scope) if root == "run" else scope.get(root, ABSENT)
    for segment in segments:
        current = _step(current, segment)
    return ABSENT if current is ABSENT else Found(current, present=True)


def _run(scope: Mapping[str, object]) -> Mapping[str, object]:
    """`run.*` is what templates see as `total_activities` and `total_actors` at the root."""
    return {name: scope[name] for name in ("total_activities", "total_actors") if name in scope}


def _step(current: object, segment: str) -> object:
    if isinstance(current, Mapping):
        return current.get(segment, ABSENT)
    if isinstance(current, list) and segment.isascii() and segment.isdigit() and len(segment) < 10:
        index = int(segment)
        return current[index] if index < len(current) else ABSENT
    return ABSENT


def dynamic_path(text: str) -> str | None:
    """The path of a dynamic argument (`data.plan` or `{{ data.plan }}`), else `None`: it is a literal."""
    match = _DYNAMIC.fullmatch(text)
    return (match.group(1) or match.group(2)) if match else None


def decode_argument(argument: object, scope: Mapping[str, object]) -> Argument:
    """Resolve an argument: a dynamic path, else JSON in a text, else the text itself.

    Lists are decoded item by item, so that a range may have dynamic ends. `"\\"data.plan\\""` forces a literal.
    """
    if not isinstance(argument, str):
        return Argument(_decode_items(argument, scope))
    path = dynamic_path(argument)
    if path is not None:
        return Argument(lookup(path, scope).value)
    return Argument(_decode_items(decode_json(argument), scope), argument)


def _decode_items(value: object, scope: Mapping[str, object]) -> object:
    if not isinstance(value, list):
        return value
    return [_resolve_item(item, scope) for item in value]


def dynamic_paths(argument: object) -> Iterator[str]:
    """The paths that an argument, as it was written, leads to: its own, or those of a list's items."""
    path = dynamic_path(argument) if isinstance(argument, str) else None
    decoded = decode_json(argument) if isinstance(argument, str) else argument
    if path is not None:
        yield path
    elif isinstance(decoded, list):
        found = (dynamic_path(item) for item in decoded if isinstance(item, str))
        yield from (path for path in found if path is not None)


def _resolve_item(item: object, scope: Mapping[str, object]) -> object:
    path = dynamic_path(item) if isinstance(item, str) else None
    return item if path is None else lookup(path, scope).value


def decode_json(text: str) -> object:
    """JSON with exact numbers, or the text unchanged where it is none (`pro`, `007`, `TRUE`, `NaN`)."""
    try:
        return json_text.loads(text)
    except (ValueError, RecursionError):
        return text


def number(value: object) -> int | Decimal | None:
    """A finite number, also from a text that is one; booleans are not numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        value = Decimal(str(value))
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return _parse_number(value) if isinstance(value, str) else None


def _parse_number(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def is_number(value: object) -> bool:
    """Whether the value is of a number type (a numeric text is not)."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def timestamp(value: object) -> datetime | None:
    """An ISO 8601 text as an aware time: a date alone is 00:00 UTC, a time without zone is UTC."""
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        return None
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def relative_offset(value: object) -> timedelta | None:
    """The offset of `{"value": 7, "unit": "days", "modifier": "ago" | "from_now"}`, else `None`.

    `from now` is what people call it, so it is taken as well."""
    if not isinstance(value, Mapping):
        return None
    amount, unit = value.get("value"), UNITS.get(str(value.get("unit")))
    sign = {"ago": -1, "from_now": 1, "from now": 1}.get(str(value.get("modifier")))
    if unit is None or sign is None or not isinstance(amount, int) or isinstance(amount, bool) or amount < 0:
        return None
    try:
        return sign * amount * unit
    except OverflowError:
        return None


def moment(value: object, now: datetime) -> datetime | None:
    """A point in time from an absolute or a relative argument, else `None`."""
    offset = relative_offset(value)
    if offset is None:
        return timestamp(value)
    try:
        return now + offset
    except OverflowError:
        return None


def pair(value: object) -> tuple[object, object] | None:
    """The two ends of a range argument, else `None`."""
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        return value[0], value[1]
    return None
