"""The operators of a condition, each a pure function of what was found, the argument and the clock.

Rules that hold for all of them: incomparable values are simply false, and `not_*` is the exact negation of its
positive form, so it is true where that one could not be decided.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.domain.conditions_values import (
    Argument,
    Found,
    is_number,
    moment,
    number,
    pair,
    timestamp,
)


@dataclass(frozen=True, slots=True)
class Operands:
    """Both sides of one comparison and the time it is made at."""

    found: Found
    argument: Argument
    now: datetime

    @property
    def value(self) -> object:
        """The variable's value; "" when it is absent."""
        return self.found.value


Operator = Callable[[Operands], bool]
Compare = Callable[[Any, Any], bool]


def equal(left: object, right: object, raw: str | None = None) -> bool:
    """Typed equality, forgiving where texts meet other types: the argument's raw text and numbers in texts count."""
    if isinstance(left, str) and left in (right, raw):
        return True
    if isinstance(left, bool) or isinstance(right, bool):
        return _equal_bool(left, right)
    if isinstance(left, (list, Mapping)) or isinstance(right, (list, Mapping)):
        return _equal_container(left, right)
    if is_number(left) or is_number(right):
        first, second = number(left), number(right)
        return first is not None and first == second
    return left == right


def _equal_bool(left: object, right: object) -> bool:
    if isinstance(left, bool) and isinstance(right, bool):
        return left is right
    truth, other = (left, right) if isinstance(left, bool) else (right, left)
    return other == ("true" if truth else "false")


def _equal_container(left: object, right: object) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equal(*items) for items in zip(left, right, strict=True))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return False


def _ordering(compare: Compare) -> Operator:
    """Numbers when both are numeric, else timestamps when both are, else texts; anything else is false."""

    def ordered(operands: Operands) -> bool:
        for read in (number, timestamp, _text):
            left, right = read(operands.value), read(operands.argument.value)
            if left is not None and right is not None:
                return compare(left, right)
        return False

    return ordered


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _equal_to(operands: Operands) -> bool:
    return equal(operands.value, operands.argument.value, operands.argument.raw)


def _contains(operands: Operands) -> bool:
    left, right, raw = operands.value, operands.argument.value, operands.argument.raw
    if isinstance(left, list) and isinstance(right, list):
        return any(_member(item, left) for item in right)
    if isinstance(left, list):
        return _member(right, left, raw)
    if isinstance(right, list):
        return _member(left, right)
    needle = _needle(operands.argument)
    return isinstance(left, str) and needle is not None and needle in left


def _needle(argument: Argument) -> str | None:
    """The text to look for: a literal as it was written, a dynamic number as its digits, nothing else."""
    if isinstance(argument.value, str):
        return argument.value
    if argument.raw is not None:
        return argument.raw
    return str(argument.value) if is_number(argument.value) else None


def _member(item: object, items: list[object], raw: str | None = None) -> bool:
    return any(equal(candidate, item, raw) for candidate in items)


def _contains_all(operands: Operands) -> bool:
    left, right = operands.value, operands.argument.value
    if not isinstance(left, list) or not isinstance(right, list):
        return False
    return all(_member(item, left) for item in right)


def _empty(operands: Operands) -> bool:
    return operands.value is None or operands.value == "" or operands.value == []


def _exists(operands: Operands) -> bool:
    return operands.found.present and operands.value is not None


def _is_timestamp(operands: Operands) -> bool:
    return timestamp(operands.value) is not None


def _against_moment(compare: Compare) -> Operator:
    def compared(operands: Operands) -> bool:
        left, right = timestamp(operands.value), moment(operands.argument.value, operands.now)
        return left is not None and right is not None and compare(left, right)

    return compared


def _against_date(compare: Compare) -> Operator:
    def compared(operands: Operands) -> bool:
        left, right = timestamp(operands.value), moment(operands.argument.value, operands.now)
        return left is not None and right is not None and compare(left.date(), right.date())

    return compared


def _against_now(compare: Compare) -> Operator:
    def compared(operands: Operands) -> bool:
        left = timestamp(operands.value)
        return left is not None and compare(left, operands.now)

    return compared


def _between(read: Callable[[object], Any]) -> Operator:
    def inside(operands: Operands) -> bool:
        value, ends = read(operands.value), pair(operands.argument.value)
        if value is None or ends is None:
            return False
        start, end = read(ends[0]), read(ends[1])
        return start is not None and end is not None and bool(start <= value <= end)

    return inside


def _not(positive: Operator) -> Operator:
    return lambda operands: not positive(operands)


OPERATORS: dict[str, Operator] = {
    "equal_to": _equal_to,
    "not_equal_to": _not(_equal_to),
    "greater_than": _ordering(operator.gt),
    "greater_than_or_equal_to": _ordering(operator.ge),
    "less_than": _ordering(operator.lt),
    "less_than_or_equal_to": _ordering(operator.le),
    "contains": _contains,
    "not_contains": _not(_contains),
    "contains_all": _contains_all,
    "not_contains_all": _not(_contains_all),
    "empty": _empty,
    "not_empty": _not(_empty),
    "exists": _exists,
    "not_exists": _not(_exists),
    "is_timestamp": _is_timestamp,
    "is_not_timestamp": _not(_is_timestamp),
    "is_timestamp_before": _against_moment(operator.lt),
    "is_timestamp_on_or_after": _against_moment(operator.ge),
    "is_timestamp_before_date": _against_date(operator.lt),
    "is_timestamp_on_or_after_date": _against_date(operator.ge),
    "is_timestamp_before_now": _against_now(operator.lt),
    "is_timestamp_on_or_after_now": _against_now(operator.ge),
    "is_timestamp_between": _between(timestamp),
    "is_between": _between(number),
}
"""Every operator that can be decided from the scope alone."""

WITHOUT_ARGUMENT = frozenset(
    {
        "empty",
        "not_empty",
        "exists",
        "not_exists",
        "is_timestamp",
        "is_not_timestamp",
        "is_timestamp_before_now",
        "is_timestamp_on_or_after_now",
    }
)


def decide(name: str, operands: Operands) -> bool:
    """Apply the operator called `name` (a key of `OPERATORS`). Data nested past the stack is incomparable."""
    try:
        return OPERATORS[name](operands)
    except RecursionError:
        return name in {"not_equal_to", "not_contains", "not_contains_all"}
