"""Limits as they are configured, leases as they are sized."""

import pytest

from tocsin.domain.rate_limits import Share, granted, next_share, parse_limits


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3,4", "1,2,3,4,5,6", "1,2,3,4,0", "1,2,3,4,-5", "1,2,3,4,x", "1.5,2,3,4,5", "on", "²,1,1,1,1"],
)
def test_limits_that_make_no_sense_are_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError, match=r"five|5 whole numbers"):
        parse_limits(text)


def test_limits_are_read_tier_by_tier() -> None:
    assert parse_limits(" 1, 5,60,200,1000 ") == (1, 5, 60, 200, 1000)


def test_a_lease_is_cut_at_the_limit() -> None:
    assert [granted(limit=10, asked=4, taken=taken) for taken in (4, 8, 12, 16)] == [4, 4, 2, 0]


def _served(window: int, count: int) -> Share:
    return Share(window, lease=1, served=count)


def test_a_process_leases_as_much_as_it_served_in_the_second_before() -> None:
    assert next_share(_served(window=7, count=12), window=8, limit=1000).lease == 12


def test_a_process_that_was_idle_leases_one() -> None:
    assert next_share(None, window=8, limit=1000).lease == 1
    assert next_share(_served(window=6, count=12), window=8, limit=1000).lease == 1
    assert next_share(_served(window=7, count=0), window=8, limit=1000).lease == 1


@pytest.mark.parametrize(("limit", "largest"), [(1000, 50), (200, 10), (60, 3), (5, 1), (1, 1)])
def test_no_process_sits_on_more_than_a_twentieth_of_a_limit(limit: int, largest: int) -> None:
    assert next_share(_served(window=7, count=10_000), window=8, limit=limit).lease == largest
