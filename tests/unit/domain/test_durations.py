"""Durations: calendar months, signs, and what is none."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.durations import Duration, Unit, read_duration


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (Duration(Unit.SECONDS, 90), "2026-01-31T12:01:30"),
        (Duration(Unit.WEEKS, 2), "2026-02-14T12:00:00"),
        (Duration(Unit.DAYS, -1), "2026-01-30T12:00:00"),
        (Duration(Unit.MONTHS, 1), "2026-02-28T12:00:00"),
        (Duration(Unit.MONTHS, 25), "2028-02-29T12:00:00"),
        (Duration(Unit.MONTHS, -2), "2025-11-30T12:00:00"),
    ],
)
def test_a_duration_counts_from_a_moment(duration: Duration, expected: str) -> None:
    assert duration.after(datetime.fromisoformat("2026-01-31T12:00:00")) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("value", [7, Decimal("7"), Decimal("7.0")])
def test_a_whole_number_is_read_however_it_is_written(value: object) -> None:
    assert read_duration("hours", value) == Duration(Unit.HOURS, 7)


@pytest.mark.parametrize(
    ("unit", "value", "complaint"),
    [
        ("fortnights", 1, "`unit` must be one of"),
        (None, 1, "`unit` must be one of"),
        ("hours", True, "`value` must be a whole number"),
        ("hours", "5", "`value` must be a whole number"),
        ("hours", Decimal("1.5"), "`value` must be a whole number"),
        ("hours", None, "`value` must be a whole number"),
        ("weeks", 10**30, "ten years at most"),
    ],
)
def test_what_is_no_duration_is_told_why(unit: object, value: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_duration(unit, value)


DATES = st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2500-01-01"))


@given(st.sampled_from(Unit), st.integers(-121, 121), st.integers(-121, 121), DATES)
def test_the_longer_of_two_ends_later(unit: Unit, one: int, other: int, start: datetime) -> None:
    shorter, longer = sorted((one, other))
    assert Duration(unit, shorter).after(start) <= Duration(unit, longer).after(start)
