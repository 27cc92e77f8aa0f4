"""Liquid values: how they are printed, compared and read as numbers.

A scope holds JSON values, with numbers as int or Decimal. `Number` is the Decimal a template sees: it prints its
digits without an exponent, and compares with the float literals of a template by what they say, not by their bits.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

import simplejson
from liquid.undefined import Undefined

PLAIN_DIGITS = 60
"""A number with more digits than this before or after the point keeps its exponent when printed."""


class Number(Decimal):
    """A Decimal that prints plainly and equals the float literal written with the same digits."""

    def __str__(self) -> str:
        """The digits as they were written: trailing zeros stay, an exponent is spelled out."""
        if self.is_finite() and abs(self.adjusted()) <= PLAIN_DIGITS:
            return format(Decimal(self), "f")
        return super().__str__()

    def __eq__(self, other: object) -> bool:
        """Numeric equality; `Number("1.1") == 1.1`."""
        return super().__eq__(_exact(other))

    def __hash__(self) -> int:
        """As for any equal number."""
        return super().__hash__()

    def __lt__(self, other: object) -> bool:
        """Numeric order, as are the three below."""
        return super().__lt__(_exact(other))  # type: ignore[operator]

    def __le__(self, other: object) -> bool:
        """Numeric order."""
        return super().__le__(_exact(other))  # type: ignore[operator]

    def __gt__(self, other: object) -> bool:
        """Numeric order."""
        return super().__gt__(_exact(other))  # type: ignore[operator]

    def __ge__(self, other: object) -> bool:
        """Numeric order."""
        return super().__ge__(_exact(other))  # type: ignore[operator]


class Printed(list[object]):
    """A list that prints as a given text when it is output whole, and is an ordinary list in a loop."""

    def __init__(self, items: Sequence[object], text: str) -> None:
        """Keep the items and the text."""
        super().__init__(items)
        self.text = text


def _exact(value: object) -> object:
    return Decimal(repr(value)) if isinstance(value, float) and math.isfinite(value) else value


def exact(value: object) -> object:
    """The value with a float or a plain Decimal turned into a `Number`; anything else unchanged."""
    value = _exact(value)
    return Number(value) if isinstance(value, Decimal) and not isinstance(value, Number) else value


def to_number(value: object) -> int | Number | None:
    """Read a number from a number or a numeric text, else `None`. A Decimal without fraction digits is an int."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        return None
    if isinstance(value, int):
        return value
    try:
        number = Number(value.strip() if isinstance(value, str) else _exact(value))  # type: ignore[arg-type]
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > PLAIN_DIGITS:
        return None
    return int(number) if number.as_tuple().exponent == 0 else number


def stringify(value: object) -> str:
    """The text `{{ value }}` prints: nothing for nil, items of a list one after another, objects as JSON."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, Undefined):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Printed):
        return value.text
    if isinstance(value, (list, tuple)):
        return "".join(stringify(item) for item in value)
    if isinstance(value, range):
        return f"{value.start}..{value.stop - 1}"
    return to_json(value) if isinstance(value, Mapping) else str(exact(value))


def to_json(value: object) -> str:
    """JSON with numbers exactly as they were written, without exponents."""
    return simplejson.dumps(value, use_decimal=False, ensure_ascii=False, default=_jsonable)


def _jsonable(value: object) -> object:
    if isinstance(value, Decimal) and value.is_finite():
        return simplejson.RawJSON(str(exact(value)))
    if isinstance(value, Undefined):
        return None
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, range) else str(value)


def identity(value: object) -> str:
    """A text that equal values share, so that unhashable values can be put into a set."""
    if isinstance(value, (int, Decimal, float)) and not isinstance(value, bool):
        number = to_number(value)
        return str(value) if number is None else str(Decimal(number).normalize())
    return simplejson.dumps(value, use_decimal=False, sort_keys=True, default=_jsonable)
