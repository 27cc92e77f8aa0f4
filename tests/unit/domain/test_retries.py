"""When a delivery is tried again."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.retries import JITTER, MAX_ATTEMPTS, next_delay

chances = st.floats(0, 1, exclude_max=True)


def test_eight_attempts_take_about_half_an_hour() -> None:
    delays = [next_delay(attempts, 0.5) for attempts in range(1, MAX_ATTEMPTS)]
    assert sum(delay for delay in delays if delay) in range(1200, 1900)
    assert next_delay(MAX_ATTEMPTS, 0.5) is None


def test_each_wait_is_longer_than_the_one_before() -> None:
    delays = [next_delay(attempts, 0.5) or 0 for attempts in range(1, MAX_ATTEMPTS)]
    assert all(one < other for one, other in pairwise(delays))


@given(st.integers(1, MAX_ATTEMPTS - 1), chances)
def test_the_jitter_stays_within_its_bounds(attempts: int, chance: float) -> None:
    middle, delay = next_delay(attempts, 0.5), next_delay(attempts, chance)
    assert middle is not None
    assert delay is not None
    assert abs(delay - middle) <= middle * JITTER + 1


@given(st.integers(1, MAX_ATTEMPTS - 1), chances, st.floats(0, 10_000))
def test_retry_after_is_never_undercut(attempts: int, chance: float, after: float) -> None:
    delay = next_delay(attempts, chance, after)
    assert delay is None or delay >= after


def test_a_pause_that_leads_out_of_the_half_hour_ends_the_tries() -> None:
    asked, tried_for = 1200.0, timedelta(minutes=5)

    assert next_delay(1, 0.5, asked) == asked
    assert next_delay(2, 0.5, asked, tried_for) == asked
    assert next_delay(2, 0.5, asked, 3 * tried_for) is None
