"""When a step goes on whose moment lies in somebody's data: delays, batches and throttles with a dynamic window.

What a field path leads to may be a timestamp (ISO 8601), a duration from now (`{"unit": "hours", "value": 2}`) or a
window rule, which means its next occurrence (`{"frequency": "weekly", "days": ["mon"], "hours": 9}`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from tocsin.domain.clock import to_iso
from tocsin.domain.conditions_values import lookup, timestamp
from tocsin.domain.durations import Duration, read_duration
from tocsin.domain.repeat_rules import SHORTHANDS, WEEKDAYS, Frequency, RepeatRule, next_of_rule

MINUTE_STEP = 5


class InvalidWindowError(Exception):
    """The path leads to nothing that a step could wait for. The text is for the run's log: it tells what was found."""


def moment_at(
    path: str,
    scope: Mapping[str, object],
    now: datetime,
    zone: tzinfo,
    *,
    offset: Duration | None = None,
    longest: timedelta,
) -> datetime:
    """The moment that the field path leads to, moved by `offset`: after `now`, and by `longest` at most.

    `zone` is where a window rule reads the clock. Raises InvalidWindowError.
    """
    found = lookup(path, scope)
    if not found.present or found.value is None:
        raise InvalidWindowError(f"there is nothing at {path!r}")
    try:
        moment = _moment(found.value, now, zone)
        due = offset.after(moment) if offset else moment
    except ValueError as error:
        raise InvalidWindowError(f"{path!r}: {error}") from error
    except OverflowError:
        raise InvalidWindowError(f"{path!r} leads beyond the calendar") from None
    if due <= now:
        raise InvalidWindowError(f"{path!r} leads to {to_iso(due)}, which has passed")
    if due > now + longest:
        raise InvalidWindowError(
            f"{path!r} leads to {to_iso(due)}, which is more than {longest.days} days away"
        )
    return due


def _moment(value: object, now: datetime, zone: tzinfo) -> datetime:
    """Raises ValueError, OverflowError."""
    if isinstance(value, Mapping) and "frequency" in value:
        return _next_occurrence(read_rule(value), now, zone)
    if isinstance(value, Mapping):
        return read_duration(value.get("unit"), value.get("value")).after(now)
    moment = timestamp(value)
    if moment is None:
        raise ValueError("is no ISO 8601 timestamp, no duration and no window rule")
    return moment


def _next_occurrence(rule: RepeatRule, now: datetime, zone: tzinfo) -> datetime:
    moment = next_of_rule(rule, zone, anchor=now, after=now)
    if moment is None:
        raise ValueError("is a window rule that never comes")
    return moment


def read_rule(value: Mapping[str, object]) -> RepeatRule:
    """A window rule from anybody's data: a repeat rule without an interval. Raises ValueError with what is wrong."""
    frequency = value.get("frequency")
    if not isinstance(frequency, str) or frequency not in tuple(Frequency):
        raise ValueError(f"`frequency` must be one of {', '.join(Frequency)}")
    return RepeatRule(
        Frequency(frequency),
        days=_days(value.get("days")),
        hours=_number(value, "hours", 0, 23),
        minutes=_minutes(value),
        day_of_month=_number(value, "day_of_month", 1, 31),
    )


def _days(value: object) -> tuple[int, ...] | None:
    names = SHORTHANDS.get(value, ()) if isinstance(value, str) else value
    if names is None or names == []:
        return None
    if not isinstance(names, list | tuple) or not names or any(name not in WEEKDAYS for name in names):
        raise ValueError(f"`days` must be a list of {', '.join(WEEKDAYS)}, or {' or '.join(SHORTHANDS)}")
    return tuple(sorted({WEEKDAYS.index(name) for name in names}))


def _minutes(value: Mapping[str, object]) -> int | None:
    minutes = _number(value, "minutes", 0, 59)
    if minutes is not None and minutes % MINUTE_STEP:
        raise ValueError(f"`minutes` must be a multiple of {MINUTE_STEP}")
    return minutes


def _number(value: Mapping[str, object], name: str, lowest: int, highest: int) -> int | None:
    number = value.get(name)
    if number is None:
        return None
    if not isinstance(number, int) or isinstance(number, bool) or not lowest <= number <= highest:
        raise ValueError(f"`{name}` must be a whole number from {lowest} to {highest}")
    return number
