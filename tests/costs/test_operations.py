"""What everything else costs that is done all the time, to the last call and unit: `ledger.md` says it, and is held to
it.

The handlers themselves are invoked. Keys and settings have been read before, unless it says «a process's first».
"""

from collections.abc import Callable
from typing import Any

import pytest

from bench.costs.assumptions import LOG_LINE
from bench.costs.ledgers import OPERATIONS as EVERYTHING_ELSE
from tests.builders.world import World
from tests.conftest import EveryVariable
from tests.costs.billing import COLUMNS
from tests.costs.holding import hold_to
from tests.costs.operations import OPERATIONS, Shop, prepare
from tocsin.lambda_kit.services import Services, services_for

# By CloudWatch, to each line.
ADDED_BYTES = 26
# As a stage on AWS has them: `infra/settings.py`.
SHARDS, RATE_LIMITS = "16", "1,5,60,200,1000"


@pytest.fixture
def world(services: Services, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("SHARDS", SHARDS)
    monkeypatch.setenv("RATE_LIMITS", RATE_LIMITS)
    world = World(services_for(EveryVariable.load()))
    prepare(world)
    return world


def test_operations_cost_what_the_ledger_says(world: World, api: Callable[..., Any]) -> None:
    shop = Shop(api, world)
    for operate in OPERATIONS:
        operate(shop)
    hold_to(EVERYTHING_ELSE, "operation", COLUMNS, shop.rows)
    lines, invocations = COLUMNS.index("log"), COLUMNS.index("Lambda")
    assert [name for name, row in shop.rows.items() if row[lines] != row[invocations]] == [], (
        "each invocation writes exactly one line into the log"
    )
    assert shop.longest_line + ADDED_BYTES <= LOG_LINE.value
