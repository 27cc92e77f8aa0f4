"""What a run costs by the shape of its workflow, to the last call and unit: `ledger.md` says it, and is held to it.

From the trigger's use case to the last message; what each call of the API pays for its key and its rate comes on top.
Units are of real rows, as DynamoDB rounds them. Versions of definitions are read once by a process, and have been.
"""

import os
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from tests.builders.meter import Meter
from tests.builders.outside import Tasks
from tests.builders.stream import TableStream
from tests.builders.world import World
from tests.costs.shapes import SHAPES, Shape, once
from tocsin.domain.work import Fetched

LEDGER = Path(__file__).parent / "ledger.md"
READS = ("GetItem", "Query", "BatchGetItem")
WRITES = ("PutItem", "BatchWriteItem", "TransactWriteItems")
COLUMNS = ("calls", *READS, *WRITES, "RRU", "WRU", "index", "RUN", "WHEEL", "Lambda", "SQS")
# `tests/infra/test_machines.py` holds it to two.
TRANSITIONS_OF_A_BUCKET = 2
A_WEEK = 7 * 24 * 3600

CHANGED = """A run costs something else than {ledger} says (- then, + now):

{diff}

If that is meant, say in the review what is bought with it and write the ledger anew:

    TOCSIN_RECORD=1 make test ARGS=tests/costs
"""


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
    told = _table(dict(_costs(world)))
    if os.environ.get("TOCSIN_RECORD"):
        LEDGER.write_text(told)
    diff = "\n".join(
        unified_diff(LEDGER.read_text().splitlines(), told.splitlines(), "then", "now", n=0, lineterm="")
    )
    if diff:
        pytest.fail(CHANGED.format(ledger=LEDGER.relative_to(LEDGER.parents[2]), diff=diff), pytrace=False)


def _costs(world: World) -> Iterator[tuple[str, list[float]]]:
    """By columns, of one recipient of one trigger."""
    world.user("warm", name="warm", email="warm@app.test")
    for number, (name, shape) in enumerate(SHAPES.items()):
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


def _table(costs: dict[str, list[float]]) -> str:
    told = ((name, *(f"{cost:.4g}" for cost in row)) for name, row in costs.items())
    lines = [("workflow", *COLUMNS), *told]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    head, *rows = (_row(line, widths) for line in lines)
    rule = f"|{'-' * (widths[0] + 2)}|" + "".join(f"{'-' * (width + 1)}:|" for width in widths[1:])
    return "\n".join([HEAD, head, rule, *rows, ""])


def _row(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
    return f"| {' | '.join([line[0].ljust(widths[0]), *cells])} |"


HEAD = """# What a run costs

Of each run, from its trigger to its last message, by the shape of its workflow: calls of DynamoDB by their kind, read
and write units and writes to the index, executions of RUN, state transitions of WHEEL, invocations of functions,
messages on queues. `test_ledger.py` measures it, and fails where it is not so.
"""
