"""Date filters. They take ISO 8601 texts, Unix seconds and "now", which is the time the message is rendered for."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from dateutil import parser  # type: ignore[import-untyped]
from liquid.context import RenderContext
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context
from liquid.undefined import Undefined

from tocsin.domain.time_zones import read_zone
from tocsin.rendering.limits import MeteredContext
from tocsin.rendering.values import stringify, to_number

_SPECIAL = re.compile(r"%(-?[%sLN])")
_EPOCH_LIMIT = 253_402_300_800  # the year 10000


def read_time(value: object, now: datetime) -> datetime | None:
    """The aware time a value means, or `None`. A time without zone is UTC, a missing part is taken from `now`."""
    if isinstance(value, str):
        return _read_text(value.strip(), now)
    seconds = to_number(value)
    return None if seconds is None else _from_epoch(float(seconds))


def _read_text(text: str, now: datetime) -> datetime | None:
    if text in ("now", "today"):
        return now
    if text.isdigit():
        return _from_epoch(float(text[:20]))
    return _aware(_parse(text, now))


def _parse(text: str, now: datetime) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        default = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return cast(datetime, parser.parse(text[:100], default=default)) if text else None
    except (ValueError, OverflowError, TypeError, AttributeError):
        # dateutil stumbles over odd texts in more ways than its own ParserError.
        return None


def _aware(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time is not None and time.tzinfo is None else time


def _from_epoch(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < _EPOCH_LIMIT else None


def in_zone(time: datetime, zone_name: object) -> datetime:
    """The same instant in a zone; unchanged where there is no such zone: a message matters more than its clock."""
    zone = read_zone(zone_name)
    try:
        return time if zone is None else time.astimezone(zone)
    except OverflowError:
        return time


def clock_of(context: RenderContext) -> datetime:
    """The time a context renders for."""
    return cast(MeteredContext, context).now


@with_context
def date(value: object, pattern: object = None, zone: object = None, *, context: RenderContext) -> object:
    """`value | date: "%-d %B %Y", "Europe/Paris"`. What is no date, and a missing pattern, leave the value as it is."""
    time = read_time(value, clock_of(context))
    if time is None or pattern is None or isinstance(pattern, Undefined):
        return value
    return _format(in_zone(time, zone), stringify(pattern))


def _format(time: datetime, pattern: str) -> str:
    expanded = _SPECIAL.sub(lambda match: _special(match.group(1), time), pattern)
    try:
        return time.strftime(expanded)
    except (ValueError, UnicodeEncodeError) as error:
        raise FilterArgumentError(f"date: {error}", token=None) from error


def _special(directive: str, time: datetime) -> str:
    """Directives that strftime lacks or answers in the host's zone."""
    if directive == "s":
        return str(int(time.timestamp()))
    if directive == "L":
        return f"{time.microsecond // 1000:03d}"
    return f"{time.microsecond:06d}000" if directive == "N" else f"%{directive}"


@with_context
def timezone(value: object, zone: object = None, *, context: RenderContext) -> object:
    """An ISO 8601 time moved into a zone: `2023-12-31T19:30:00-05:00`. What is no time stays as it is."""
    time = read_time(value, clock_of(context))
    return value if time is None else in_zone(time, zone).isoformat()


FILTERS: dict[str, Callable[..., object]] = {"date": date, "timezone": timezone}
