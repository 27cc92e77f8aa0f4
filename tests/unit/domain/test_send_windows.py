"""Send windows: when a message may go out, against a walker that looks at every fifteenth minute of the wall clock."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.domain.send_windows import DAYS, problems, read_windows

VIENNA = ZoneInfo("Europe/Vienna")
# Half hours, summer time on both hemispheres, a change of half an hour, a change at midnight.
ZONES = [
    UTC,
    VIENNA,
    *map(ZoneInfo, ("America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago")),
]
QUARTER = timedelta(minutes=15)


def office_hours(**changed: Any) -> list[dict[str, Any]]:
    """Monday to Friday from nine to five."""
    week = [{"day": day, "type": "send", "from": "09:00:00", "until": "17:00:00"} for day in DAYS[:5]]
    weekend = [{"day": day, "type": "do_not_send"} for day in DAYS[5:]]
    return [changed.get(window["day"], window) for window in (*week, *weekend)]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-11T12:00", None),  # a Wednesday
        ("2026-03-11T09:00", None),
        ("2026-03-11T08:59", "2026-03-11T09:00"),
        ("2026-03-11T17:00", "2026-03-12T09:00"),
        ("2026-03-13T18:00", "2026-03-16T09:00"),  # Friday evening: Monday
        ("2026-03-15T12:00", "2026-03-16T09:00"),
    ],
)
def test_a_message_waits_for_office_hours(now: str, opens: str | None) -> None:
    found = read_windows(office_hours()).next_open(_at(now), UTC)
    assert found == (_at(opens) if opens else None)


def test_the_clock_is_that_of_the_zone() -> None:
    windows = read_windows(office_hours())

    assert windows.next_open(_at("2026-03-11T07:30"), VIENNA) == _at("2026-03-11T08:00")
    assert windows.next_open(_at("2026-03-11T07:30"), ZoneInfo("Asia/Kolkata")) is None


def test_without_times_a_day_is_open_from_midnight_to_midnight() -> None:
    windows = read_windows(office_hours(saturday={"day": "saturday", "type": "send"}))

    assert windows.next_open(_at("2026-03-13T18:00"), UTC) == _at("2026-03-14T00:00")
    assert windows.next_open(_at("2026-03-14T23:59:59"), UTC) is None
    assert windows.next_open(_at("2026-03-15T00:00"), UTC) == _at("2026-03-16T09:00")


@pytest.mark.parametrize("spelling", ["09:30", "09:30:00", 9 * 60 + 30])
def test_a_time_of_day_has_three_spellings(spelling: object) -> None:
    monday = {"day": "monday", "type": "send", "from": spelling, "until": 1440}
    listed = office_hours(monday=monday)

    assert list(problems(listed)) == []
    assert read_windows(listed).next_open(_at("2026-03-15T12:00"), UTC) == _at("2026-03-16T09:30")


def test_the_order_of_the_days_does_not_count() -> None:
    backwards = list(reversed(office_hours()))

    assert list(problems(backwards)) == []
    assert read_windows(backwards) == read_windows(office_hours())


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        # 29 March 2026 has no half past two in Vienna: the window opens at half past three, which is 01:30 UTC.
        ("2026-03-28T12:00", "2026-03-29T01:30"),
        # 25 October has two: it opens at the first.
        ("2026-10-24T12:00", "2026-10-25T00:30"),
    ],
)
def test_a_change_of_the_clock_moves_a_window_as_it_moves_a_repeat_rule(now: str, opens: str) -> None:
    night = [{"day": day, "type": "send", "from": "02:30", "until": "06:00"} for day in DAYS]

    assert read_windows(night).next_open(_at(now), VIENNA) == _at(opens)


def test_a_window_that_the_clock_leaves_nothing_of_is_passed_over() -> None:
    night = [{"day": day, "type": "send", "from": "02:30", "until": "03:15"} for day in DAYS]

    assert read_windows(night).next_open(_at("2026-03-28T12:00"), VIENNA) == _at("2026-03-30T00:30")


QUARTERS = st.integers(0, 95)
WINDOW = st.none() | st.tuples(QUARTERS, QUARTERS).filter(lambda pair: pair[0] != pair[1]).map(sorted)
WEEKS = st.lists(WINDOW, min_size=7, max_size=7).filter(any)
MOMENTS = st.integers(0, 450 * 24 * 4).map(lambda number: datetime(2025, 9, 1, tzinfo=UTC) + number * QUARTER)


@settings(max_examples=150, deadline=None)
@given(week=WEEKS, zone=st.sampled_from(ZONES), now=MOMENTS)
def test_a_walker_finds_the_same(week: list[list[int] | None], zone: tzinfo, now: datetime) -> None:
    listed = [_listed(day, window) for day, window in zip(DAYS, week, strict=True)]
    assert list(problems(listed)) == []

    found = read_windows(listed).next_open(now, zone)

    if not _is_near_a_change(zone, now, found or now):
        moments = (now + number * QUARTER for number in range(9 * 24 * 4))
        walked = next(moment for moment in moments if _is_open(week, moment.astimezone(zone)))
        assert (found or now) == walked


@given(week=WEEKS, zone=st.sampled_from(ZONES), now=MOMENTS)
def test_when_it_opens_it_is_open(week: list[list[int] | None], zone: tzinfo, now: datetime) -> None:
    windows = read_windows([_listed(day, window) for day, window in zip(DAYS, week, strict=True)])

    opens = windows.next_open(now, zone)

    assert opens is None or opens > now
    assert opens is None or windows.next_open(opens, zone) is None


def _listed(day: str, window: list[int] | None) -> dict[str, Any]:
    if window is None:
        return {"day": day, "type": "do_not_send"}
    return {"day": day, "type": "send", "from": window[0] * 15, "until": window[1] * 15}


def _is_open(week: list[list[int] | None], wall: datetime) -> bool:
    window = week[wall.weekday()]
    return window is not None and window[0] <= wall.hour * 4 + wall.minute // 15 < window[1]


def _is_near_a_change(zone: tzinfo, now: datetime, found: datetime) -> bool:
    """The walker reads the wall clock and knows nothing of hours that are skipped or doubled."""
    around = (now - timedelta(days=1), found + timedelta(days=1))
    return len({moment.astimezone(zone).utcoffset() for moment in around}) > 1


@pytest.mark.parametrize(
    ("listed", "field", "complaint"),
    [
        ("always", "", "a list of seven windows"),
        (office_hours()[:6], "", "there is none for sunday"),
        ([*office_hours(), {"day": "monday", "type": "send"}], "", "there are several for monday"),
        ([{"day": day, "type": "do_not_send"} for day in DAYS], "", "these never would"),
        ([*office_hours()[:6], "sunday"], "6", "must be an object"),
        ([*office_hours()[:6], {"day": "sun", "type": "send"}], "6.day", "must be one of monday"),
        ([*office_hours()[:6], {"day": "sunday"}], "6.type", "must be 'send' or 'do_not_send'"),
        (
            office_hours(monday={"day": "monday", "type": "send", "from": "9 am"}),
            "0.from",
            "a time of day such as",
        ),
        (office_hours(monday={"day": "monday", "type": "send", "until": 1441}), "0.until", "a time of day"),
        (
            office_hours(monday={"day": "monday", "type": "send", "from": "24:00"}),
            "0.from",
            "a time of day such as",
        ),
        (
            office_hours(monday={"day": "monday", "type": "send", "from": "17:00", "until": "09:00"}),
            "0.until",
            "must be after `from`",
        ),
        (
            office_hours(monday={"day": "monday", "type": "send", "until": "00:00:00"}),
            "0.until",
            "leave it out for the end of the day",
        ),
        (
            office_hours(sunday={"day": "sunday", "type": "do_not_send", "from": "09:00"}),
            "6.from",
            "says nothing on a day of 'do_not_send'",
        ),
    ],
)
def test_what_is_wrong_is_told_by_field(listed: object, field: str, complaint: str) -> None:
    found = {problem.field: problem.message for problem in problems(listed)}

    assert complaint in found[field]
