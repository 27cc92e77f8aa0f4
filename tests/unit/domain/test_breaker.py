"""When the circuit of a channel opens, and when somebody may ask whether its provider is back."""

from datetime import UTC, datetime, timedelta

from tocsin.domain.breaker import PAUSES, PROBE, Breaker, after_failure
from tocsin.domain.delivery_settings import BreakerRule

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
RULE = BreakerRule(failures=3, within=timedelta(seconds=60))


def failing(times: int, apart: timedelta = timedelta(seconds=1)) -> Breaker:
    breaker = None
    for number in range(times):
        breaker = after_failure(breaker, RULE, "503", NOW + number * apart)
    assert breaker is not None
    return breaker


def test_failures_in_a_row_open_it() -> None:
    assert not failing(2).is_open
    assert failing(3).is_open


def test_failures_far_apart_do_not() -> None:
    assert not failing(10, apart=timedelta(seconds=40)).is_open


def test_open_it_takes_no_probe_before_its_time() -> None:
    breaker = failing(3)
    opened = NOW + timedelta(seconds=2)

    assert breaker.opened_at == opened
    assert not breaker.may_probe(opened + PAUSES[0] - timedelta(seconds=1))
    assert breaker.may_probe(opened + PAUSES[0])


def test_while_a_probe_is_under_way_there_is_no_other_until_it_is_given_up_for_lost() -> None:
    begun = NOW + timedelta(minutes=1)
    breaker = failing(3).probing(begun)

    assert not breaker.may_probe(begun + PROBE - timedelta(seconds=1))
    assert breaker.may_probe(begun + PROBE)


def test_each_probe_that_fails_is_followed_by_a_longer_pause_up_to_the_longest() -> None:
    breaker, pauses = failing(3), []
    for _ in range(6):
        breaker = after_failure(breaker, RULE, "still 503", NOW)
        assert breaker.probe_at is not None
        pauses.append(breaker.probe_at - NOW)

    assert pauses == [*PAUSES[1:], PAUSES[-1], PAUSES[-1]]
    assert breaker.opened_at == NOW + timedelta(seconds=2)
    assert breaker.reason == "still 503"
