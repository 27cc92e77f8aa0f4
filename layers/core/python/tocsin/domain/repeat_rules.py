"""When a repeat rule fires: pure arithmetic on the wall clock of one time zone.

A rule counts its periods (hours, days, weeks from Monday, months) from the one its anchor lies in, every `interval`th
of them. The wall clock decides: nine o'clock stays nine o'clock over a change of offset. A time that the clock skips
moves forward by what it skips (02:30 becomes 03:30), one that it shows twice is taken the first time. Hourly rules
count hours that pass, so they neither stop nor double then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHORTHANDS = {"weekdays": WEEKDAYS[:5], "weekends": WEEKDAYS[5:]}
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
# Weekdays repeat after as many periods: a rule that names days and met none of them by then never will.
_HOURS_TRIED, _DAYS_TRIED, _LONGER_PERIODS_TRIED = 7 * 24 + 4, 7 + 4, 4


class Frequency(StrEnum):
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """As the customer set it; None means the default. `days` are indexes into WEEKDAYS, ascending.

    Hourly rules have no use for `hours`, monthly ones none for `days`, all but monthly none for `day_of_month`.
    """

    frequency: Frequency
    interval: int = 1
    days: tuple[int, ...] | None = None
    hours: int | None = None
    minutes: int | None = None
    day_of_month: int | None = None

    @property
    def at(self) -> time:
        return time(self.hours or 0, self.minutes or 0)


def next_of_rule(rule: RepeatRule, zone: tzinfo, anchor: datetime, after: datetime) -> datetime | None:
    """The first occurrence after `after` that is not before the anchor; None when there is none."""
    since = max(anchor, after)
    try:
        candidates = _CANDIDATES[rule.frequency](rule, zone, anchor, since)
        return next((moment for moment in candidates if moment > after and moment >= anchor), None)
    except (OverflowError, ValueError):
        return None  # beyond the calendar's last year


def to_utc(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant of a wall clock; `fold=0` is what moves a skipped time forward and takes the first of two."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def _hourly(rule: RepeatRule, zone: tzinfo, anchor: datetime, since: datetime) -> Iterator[datetime]:
    start = anchor.astimezone(zone)
    first_slot = anchor - timedelta(
        minutes=start.minute, seconds=start.second, microseconds=start.microsecond
    )
    step = rule.interval * HOUR
    first = max(0, (since - first_slot) // step - 1)
    for number in range(first, first + _HOURS_TRIED):
        slot = (first_slot + number * step).astimezone(zone)
        if rule.days is None or slot.weekday() in rule.days:
            yield slot.replace(minute=rule.minutes or 0).astimezone(UTC)


def _daily(rule: RepeatRule, zone: tzinfo, anchor: datetime, since: datetime) -> Iterator[datetime]:
    start = anchor.astimezone(zone).date()
    first = _periods_before(_day_before(since, zone) - start, rule.interval * DAY)
    for number in range(first, first + _DAYS_TRIED):
        day = start + number * rule.interval * DAY
        if rule.days is None or day.weekday() in rule.days:
            yield to_utc(day, rule.at, zone)


def _weekly(rule: RepeatRule, zone: tzinfo, anchor: datetime, since: datetime) -> Iterator[datetime]:
    start = anchor.astimezone(zone).date()
    monday = start - start.weekday() * DAY
    first = _periods_before(_day_before(since, zone) - monday, rule.interval * WEEK)
    for number in range(first, first + _LONGER_PERIODS_TRIED):
        for weekday in (start.weekday(),) if rule.days is None else rule.days:
            yield to_utc(monday + number * rule.interval * WEEK + weekday * DAY, rule.at, zone)


def _monthly(rule: RepeatRule, zone: tzinfo, anchor: datetime, since: datetime) -> Iterator[datetime]:
    start = anchor.astimezone(zone).date()
    first = max(0, (_month_number(_day_before(since, zone)) - _month_number(start)) // rule.interval)
    for number in range(first, first + _LONGER_PERIODS_TRIED):
        month = _month_number(start) + number * rule.interval
        yield to_utc(_day_of_month(month, rule.day_of_month or start.day), rule.at, zone)


def _day_before(since: datetime, zone: tzinfo) -> date:
    """A day early, so that no offset hides a period whose occurrence is still to come."""
    return since.astimezone(zone).date() - DAY


def _periods_before(passed: timedelta, period: timedelta) -> int:
    return max(0, passed // period)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _day_of_month(month: int, wanted: int) -> date:
    """The wanted day, or the month's last where it has fewer."""
    [(first, following)] = pairwise((_first_of(month), _first_of(month + 1)))
    return first + (min(wanted, (following - first).days) - 1) * DAY


_CANDIDATES = {
    Frequency.HOURLY: _hourly,
    Frequency.DAILY: _daily,
    Frequency.WEEKLY: _weekly,
    Frequency.MONTHLY: _monthly,
}
