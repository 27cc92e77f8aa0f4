"""What everything else costs that is done all the time, to the last call and unit: `ledger.md` says it, and is held to
it.

The handlers themselves are invoked. Keys and settings have been read before, unless it says «a process's first».
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bench.costs import ledgers
from bench.costs.assumptions import LOG_LINE
from functions.deliver import handler as deliver_worker
from tests.builders.http_sink import Sink
from tests.builders.machines import create_machines
from tests.builders.world import World
from tests.conftest import VARIABLES, EveryVariable
from tests.costs.billing import COLUMNS
from tests.costs.deliveries import delivering
from tests.costs.holding import hold_to
from tests.costs.operations import (
    JANE,
    Shop,
    any_call,
    bulk_identifying,
    bulk_rows,
    identifying,
    listening,
    marking,
    reading,
    sweeping,
    triggering,
)
from tests.costs.vendors import STEPS, open_channels
from tocsin.lambda_kit.services import Services, services_for

# By CloudWatch, to each line.
ADDED_BYTES = 26
# As a stage on AWS has them: `infra/settings.py`.
SHARDS, RATE_LIMITS = "16", "1,5,60,200,1000"


OPERATIONS = (
    any_call,
    triggering,
    identifying,
    bulk_identifying,
    bulk_rows,
    reading,
    marking,
    delivering,
    sweeping,
    listening,
)


@pytest.fixture
def world(services: Services, vendor: Sink, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """With the workflows and the channels, and the sender that emails come from."""
    for name, value in {
        "SHARDS": SHARDS,
        "RATE_LIMITS": RATE_LIMITS,
        "OUTBOUND_ALLOWED": vendor.host,
    }.items():
        monkeypatch.setenv(name, value)
    _forget_providers()
    world = World(services_for(EveryVariable.load()))
    open_channels(world, vendor)
    for workflow, step in STEPS.items():
        world.workflow(workflow, [step])
    world.user("jane", **JANE)
    create_machines(VARIABLES["RUN_MACHINE_ARN"], VARIABLES["WHEEL_MACHINE_ARN"])
    yield world
    _forget_providers()


def _forget_providers() -> None:
    """They know whom they may call."""
    deliver_worker._tools.cache_clear()
    deliver_worker._provider.cache_clear()


def test_operations_cost_what_the_ledger_says(world: World, api: Callable[..., Any], vendor: Sink) -> None:
    shop = Shop(api, world, vendor)
    for operate in OPERATIONS:
        operate(shop)
    hold_to(ledgers.OPERATIONS, "operation", COLUMNS, shop.rows)
    lines, invocations = COLUMNS.index("log"), COLUMNS.index("Lambda")
    assert [name for name, row in shop.rows.items() if row[lines] != row[invocations]] == [], (
        "each invocation writes exactly one line into the log"
    )
    assert shop.longest_line + ADDED_BYTES <= LOG_LINE.value
