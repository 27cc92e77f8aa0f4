"""The limiter of many processes over one counter, and the tier of each endpoint."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.environments import ApiKey, KeyKind
from tocsin.domain.errors import RateLimitedError
from tocsin.domain.rate_limits import Scope, window_of
from tocsin.lambda_kit import rate_limits
from tocsin.lambda_kit.endpoints import Endpoint
from tocsin.lambda_kit.rate_limits import RateLimiter, scope_of

START = datetime(2026, 1, 1, tzinfo=UTC)
LIMITS = (1, 5, 60, 200, 1000)
TRIGGER = Scope("development", "POST /v1/workflows/{key}/trigger")
FEED = Scope("development", "GET /v1/users/{user_id}/feeds/{channel_id}", "jane")
BULK = Scope("development", "POST /v1/users/bulk/identify")


@dataclass
class Counting:
    """What the table does, without the table."""

    taken: Counter[tuple[Scope, int]] = field(default_factory=Counter)
    calls: int = 0

    def take(self, scope: Scope, window: int, amount: int) -> int:
        self.calls += 1
        self.taken[scope, window] += amount
        return self.taken[scope, window]


class Unreachable:
    def __init__(self, error: Exception) -> None:
        self.error = error
        self.calls = 0

    def take(self, scope: Scope, window: int, amount: int) -> int:
        self.calls += 1
        raise self.error


def _admits(limiter: RateLimiter, scope: Scope, at: datetime) -> bool:
    try:
        limiter.admit(scope, at)
    except RateLimitedError:
        return False
    return True


def _admitted(limiter: RateLimiter, scope: Scope, at: datetime, requests: int) -> int:
    return sum(_admits(limiter, scope, at) for _ in range(requests))


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3_999), st.integers(1, 120)), max_size=60),
    st.sampled_from([1, 2, 5, 60, 200]),
)
def test_no_second_admits_more_than_the_limit_however_many_processes_there_are(
    bursts: list[tuple[int, int, int]], limit: int
) -> None:
    """Bursts of (process, millisecond, requests), and not in the order of time: clocks differ."""
    counters = Counting()
    processes = [RateLimiter(counters, (limit,) * 5) for _ in range(8)]
    admitted: Counter[int] = Counter()
    for process, millisecond, requests in bursts:
        at = START + timedelta(milliseconds=millisecond)
        admitted[window_of(at)] += _admitted(processes[process], TRIGGER, at, requests)
    assert all(count <= limit for count in admitted.values())


@given(st.integers(1, 300), st.sampled_from([1, 5, 60, 200]))
def test_one_process_alone_gets_the_whole_limit(requests: int, limit: int) -> None:
    limiter = RateLimiter(Counting(), (limit,) * 5)
    for second in range(4):
        at = START + timedelta(seconds=second)
        assert _admitted(limiter, TRIGGER, at, requests) == min(requests, limit)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_what_many_processes_waste_is_at_most_their_leases(rates: list[int]) -> None:
    """All at the same steady rates: the second turns nobody away before it is used up but for what lies in leases."""
    counters, limit = Counting(), 200
    processes = [RateLimiter(counters, (limit,) * 5) for _ in rates]
    for second in range(3):
        at = START + timedelta(seconds=second)
        admitted = sum(
            _admitted(process, TRIGGER, at, rate) for process, rate in zip(processes, rates, strict=True)
        )
    idle = len(rates) * (limit // 20)
    assert min(sum(rates), limit) - idle <= admitted <= limit


def test_a_steady_load_costs_a_call_for_a_whole_lease() -> None:
    counters = Counting()
    limiter = RateLimiter(counters, LIMITS)
    for second in range(11):
        assert _admitted(limiter, TRIGGER, START + timedelta(seconds=second), 50) == 50
    assert counters.calls == 50 + 10


def test_a_request_now_and_then_costs_one_call() -> None:
    counters = Counting()
    limiter = RateLimiter(counters, LIMITS)
    for minute in range(10):
        assert _admits(limiter, TRIGGER, START + timedelta(minutes=minute))
    assert counters.calls == 10


def test_a_refused_request_costs_no_call() -> None:
    counters = Counting()
    limiter = RateLimiter(counters, LIMITS)
    assert _admitted(limiter, FEED, START, 5) == 5
    calls = counters.calls
    assert _admitted(limiter, FEED, START, 100) == 0
    assert counters.calls == calls


def test_a_process_that_comes_late_asks_once_and_remembers() -> None:
    counters = Counting()
    _admitted(RateLimiter(counters, LIMITS), FEED, START, 5)
    late, before = RateLimiter(counters, LIMITS), counters.calls
    assert _admitted(late, FEED, START, 10) == 0
    assert counters.calls == before + 1


def test_the_next_second_begins_anew() -> None:
    limiter = RateLimiter(Counting(), LIMITS)
    assert [_admits(limiter, BULK, START + timedelta(seconds=s)) for s in (0, 0.4, 0.999, 1, 1.2, 2)] == [
        True,
        False,
        False,
        True,
        False,
        True,
    ]


def test_scopes_do_not_share_a_limit() -> None:
    limiter = RateLimiter(Counting(), LIMITS)
    others = [
        BULK,
        Scope("production", BULK.endpoint),
        Scope("development", BULK.endpoint, "jane"),
        Scope("development", BULK.endpoint, "tom"),
        Scope("development", "POST /v1/tenants/bulk/set"),
    ]
    assert [_admitted(limiter, scope, START, 3) for scope in others] == [1] * 5


def test_switched_off_it_asks_nobody() -> None:
    counters = Counting()
    assert _admitted(RateLimiter(counters, ()), BULK, START, 500) == 500
    assert counters.calls == 0


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "UpdateItem"),
        EndpointConnectionError(endpoint_url="https://dynamodb.test"),
    ],
    ids=["refused", "unreachable"],
)
def test_without_its_counter_a_process_keeps_to_the_limit_alone(error: Exception) -> None:
    counters = Unreachable(error)
    limiter = RateLimiter(counters, LIMITS)
    assert _admitted(limiter, FEED, START, 5) == 5
    assert counters.calls == 1


def test_state_is_bounded_whoever_calls() -> None:
    counters = Counting()
    limiter = RateLimiter(counters, LIMITS)
    for number in range(5_000):
        assert _admits(limiter, Scope("development", FEED.endpoint, f"user-{number}"), START)
    assert len(limiter._shares) <= rate_limits._MAX_SCOPES


def test_what_was_forgotten_is_still_counted() -> None:
    limiter = RateLimiter(Counting(), LIMITS)
    _admitted(limiter, FEED, START, 5)
    for number in range(2_000):
        _admits(limiter, Scope("development", FEED.endpoint, f"user-{number}"), START)
    assert not _admits(limiter, FEED, START)


def _key(environment: str | None) -> ApiKey:
    return ApiKey("id", "hash", "hint", KeyKind.SECRET, "name", environment, START)


@pytest.mark.parametrize(
    ("endpoint", "token_user", "counted_for"),
    [
        (Endpoint("GET /v1/users/{user_id}", {"user_id": "jane"}), None, None),
        (Endpoint("GET /v1/users/{user_id}", {"user_id": "jane"}), "jane", "jane"),
        (Endpoint("POST /v1/messages/batch/seen", {}), "jane", "jane"),
        (Endpoint("GET /v1/users/{user_id}/feeds/{channel_id}", {"user_id": "a%20b"}), None, "a b"),
        (Endpoint("GET /v1/users/{user_id}/feeds/{channel_id}", {"user_id": "a%20b"}), "a b", "a b"),
    ],
)
def test_who_shares_a_limit(endpoint: Endpoint, token_user: str | None, counted_for: str | None) -> None:
    assert scope_of(endpoint, _key("production"), token_user) == Scope(
        "production", endpoint.name, counted_for
    )


def test_a_service_token_cannot_multiply_its_limit_by_naming_environments() -> None:
    assert scope_of(Endpoint("GET /v1/workflows", {}), _key(None), None).env == "$account"
