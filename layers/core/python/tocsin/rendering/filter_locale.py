"""Numbers, money and dates the way a locale writes them.

Babel is imported on first use, and its data may be cut down to a few locales in a deployed layer: a locale it does
not have falls back to its language, then to English.
"""

import copy
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, cast

from liquid.context import RenderContext
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context

from tocsin.rendering.filter_dates import clock_of, read_time
from tocsin.rendering.values import stringify, to_number

if TYPE_CHECKING:
    from babel import Locale

Length = Literal["short", "medium", "long", "full"]
_LENGTHS = ("short", "medium", "long", "full")


def find_locale(name: object) -> "Locale":
    """The best locale there is data for: `pt-BR`, else `pt`, else `en`."""
    return _find_locale(stringify(name)[:40].replace("-", "_"))


@lru_cache(maxsize=256)
def _find_locale(name: str) -> "Locale":
    from babel import Locale, UnknownLocaleError

    for candidate in (name, name.split("_")[0]):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return Locale.parse("en")


def format_number(value: object, locale: object = "en") -> object:
    """A grouped number: `10,000`. What is no number stays as it is."""
    from babel.numbers import format_decimal

    number = to_number(value)
    return value if number is None else format_decimal(Decimal(number), locale=find_locale(locale))


def currency(value: object, code: object = "USD", locale: object = "en") -> object:
    """An amount with the fraction digits of its currency: `£10.00`. What is no number stays as it is."""
    from babel.numbers import format_currency

    number = to_number(value)
    if number is None:
        return value
    return format_currency(Decimal(number), _code(code), locale=find_locale(locale))


def rounded_currency(value: object, code: object = "USD", locale: object = "en") -> object:
    """An amount in whole units, halves rounded up: `£11`. What is no number stays as it is."""
    number = to_number(value)
    if number is None:
        return value
    found = find_locale(locale)
    pattern = copy.copy(found.currency_formats["standard"])
    pattern.frac_prec = (0, 0)
    units = Decimal(number).to_integral(ROUND_HALF_UP)
    return pattern.apply(units, found, currency=_code(code), currency_digits=False)


def _code(code: object) -> str:
    return stringify(code).upper() or "USD"


@with_context
def format_date_in_locale(
    value: object, locale: object = "en", length: object = "short", *, context: RenderContext
) -> object:
    """A date as the locale writes it, in one of four lengths. What is no date stays as it is."""
    from babel.dates import format_date

    time = read_time(value, clock_of(context))
    return value if time is None else format_date(time.date(), _length(length), find_locale(locale))


@with_context
def format_datetime_in_locale(
    value: object,
    locale: object = "en",
    date_length: object = "short",
    time_length: object = "short",
    *,
    context: RenderContext,
) -> object:
    """Date and time as the locale joins them, each in one of four lengths. What is no time stays as it is."""
    from babel.dates import format_date, format_time, get_datetime_format

    time = read_time(value, clock_of(context))
    if time is None:
        return value
    found, length = find_locale(locale), _length(date_length)
    clock = format_time(time, _length(time_length), tzinfo=time.tzinfo, locale=found)
    joined = str(get_datetime_format(length, locale=found)).replace("'", "")
    return joined.replace("{0}", clock).replace("{1}", format_date(time.date(), length, found))


def _length(value: object) -> Length:
    name = stringify(value) or "short"
    if name not in _LENGTHS:
        raise FilterArgumentError(f"expected one of {', '.join(_LENGTHS)}, found {name[:40]!r}", token=None)
    return cast(Length, name)


FILTERS: dict[str, Callable[..., object]] = {
    "format_number": format_number,
    "currency": currency,
    "rounded_currency": rounded_currency,
    "format_date_in_locale": format_date_in_locale,
    "format_datetime_in_locale": format_datetime_in_locale,
}
