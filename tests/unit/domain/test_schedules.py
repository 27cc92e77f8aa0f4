"""A schedule's next occurrence: rules together, start and end, once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.errors import InvalidParamsError
from tocsin.domain.recipients import user
from tocsin.domain.repeat_rules import Frequency, RepeatRule
from tocsin.domain.schedules import (
    LONGEST_WAIT,
    Schedule,
    Timing,
    new_schedule_id,
    next_occurrence,
    occurrence_in,
    scheduled_run_id,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
NINE = RepeatRule(Frequency.DAILY, hours=9)
FIVE = RepeatRule(Frequency.DAILY, hours=17)
NEVER = RepeatRule(Frequency.DAILY, interval=7, days=(0,))


def _at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


def _next(timing: Timing, after: datetime = NOW) -> datetime | None:
    return next_occurrence(timing, NOW, UTC, after)


def _schedule(timing: Timing, version: int = 0) -> Schedule:
    return Schedule("s-1", "digest", user("jane"), NOW, NOW, timing, version=version)


def test_of_several_rules_the_earliest_counts() -> None:
    both = Timing((NINE, NEVER, FIVE))
    assert _next(both) == _at(1, 17)
    assert _next(both, _at(1, 17)) == _at(2, 9)


def test_rules_start_at_the_scheduled_time_and_end_with_the_end() -> None:
    timing = Timing((NINE,), scheduled_at=_at(5, 10), ending_at=_at(7, 9))
    assert _next(timing) == _at(6, 9)
    assert _next(timing, _at(6, 9)) == _at(7, 9)
    assert _next(timing, _at(7, 9)) is None


def test_once_is_an_instant_in_no_zone() -> None:
    once = Timing(scheduled_at=_at(2, 9))
    assert next_occurrence(once, NOW, ZoneInfo("Asia/Tokyo"), NOW) == _at(2, 9)
    assert _next(once, _at(2, 9)) is None


@pytest.mark.parametrize(
    "timing",
    [
        Timing(scheduled_at=_at(1, 11)),
        Timing(scheduled_at=_at(3), ending_at=_at(2)),
        Timing((NINE,), ending_at=NOW),
        Timing((NEVER,)),
    ],
)
def test_what_is_over_has_no_next(timing: Timing) -> None:
    assert _next(timing) is None
    assert _schedule(timing).planned(NOW, UTC).parked(NOW, "000").parking is None


def test_a_schedule_needs_a_rule_or_a_time() -> None:
    with pytest.raises(InvalidParamsError, match="scheduled_at"):
        Timing(ending_at=NOW).check()


def test_an_occurrence_that_was_had_does_not_come_again() -> None:
    """A caller whose clock is behind must not plan what has just fired."""
    fired = _schedule(Timing((NINE,))).planned(NOW, UTC).fired(_at(2, 9), UTC)
    assert fired.last_occurrence_at == _at(2, 9)
    assert fired.planned(_at(2, 8), UTC).next_occurrence_at == _at(3, 9)


def test_what_fires_late_leaves_out_what_passed_meanwhile() -> None:
    fired = _schedule(Timing((NINE,))).planned(NOW, UTC).fired(_at(5, 10), UTC)
    assert (fired.last_occurrence_at, fired.next_occurrence_at) == (_at(2, 9), _at(6, 9))


def test_each_wait_has_a_token_of_its_own_that_names_the_occurrence() -> None:
    planned = _schedule(Timing((NINE,))).planned(NOW, UTC)
    first = planned.parked(NOW, "000").parking
    second = _schedule(Timing((NINE,)), version=1).planned(NOW, UTC).parked(NOW, "000").parking
    assert first is not None
    assert second is not None
    assert first.token != second.token
    assert occurrence_in(first.token) == occurrence_in(second.token) == _at(2, 9)


def test_a_long_wait_has_stops_on_its_way() -> None:
    far = _schedule(Timing(scheduled_at=NOW + timedelta(days=1000))).planned(NOW, UTC).parked(NOW, "000")
    assert far.parking is not None
    assert far.parking.due == NOW + LONGEST_WAIT


def test_ids_follow_from_what_they_are_of() -> None:
    assert new_schedule_id(NOW, "a", "b") == new_schedule_id(NOW, "a", "b") != new_schedule_id(NOW, "a", "c")
    assert new_schedule_id(NOW, "a") < new_schedule_id(NOW + timedelta(milliseconds=1), "a")
    assert scheduled_run_id("s", NOW) == scheduled_run_id("s", NOW) != scheduled_run_id("s", _at(2))


@given(
    rules=st.lists(
        st.sampled_from([NINE, FIVE, RepeatRule(Frequency.WEEKLY), NEVER]), min_size=1, max_size=3
    ),
    start=st.integers(-50, 50),
    end=st.none() | st.integers(-50, 50),
    after=st.integers(-50, 50),
)
def test_the_next_lies_between_now_and_the_end(
    rules: list[RepeatRule], start: int, end: int | None, after: int
) -> None:
    hours = timedelta(hours=1)
    timing = Timing(tuple(rules), NOW + 7 * start * hours, NOW + 7 * end * hours if end is not None else None)
    now = NOW + 7 * after * hours
    found = _next(timing, now)
    if found is not None:
        assert timing.scheduled_at is not None
        assert found > now
        assert found >= timing.scheduled_at
        assert timing.ending_at is None or found <= timing.ending_at
