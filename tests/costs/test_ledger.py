"""What a run costs by the shape of its workflow, to the last call and unit: `ledger.md` says it, and is held to it.

From the trigger's use case to the last message; what each call of the API pays for its key and its rate comes on top.
Units are of real rows, as DynamoDB rounds them. Versions of definitions, and secrets, are read once by a process,
and have been.
"""

from collections.abc import Iterator, Mapping

import pytest

from bench.costs import ledgers
from tests.builders.http_sink import Sink
from tests.builders.stream import TableStream
from tests.conftest import EveryVariable
from tests.costs.billed_world import BilledWorld
from tests.costs.billing import open_till
from tests.costs.holding import hold_to
from tests.costs.shapes import CHANNELS, CROWDS, SHAPES, Shape, once
from tests.costs.vendors import connect, reader
from tocsin.domain.work import Fetched
from tocsin.lambda_kit.services import Services

READS = ("GetItem", "Query", "BatchGetItem")
WRITES = ("PutItem", "BatchWriteItem", "TransactWriteItems")
UNITS = ("RRU", "WRU", "index")
MACHINES = ("RUN", "Express GB-s", "WHEEL", "Lambda")
DELIVERY = ("SQS", "SQS requests", "SES", "HTTP", "reports")
COLUMNS = ("calls", *READS, *WRITES, *UNITS, *MACHINES, *DELIVERY)
A_WEEK = 7 * 24 * 3600


@pytest.fixture
def billed(services: Services, vendor: Sink) -> BilledWorld:
    world = BilledWorld(services, vendor)
    world.perform = lambda _: Fetched(200, b'{"plan": "pro"}')
    return world


def test_each_channel_costs_what_the_ledger_says(billed: BilledWorld) -> None:
    hold_to(ledgers.CHANNELS, "message", COLUMNS, dict(_costs(billed, CHANNELS)))


def test_runs_cost_what_the_ledger_says(billed: BilledWorld) -> None:
    hold_to(ledgers.RUNS, "workflow", COLUMNS, dict(_costs(billed, SHAPES)))


def test_runs_of_a_page_share_what_the_ledger_says(billed: BilledWorld) -> None:
    hold_to(ledgers.CROWDS, "workflow", COLUMNS, dict(_costs(billed, CROWDS)))


def _costs(world: BilledWorld, shapes: Mapping[str, Shape]) -> Iterator[tuple[str, list[float]]]:
    """By columns, of one recipient of one trigger."""
    connect(world, world.vendor, reader(world, "warm", "warm"))
    for number, (name, shape) in enumerate(shapes.items()):
        for key, steps in {"shape": shape.steps, **shape.others}.items():
            world.workflow(key, steps)
        once()(world, ["warm"])
        world.advance(A_WEEK)
        costs = _measured(world, shape, f"jane-{number:02}")
        yield name, [cost / shape.triggers / shape.recipients for cost in costs]


def _measured(world: BilledWorld, shape: Shape, name: str) -> list[float]:
    recipients = [f"{name}-{number:02}" for number in range(shape.recipients)]
    for one in recipients:
        ref = reader(world, one, name)
        if shape.connected:
            connect(world, world.vendor, ref)
    world.stream = TableStream(world.services.table, world.clock) if shape.listens else None
    with open_till(EveryVariable) as world.till:
        shape.story(world, recipients)
        costs = world.till.costs(COLUMNS)
    world.advance(A_WEEK)
    return costs
