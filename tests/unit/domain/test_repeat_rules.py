"""When repeat rules fire: by example, and against a walker that looks at every fifth minute."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tocsin.domain.repeat_rules import Frequency, RepeatRule, next_of_rule

STEP = timedelta(minutes=5)
REACH = timedelta(days=20)
# Offsets of half hours, changes of half an hour (Lord Howe), summer time on both hemispheres and at midnight.
ZONES = [UTC, *map(ZoneInfo, ("Europe/Vienna", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"))]
ZONES += [ZoneInfo("America/Santiago")]


def _rule(frequency: str, **fields: Any) -> RepeatRule:
    return RepeatRule(Frequency(frequency), **fields)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MOMENTS = st.integers(0, 450 * 24 * 60).map(
    lambda minutes: datetime(2025, 9, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
RULES = st.builds(
    RepeatRule,
    frequency=st.sampled_from(Frequency),
    interval=st.integers(1, 4),
    days=st.none() | st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    hours=st.none() | st.integers(0, 23),
    minutes=st.none() | st.sampled_from(range(0, 60, 5)),
    day_of_month=st.none() | st.integers(1, 31),
)


@pytest.mark.parametrize(
    ("rule", "anchor", "after", "expected"),
    [
        (_rule("hourly", minutes=15), "2026-01-01T10:20", "2026-01-01T10:20", "2026-01-01T11:15"),
        (_rule("hourly", interval=6), "2026-01-01T10:20", "2026-01-01T10:20", "2026-01-01T16:00"),
        (_rule("daily", hours=9), "2026-01-01T10:00", "2026-01-01T10:00", "2026-01-02T09:00"),
        (_rule("daily"), "2026-01-01T00:00", "2026-01-01T00:00", "2026-01-02T00:00"),
        (_rule("daily", interval=3, hours=9), "2026-01-01T00:00", "2026-01-02T00:00", "2026-01-04T09:00"),
        (_rule("daily", hours=9, days=(0,)), "2026-01-01T00:00", "2026-01-01T00:00", "2026-01-05T09:00"),
        # Every seventh day from a Thursday on, but only if it is a Monday: never.
        (_rule("daily", interval=7, days=(0,)), "2026-01-01T00:00", "2026-01-01T00:00", None),
        # Without days a week repeats on the anchor's own.
        (_rule("weekly", hours=9), "2026-01-01T10:00", "2026-01-01T10:00", "2026-01-08T09:00"),
        (
            _rule("weekly", interval=2, days=(0, 4)),
            "2026-01-01T00:00",
            "2026-01-02T00:00",
            "2026-01-12T00:00",
        ),
        (_rule("monthly", day_of_month=31), "2026-01-01T00:00", "2026-01-31T00:00", "2026-02-28T00:00"),
        (_rule("monthly", day_of_month=31), "2026-01-01T00:00", "2026-02-28T00:00", "2026-03-31T00:00"),
        (_rule("monthly", hours=9), "2026-01-15T00:00", "2026-01-15T09:00", "2026-02-15T09:00"),
        (_rule("monthly", interval=12), "2024-02-29T00:00", "2026-01-01T00:00", "2026-02-28T00:00"),
        # An anchor to come is waited for, and it need not be an occurrence itself.
        (_rule("daily", hours=9), "2027-05-01T10:00", "2026-01-01T00:00", "2027-05-02T09:00"),
        (_rule("monthly", interval=1000), "9990-01-01T00:00", "9999-01-01T00:00", None),
    ],
)
def test_rules_by_example(rule: RepeatRule, anchor: str, after: str, expected: str | None) -> None:
    found = next_of_rule(rule, UTC, _at(anchor), _at(after))
    assert found == (_at(expected) if expected else None)


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        # Nine o'clock stays nine o'clock.
        (_rule("daily", hours=9), "2026-03-28T12:00", "2026-03-29T07:00"),
        (_rule("daily", hours=9), "2026-10-24T12:00", "2026-10-25T08:00"),
        # 02:30 does not exist on 29 March: half past three. It exists twice on 25 October: the first counts.
        (_rule("daily", hours=2, minutes=30), "2026-03-28T12:00", "2026-03-29T01:30"),
        (_rule("daily", hours=2, minutes=30), "2026-10-24T12:00", "2026-10-25T00:30"),
        (_rule("daily", hours=2, minutes=30), "2026-10-25T00:30", "2026-10-26T01:30"),
        # Hours go on passing.
        (_rule("hourly"), "2026-03-29T00:30", "2026-03-29T01:00"),
        (_rule("hourly"), "2026-10-25T00:00", "2026-10-25T01:00"),
    ],
)
def test_the_clock_changes_in_vienna(rule: RepeatRule, after: str, expected: str) -> None:
    anchor = _at("2026-01-01T00:00")
    assert next_of_rule(rule, ZoneInfo("Europe/Vienna"), anchor, _at(after)) == _at(expected)


@given(rule=RULES, zone=st.sampled_from(ZONES), anchor=MOMENTS, after=MOMENTS)
def test_the_next_is_after_now_not_before_the_anchor_and_on_time(
    rule: RepeatRule, zone: tzinfo, anchor: datetime, after: datetime
) -> None:
    found = next_of_rule(rule, zone, anchor, after)
    if found is not None:
        assert found > after
        assert found >= anchor
        assert _matches(rule, zone, anchor, found)


@given(rule=RULES, zone=st.sampled_from(ZONES), anchor=MOMENTS, after=MOMENTS, later=st.integers(0, 10**6))
def test_a_later_question_has_no_earlier_answer(
    rule: RepeatRule, zone: tzinfo, anchor: datetime, after: datetime, later: int
) -> None:
    first = next_of_rule(rule, zone, anchor, after)
    assume(first is not None)
    assert first is not None
    second = next_of_rule(rule, zone, anchor, after + timedelta(seconds=later))
    assert second is None or second >= first
    if after + timedelta(seconds=later) < first:
        assert second == first


@settings(max_examples=60, deadline=None)
@given(rule=RULES, zone=st.sampled_from(ZONES), anchor=MOMENTS, lead=st.integers(-40, 400))
def test_a_walker_finds_the_same(rule: RepeatRule, zone: tzinfo, anchor: datetime, lead: int) -> None:
    after = anchor + timedelta(hours=lead)
    found = next_of_rule(rule, zone, anchor, after)
    walked = _walk(rule, zone, anchor, after)
    if walked is None:
        assert found is None or found > after + REACH
    else:
        assert found == walked


def _walk(rule: RepeatRule, zone: tzinfo, anchor: datetime, after: datetime) -> datetime | None:
    start = datetime.fromtimestamp((after.timestamp() // 300 + 1) * 300, UTC)
    moments = (start + number * STEP for number in range(REACH // STEP))
    return next(
        (moment for moment in moments if moment >= anchor and _matches(rule, zone, anchor, moment)), None
    )


def _matches(rule: RepeatRule, zone: tzinfo, anchor: datetime, moment: datetime) -> bool:
    """What the words say, without any arithmetic on periods."""
    start, local = anchor.astimezone(zone), moment.astimezone(zone)
    if rule.frequency is Frequency.HOURLY:
        return _matches_hour(rule, start, local)
    shown = [local.replace(tzinfo=None)] if local.fold == 0 else []
    # A time that the clock skipped is found by the clock that was not put forward.
    unchanged = (moment + (zone.utcoffset(local - timedelta(hours=3)) or timedelta())).replace(tzinfo=None)
    shown += [unchanged] if _is_skipped(unchanged, zone) else []
    at = time(rule.hours or 0, rule.minutes or 0)
    return any(wall.time() == at and _is_day(rule, start.date(), wall.date()) for wall in shown)


def _matches_hour(rule: RepeatRule, start: datetime, local: datetime) -> bool:
    """Slots of an hour from the anchor's on; within one, the minute as the clock shows it."""
    first = start.astimezone(UTC) - timedelta(minutes=start.minute)
    for behind in (timedelta(0), timedelta(minutes=30)):  # Lord Howe's hours begin at half past in winter
        slot = local.astimezone(UTC).replace(minute=0) - behind
        for candidate in (slot, slot + timedelta(minutes=30)):
            count, rest = divmod(candidate - first, timedelta(hours=1))
            shown = candidate.astimezone(local.tzinfo)
            if rest or count < 0 or count % rule.interval:
                continue
            same_hour = shown.replace(minute=rule.minutes or 0).astimezone(UTC) == local.astimezone(UTC)
            if same_hour and (rule.days is None or shown.weekday() in rule.days):
                return True
    return False


def _is_skipped(wall: datetime, zone: tzinfo) -> bool:
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall


def _is_day(rule: RepeatRule, start: date, day: date) -> bool:
    if day < start - timedelta(days=start.weekday()):
        return False
    if rule.frequency is Frequency.MONTHLY:
        months = (day.year - start.year) * 12 + day.month - start.month
        last = monthrange(day.year, day.month)[1]
        return months % rule.interval == 0 and day.day == min(rule.day_of_month or start.day, last)
    if rule.frequency is Frequency.WEEKLY:
        weeks = (day - start + timedelta(days=start.weekday())).days // 7
        return weeks % rule.interval == 0 and day.weekday() in (rule.days or (start.weekday(),))
    wanted = rule.days is None or day.weekday() in rule.days
    return day >= start and (day - start).days % rule.interval == 0 and wanted
