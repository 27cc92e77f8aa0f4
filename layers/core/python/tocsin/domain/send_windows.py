"""Send windows: at which times of the week a message may go out, by the clock of whoever gets it.

A step lists seven, one for each weekday: `{"day": "monday", "type": "send", "from": "09:00:00", "until": "17:00:00"}`
or `{"day": "sunday", "type": "do_not_send"}`. A window is open from `from` on and before `until`; without them it opens
at midnight and closes at the next. Where the clock changes, its times are read as those of repeat rules are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from tocsin.domain.errors import FieldProblem
from tocsin.domain.field_checks import under
from tocsin.domain.repeat_rules import to_utc

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEND, DO_NOT_SEND = "send", "do_not_send"
DAY = timedelta(days=1)
# A week, and one more for a window that a change of the clock leaves nothing of.
_DAYS_TRIED = 15
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)

Window = tuple[timedelta, timedelta]


@dataclass(frozen=True, slots=True)
class SendWindows:
    """By weekday, Monday first: from when until when after midnight, None on a day without any."""

    of_weekdays: tuple[Window | None, ...]

    def next_open(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the next window opens; None when one is open now."""
        today = now.astimezone(zone).date()
        for number in range(-1, _DAYS_TRIED):
            day = today + number * DAY
            window = self.of_weekdays[day.weekday()]
            opens, closes = (_instant(day, after, zone) for after in window) if window else (now, now)
            if now < closes and opens < closes:
                return opens if now < opens else None
        raise ValueError("these send windows never open")


def _instant(day: date, after_midnight: timedelta, zone: tzinfo) -> datetime:
    wall = datetime.combine(day, time()) + after_midnight
    return to_utc(wall.date(), wall.time(), zone)


def read_windows(listed: Sequence[Mapping[str, Any]]) -> SendWindows:
    """From a list that has no `problems`."""
    by_day = {window["day"]: window for window in listed}
    return SendWindows(tuple(_window(by_day[day]) for day in DAYS))


def _window(listed: Mapping[str, Any]) -> Window | None:
    if listed["type"] != SEND:
        return None
    opens, closes = _time(listed.get("from")), _time(listed.get("until"))
    return opens or timedelta(), DAY if closes is None else closes


def problems(listed: object) -> Iterator[FieldProblem]:
    """What is wrong with a step's `send_windows`, by path within the list; the list itself has the path ``."""
    if not isinstance(listed, list):
        yield FieldProblem("", "must be a list of seven windows, one for each day", "list_type")
        return
    for index, window in enumerate(listed):
        yield from under(str(index), _window_problems(window))
    named = [window.get("day") for window in listed if isinstance(window, dict)]
    missing = [day for day in DAYS if day not in named]
    doubled = [day for day in DAYS if named.count(day) > 1]
    if missing or doubled:
        lacks = f"there is none for {missing[0]}" if missing else f"there are several for {doubled[0]}"
        yield FieldProblem("", f"must hold one window for each day; {lacks}", "one_per_day")
    elif all(isinstance(window, dict) and window.get("type") == DO_NOT_SEND for window in listed):
        message = "must let messages out on one day at least; these never would"
        yield FieldProblem("", message, "never_open")


def _window_problems(window: object) -> Iterator[FieldProblem]:
    if not isinstance(window, dict):
        yield FieldProblem("", "must be an object", "dict_type")
        return
    if window.get("day") not in DAYS:
        yield FieldProblem("day", f"must be one of {', '.join(DAYS)}", "enum")
    if window.get("type") not in (SEND, DO_NOT_SEND):
        yield FieldProblem("type", f"must be {SEND!r} or {DO_NOT_SEND!r}", "enum")
    yield from _time_problems(window)


def _time_problems(window: Mapping[str, Any]) -> Iterator[FieldProblem]:
    found = [field for field in ("from", "until") if window.get(field) is not None]
    if window.get("type") == DO_NOT_SEND:
        yield from (FieldProblem(field, f"says nothing on a day of {DO_NOT_SEND!r}") for field in found)
        return
    unreadable = [field for field in found if _time(window[field]) is None]
    for field in unreadable:
        message = "must be a time of day such as 09:00:00 or 09:00, or the minutes since midnight"
        yield FieldProblem(field, message, "time_parsing")
    if not unreadable and window.get("type") == SEND:
        opens, closes = _window(window) or (timedelta(), DAY)
        if closes <= opens:
            yield FieldProblem("until", "must be after `from`; leave it out for the end of the day")


def _time(value: object) -> timedelta | None:
    """Since midnight; None where it is no time of day."""
    if isinstance(value, int) and not isinstance(value, bool):
        return timedelta(minutes=value) if 0 <= value <= 24 * 60 else None
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    hours, minutes, seconds = match.groups(default="0")
    return timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
