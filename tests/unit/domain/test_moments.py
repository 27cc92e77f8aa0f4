"""Moments from data: what a field path may lead to, in whose time zone, and how a useless one explains itself."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.durations import Duration, Unit
from tocsin.domain.moments import InvalidWindowError, moment_at

NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)  # a Wednesday; in Vienna it is 08:30, in New York 03:30
YEAR = timedelta(days=365)
VIENNA = ZoneInfo("Europe/Vienna")


def _at(value: Any, zone: Any = UTC, offset: Duration | None = None) -> str:
    moment = moment_at("data.when", {"data": {"when": value}}, NOW, zone, offset=offset, longest=YEAR)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-12T09:00:00Z", "2026-03-12T09:00"),
        ("2026-03-12T09:00:00+02:00", "2026-03-12T07:00"),
        ("2026-03-12", "2026-03-12T00:00"),
        ({"unit": "minutes", "value": 15}, "2026-03-11T07:45"),
        ({"unit": "weeks", "value": 1}, "2026-03-18T07:30"),
        ({"frequency": "hourly", "minutes": 15}, "2026-03-11T08:15"),
        ({"frequency": "daily", "hours": 9, "minutes": 30}, "2026-03-11T09:30"),
        ({"frequency": "daily", "hours": 7, "minutes": 30}, "2026-03-12T07:30"),
        ({"frequency": "weekly", "days": ["mon"], "hours": 9}, "2026-03-16T09:00"),
        ({"frequency": "weekly", "days": "weekends"}, "2026-03-14T00:00"),
        ({"frequency": "daily", "days": "weekdays"}, "2026-03-12T00:00"),
        ({"frequency": "monthly", "day_of_month": 31, "hours": 9}, "2026-03-31T09:00"),
    ],
)
def test_a_timestamp_a_duration_or_a_window_rule_tells_when(value: Any, expected: str) -> None:
    assert _at(value) == expected


def test_a_window_rule_reads_the_clock_of_its_zone() -> None:
    assert _at({"frequency": "daily", "hours": 9}, VIENNA) == "2026-03-11T08:00"


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        # 29 March 2026: the clock goes from 02:00 to 03:00, and 02:30 becomes 03:30, which is 01:30 UTC.
        ({"frequency": "monthly", "day_of_month": 29, "hours": 2, "minutes": 30}, "2026-03-29T01:30"),
        ({"frequency": "monthly", "day_of_month": 29, "hours": 3, "minutes": 30}, "2026-03-29T01:30"),
    ],
)
def test_an_hour_that_the_clock_skips_moves_forward(hour: Any, expected: str) -> None:
    assert _at(hour, VIENNA) == expected


def test_an_hour_that_the_clock_shows_twice_is_the_first() -> None:
    now = datetime(2026, 10, 24, 12, tzinfo=UTC)
    rule = {"frequency": "daily", "hours": 2, "minutes": 30}

    found = moment_at("data.when", {"data": {"when": rule}}, now, VIENNA, longest=YEAR)

    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_offset_counts_before_or_after_what_is_found() -> None:
    meeting = "2026-03-13T10:00:00Z"

    assert _at(meeting, offset=Duration(Unit.DAYS, -1)) == "2026-03-12T10:00"
    assert _at(meeting, offset=Duration(Unit.HOURS, 2)) == "2026-03-13T12:00"


def test_what_has_passed_may_still_have_a_moment_after_it() -> None:
    assert _at("2026-03-11T07:00:00Z", offset=Duration(Unit.HOURS, 2)) == "2026-03-11T09:00"


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("2026-03-11T07:30:00Z", "has passed"),
        ("2027-03-12T09:00:00Z", "more than 365 days away"),
        ("next tuesday", "no ISO 8601 timestamp"),
        (1773302400, "no ISO 8601 timestamp"),
        (None, "nothing at 'data.when'"),
        ({}, "`unit` must be one of"),
        ({"unit": "hours", "value": "2"}, "`value` must be a whole number"),
        ({"unit": "hours", "value": -2}, "has passed"),
        ({"frequency": "yearly"}, "`frequency` must be one of"),
        ({"frequency": "weekly", "days": ["monday"]}, "`days` must be"),
        ({"frequency": "weekly", "days": "mondays"}, "`days` must be"),
        ({"frequency": "weekly", "days": {"mon": True}}, "`days` must be"),
        ({"frequency": "daily", "hours": 24}, "`hours` must be a whole number from 0 to 23"),
        ({"frequency": "daily", "hours": True}, "`hours` must be a whole number from 0 to 23"),
        ({"frequency": "daily", "minutes": 7}, "`minutes` must be a multiple of 5"),
        ({"frequency": "monthly", "day_of_month": 0}, "`day_of_month` must be"),
    ],
)
def test_what_cannot_be_waited_for_says_why(value: Any, complaint: str) -> None:
    with pytest.raises(InvalidWindowError, match=complaint):
        _at(value)


def test_a_path_that_leads_nowhere_says_so() -> None:
    with pytest.raises(InvalidWindowError, match=r"nothing at 'data\.due'"):
        moment_at("data.due", {"data": {}}, NOW, UTC, longest=YEAR)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["hourly", "monthly", "weekdays", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-04-01"]
    ),
    lambda child: (
        st.lists(child | st.sampled_from(["mon", "sun"]), max_size=2)
        | st.dictionaries(
            st.sampled_from(["unit", "value", "frequency", "days", "hours", "minutes", "day_of_month"]),
            child | st.sampled_from([*Unit, *("daily", "weekly")]),
            max_size=4,
        )
    ),
    max_leaves=6,
)
OFFSETS = st.none() | st.builds(Duration, st.sampled_from(Unit), st.integers(-100, 100))


@given(JSON, OFFSETS, st.sampled_from([UTC, VIENNA, ZoneInfo("Australia/Lord_Howe")]))
def test_whatever_lies_there_gives_a_moment_to_come_or_a_reason(
    value: Any, offset: Duration | None, zone: Any
) -> None:
    with suppress(InvalidWindowError):
        found = moment_at("data.when", {"data": {"when": value}}, NOW, zone, offset=offset, longest=YEAR)
        assert NOW < found <= NOW + YEAR


def test_numbers_of_json_keep_their_kind() -> None:
    assert _at({"unit": "hours", "value": Decimal("2.0")}) == "2026-03-11T09:30"
