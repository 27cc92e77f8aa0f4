"""Arithmetic on exact numbers, in place of python-liquid's, which knows ints and floats only.

A value that is no number counts as 0, as in Liquid. Two ints divide as ints; everything else is decimal.
"""

import decimal
from collections.abc import Callable
from decimal import Decimal

from liquid.exceptions import FilterArgumentError
from liquid.filter import sequence_filter
from liquid.undefined import Undefined

from tocsin.rendering.values import PLAIN_DIGITS, Number, to_number

_EXACT = decimal.Context(prec=2 * PLAIN_DIGITS, Emax=10_000, Emin=-10_000)
_QUOTIENT = decimal.Context(prec=16, Emax=10_000, Emin=-10_000)
_LARGEST = 10**PLAIN_DIGITS

Amount = int | Number


def _amount(value: object) -> Amount:
    number = to_number(value)
    return 0 if number is None else number


def _checked(result: int | Decimal) -> Amount:
    if abs(result) > _LARGEST:
        raise FilterArgumentError(f"the result has more than {PLAIN_DIGITS} digits", token=None)
    return result if isinstance(result, int) else Number(result)


def _binary(
    integers: Callable[[int, int], int], decimals: Callable[[Decimal, Decimal], Decimal]
) -> Callable[[object, object], Amount]:
    """A filter of two numbers: on two ints one way, on anything else as decimals."""

    def calculate(left: object, right: object) -> Amount:
        first, second = _amount(left), _amount(right)
        if isinstance(first, int) and isinstance(second, int):
            return _checked(integers(first, second))
        return _checked(decimals(Decimal(first), Decimal(second)))

    return calculate


def _floor_remainder(left: Decimal, right: Decimal) -> Decimal:
    """The remainder with the sign of the divisor, as for ints; Decimal's own has that of the dividend."""
    remainder = _EXACT.remainder(left, right)
    return _EXACT.add(remainder, right) if remainder and (remainder < 0) != (right < 0) else remainder


plus = _binary(lambda a, b: a + b, _EXACT.add)
minus = _binary(lambda a, b: a - b, _EXACT.subtract)
times = _binary(lambda a, b: a * b, _EXACT.multiply)
_divide = _binary(lambda a, b: a // b, _QUOTIENT.divide)
_modulo = _binary(lambda a, b: a % b, _floor_remainder)


def divided_by(left: object, right: object) -> Amount:
    """The quotient; between ints rounded down. Division by zero is an error."""
    return _divide(left, _divisor("divided_by", right))


def modulo(left: object, right: object) -> Amount:
    """The remainder. Division by zero is an error."""
    return _modulo(left, _divisor("modulo", right))


def _divisor(name: str, value: object) -> Amount:
    divisor = _amount(value)
    if divisor == 0:
        raise FilterArgumentError(f"{name}: can't divide by zero", token=None)
    return divisor


def absolute(value: object) -> Amount:
    """The number without its sign."""
    amount = _amount(value)
    return _checked(abs(Decimal(amount)) if isinstance(amount, Decimal) else abs(amount))


def at_least(value: object, other: object) -> Amount:
    """The larger of two numbers."""
    return max(_amount(value), _amount(other))


def at_most(value: object, other: object) -> Amount:
    """The smaller of two numbers."""
    return min(_amount(value), _amount(other))


def ceil(value: object) -> int:
    """The next int upwards."""
    return int(Decimal(_amount(value)).to_integral(decimal.ROUND_CEILING))


def floor(value: object) -> int:
    """The next int downwards."""
    return int(Decimal(_amount(value)).to_integral(decimal.ROUND_FLOOR))


def round_half_up(value: object, digits: object = 0) -> Amount:
    """Rounded to `digits` fraction digits, halves away from zero."""
    places = max(0, min(int(_amount(digits)), PLAIN_DIGITS))
    rounded = Decimal(_amount(value)).quantize(Decimal(1).scaleb(-places), decimal.ROUND_HALF_UP, _EXACT)
    return Number(rounded) if places else int(rounded)


@sequence_filter
def total(items: list[object], key: object = None) -> Amount:
    """The sum of the numbers of a list, or of one property of its objects."""
    keyed = key is not None and not isinstance(key, Undefined)
    values = [item.get(str(key)) if isinstance(item, dict) else 0 for item in items] if keyed else items
    result: Amount = 0
    for value in values:
        result = plus(result, value)
    return result


FILTERS: dict[str, Callable[..., object]] = {
    "plus": plus,
    "minus": minus,
    "times": times,
    "divided_by": divided_by,
    "modulo": modulo,
    "abs": absolute,
    "at_least": at_least,
    "at_most": at_most,
    "ceil": ceil,
    "floor": floor,
    "round": round_half_up,
    "sum": total,
}
