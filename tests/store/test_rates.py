"""One counter for all processes: nothing is handed out twice, whoever asks at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tocsin.domain.errors import RateLimitedError
from tocsin.domain.rate_limits import Scope, window_of
from tocsin.lambda_kit.rate_limits import RateLimiter
from tocsin.store import keys
from tocsin.store.rates import RateStore
from tocsin.store.table import Table

SCOPE = Scope("development", "PUT /v1/users/{user_id}")
AT = datetime(2026, 1, 1, tzinfo=UTC)
WINDOW = window_of(AT)


@pytest.fixture
def rates(table: Table) -> RateStore:
    return RateStore(table)


def test_takings_add_up(rates: RateStore) -> None:
    assert [rates.take(SCOPE, WINDOW, amount) for amount in (1, 3, 1)] == [1, 4, 5]


def test_seconds_endpoints_environments_and_users_do_not_mix(rates: RateStore) -> None:
    rates.take(SCOPE, WINDOW, 7)
    others = [
        Scope("production", SCOPE.endpoint),
        Scope(SCOPE.env, "GET /v1/users/{user_id}"),
        Scope(SCOPE.env, SCOPE.endpoint, "jane"),
        Scope(SCOPE.env, SCOPE.endpoint, "tom"),
    ]
    assert [rates.take(other, WINDOW, 1) for other in others] == [1, 1, 1, 1]
    assert rates.take(SCOPE, WINDOW + 1, 1) == 1


def test_a_counter_is_swept_away_soon(rates: RateStore, table: Table) -> None:
    rates.take(SCOPE, WINDOW, 1)
    row = table.get((keys.rate(SCOPE.env, SCOPE.endpoint, None), keys.rate_window(WINDOW)))
    assert row is not None
    assert 60 < row[keys.EXPIRES_AT] - WINDOW < 3600


def test_a_counter_fits_one_write_unit(rates: RateStore, table: Table) -> None:
    """A unit is a kilobyte: what one limited request costs."""
    endpoint = "PUT /v1/objects/{collection}/{object_id}/preferences/{preference_set_id}/channel_types/{type}"
    rates.take(Scope("e" * 60, endpoint, "u" * 256), WINDOW, 1)
    [row] = table.query(keys.rate("e" * 60, endpoint, "u" * 256)).items
    assert sum(len(name) + len(str(value)) for name, value in row.items()) < 1024


@pytest.mark.parametrize("dynamodb", ["emulator"], indirect=True)
@pytest.mark.parametrize("limit", [1, 5, 60])
def test_processes_that_race_admit_exactly_the_limit(rates: RateStore, limit: int) -> None:
    """Each alone asks for more than there is. On the emulator alone: moto's threads forget each other's additions."""
    processes = [RateLimiter(rates, (limit,) * 5) for _ in range(8)]

    def burst(process: RateLimiter) -> int:
        return sum(_admits(process) for _ in range(limit + 5))

    with ThreadPoolExecutor(len(processes)) as threads:
        assert sum(threads.map(burst, processes)) == limit


def _admits(process: RateLimiter) -> bool:
    try:
        process.admit(SCOPE, AT)
    except RateLimitedError:
        return False
    return True
