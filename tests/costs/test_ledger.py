"""What a run costs by the shape of its workflow, to the last call and unit: `ledger.md` says it, and is held to it.

From the trigger's use case to the last message; what each call of the API pays for its key and its rate comes on top.
Units are of real rows, as DynamoDB rounds them. Versions of definitions are read once by a process, and have been.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.costs.ledgers import CROWDS as PAGES
from bench.costs.ledgers import RUNS
from tests.builders.meter import Meter
from tests.builders.outside import Tasks
from tests.builders.stream import TableStream
from tests.builders.world import World
from tests.costs.crowds import CROWDS
from tests.costs.holding import hold_to
from tests.costs.shapes import SHAPES, Shape, once
from tocsin.domain.work import Fetched

READS = ("GetItem", "Query", "BatchGetItem")
WRITES = ("PutItem", "BatchWriteItem", "TransactWriteItems")
COLUMNS = ("calls", *READS, *WRITES, "RRU", "WRU", "index", "RUN", "WHEEL", "Lambda", "SQS")
# `tests/infra/test_machines.py` holds it to two.
TRANSITIONS_OF_A_BUCKET = 2
A_WEEK = 7 * 24 * 3600


class Counted(Tasks):
    """A queue or a machine that knows how much it was ever given."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def start(self, task: Any) -> None:
        self.count += 1
        super().start(task)

    def send(self, task: Any, delay_seconds: int = 0) -> None:
        self.start(task)

    def send_many(self, tasks: Sequence[Any], delay_seconds: int = 0) -> None:
        for task in tasks:
            self.start(task)


class CountedStream(TableStream):
    """Changes that are taken together are one invocation."""

    count = 0

    def take(self) -> list[dict[str, Any]]:
        taken = super().take()
        self.count += bool(taken)
        return taken


def test_runs_cost_what_the_ledger_says(world: World) -> None:
    world.perform = lambda _: Fetched(200, b'{"plan": "pro"}')
    hold_to(RUNS, "workflow", COLUMNS, dict(_costs(world, SHAPES)))


def test_runs_of_a_page_share_what_the_ledger_says(world: World) -> None:
    hold_to(PAGES, "workflow", COLUMNS, dict(_costs(world, CROWDS)))


def _costs(world: World, shapes: Mapping[str, Shape]) -> Iterator[tuple[str, list[float]]]:
    """By columns, of one recipient of one trigger."""
    world.user("warm", name="warm", email="warm@app.test")
    for number, (name, shape) in enumerate(shapes.items()):
        for key, steps in {"shape": shape.steps, **shape.others}.items():
            world.workflow(key, steps)
        once()(world, ["warm"])
        world.advance(A_WEEK)
        costs = _measured(world, shape, f"jane-{number:02}")
        yield name, [cost / shape.triggers / shape.recipients for cost in costs]


def _measured(world: World, shape: Shape, name: str) -> list[float]:
    recipients = [f"{name}-{number:02}" for number in range(shape.recipients)]
    for one in recipients:
        world.user(one, name=name, email=f"{one}@app.test")
    client, machines = world.services.table._client, _counted(world, shape)
    meter: Any = Meter(client)
    world.services.table._client = meter
    shape.story(world, recipients)
    world.services.table._client = client
    costs = [*_calls(meter), *machines()]
    world.advance(A_WEEK)
    return costs


def _counted(world: World, shape: Shape) -> Any:
    """What its machines, functions and queues have done by the time it is asked."""
    runs, wheels, delivery = Counted(), Counted(), Counted()
    world.runs, world.wheels, world.delivery = runs, wheels, delivery
    stream = CountedStream(world.services.table, world.clock) if shape.listens else None
    world.stream = stream
    triggers = shape.triggers

    def done() -> list[int]:
        heard = stream.count if stream else 0
        invocations = triggers + runs.count + wheels.count + delivery.count + heard
        return [runs.count, wheels.count * TRANSITIONS_OF_A_BUCKET, invocations, delivery.count]

    return done


def _calls(meter: Meter) -> list[float]:
    assert set(meter.verbs) <= {*READS, *WRITES}, meter.verbs
    verbs = [meter.verbs[verb] for verb in (*READS, *WRITES)]
    return [meter.verbs.total(), *verbs, meter.read, meter.written, meter.indexed]
