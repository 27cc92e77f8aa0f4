"""Into which bucket a wait falls."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.runs import Parking
from tocsin.domain.wheel import (
    SAFETY_MARGIN,
    bucket_due,
    bucket_name,
    bucket_time,
    driven,
    for_the_sweep,
    grain_for,
    is_for_the_sweep,
)

NOW = datetime(2026, 1, 1, 12, 0, 0, 300_000, UTC)


@given(st.floats(0, 400 * 86400))
def test_a_bucket_is_never_early_and_late_by_one_grain_at_most(seconds: float) -> None:
    due = NOW + timedelta(seconds=seconds)
    bucket = bucket_due(due, NOW)
    assert bucket >= due
    assert bucket - max(due, NOW + SAFETY_MARGIN) < timedelta(seconds=grain_for(due - NOW))


@given(st.floats(-100, 5))
def test_a_bucket_that_may_be_draining_is_never_chosen(seconds: float) -> None:
    assert bucket_due(NOW + timedelta(seconds=seconds), NOW) >= NOW + SAFETY_MARGIN


def test_long_waits_share_coarse_buckets() -> None:
    grains = [grain_for(timedelta(seconds=seconds)) for seconds in (299, 300, 3599, 3600)]
    assert grains == [1, 15, 15, 60]


def test_a_bucket_s_name_is_its_time() -> None:
    bucket = bucket_due(NOW + timedelta(seconds=2), NOW)
    assert bucket_name(bucket) == "2026-01-01T12:00:03Z"
    assert bucket_time(bucket_name(bucket)) == bucket


@given(st.floats(0, 3600))
def test_what_waits_for_the_sweep_shares_its_minute_and_is_never_early(seconds: float) -> None:
    due = NOW + timedelta(seconds=seconds)
    parking = Parking("1", due, bucket_name(bucket_due(due, NOW)), "003")
    swept = for_the_sweep(parking)

    assert timedelta() <= bucket_time(swept.bucket) - bucket_time(parking.bucket) < timedelta(minutes=1)
    assert bucket_time(swept.bucket).second == 0
    assert (is_for_the_sweep(swept.shard), is_for_the_sweep(parking.shard)) == (True, False)
    assert driven(swept.shard) == driven(parking.shard) == "003"
