"""What a trigger costs for each recipient, as there are more of them: the engine in one process, its table in memory.

From the trigger to the last message stored, as `tests/costs` counts it: exact, whatever the machine. What our code
works for it, without the AWS client's part, is of this machine.
"""

import os
import time
from collections.abc import Sequence
from typing import Any

from bench import job
from bench.load.contestants import names
from bench.load.memory import Memory, Row
from bench.load.seeds import in_memory, put_all, subscribe
from bench.load.stack import SHARDS
from local.settings import REGION
from tests.builders import account
from tests.builders.meter import Meter
from tests.builders.world import ENV, START, World
from tocsin.domain.recipients import USERS, Recipient, RecipientRef, user
from tocsin.lambda_kit.environment import ApiEnv
from tocsin.lambda_kit.services import Services
from tocsin.store import keys
from tocsin.store.recipients import to_item
from tocsin.store.table import Item, Table, put_if_version

MOST_BY_NAME = 1_000  # recipients that one call may name
PROJECT = RecipientRef("projects", "followed")
COLUMNS = ("calls for each", "read units for each", "write units for each", "µs of our code's CPU for each")


def left_behind() -> dict[str, Row]:
    """The rows that there are of each recipient of many, as they go over the wire: its own, its message, its run."""
    memory = Memory()
    world, [name] = _world(in_memory(memory), 1), names(job.WORKFLOW, 1)
    world.trigger(job.WORKFLOW, name, data=job.data())
    world.settle()
    own = keys.recipient(ENV, USERS, name)
    runs = {keys.recipient_runs_shard(ENV, shard) for shard in keys.all_shards(SHARDS)}
    of_it = {row[keys.SK]["S"]: row for row in memory.rows() if row[keys.PK]["S"] == own}
    [message] = (row for key, row in of_it.items() if key.startswith(keys.MESSAGES))
    *_, run = (row for row in memory.rows() if row[keys.PK]["S"] in runs)
    return {"user": of_it[keys.PROFILE], "message": message, "run": run}


class _Variables(ApiEnv):
    """Of a function that does everything; nothing outside the table is reached."""

    TABLE_NAME: str = "tocsin"
    PAYLOAD_BUCKET: str = "tocsin"
    SHARDS: int = SHARDS  # that of a function, with the value that the stack has
    RATE_LIMITS: tuple[int, ...] = ()
    SECRETS_PREFIX: str = "tocsin"
    PUBLIC_URL: str = "https://tocsin.example"
    LINK_KEYS_SECRET: str = "tocsin"
    EVENT_BUS: str = ""


def cost(recipients: int) -> Sequence[float]:
    """Calls, read units and write units, those of the index among them, of one recipient of so many; and what that
    takes where nobody counts."""
    memory, plain = Memory(), Memory()
    meter: Any = Meter(memory)
    world = _world(Table(meter, "tocsin"), recipients)
    meter.reset()
    _tell(world, memory, recipients)
    worked = _tell(_world(in_memory(plain), recipients), plain, recipients)
    totals = (meter.bill().calls, meter.read, meter.written + meter.indexed, 1e6 * worked)
    return [total / recipients for total in totals]


def _tell(world: World, memory: Memory, recipients: int) -> float:
    """Seconds of this process, from the trigger to the last message."""
    named: list[Any] = names(job.WORKFLOW, recipients)
    if recipients > MOST_BY_NAME:
        named = [{"collection": PROJECT.collection, "id": PROJECT.id}]
    begun = time.process_time()
    world.trigger(job.WORKFLOW, *named, data=job.data())
    memory.close()
    world.settle()
    return time.process_time() - begun


def _world(table: Table, recipients: int) -> World:
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    services = Services(_Variables())
    services.table = table
    account.populate(services, START)
    world = World(services)
    world.workflow(job.WORKFLOW, job.steps())
    world.trigger(job.WORKFLOW, "first")  # a process reads a version once
    world.settle()
    _lay_out(table, recipients)
    return world


def _lay_out(table: Table, recipients: int) -> None:
    """Users, and an object that all of them follow where they are too many to be named."""
    people = [
        Recipient(user(name), START, START, job.user_properties(place))
        for place, name in enumerate(names(job.WORKFLOW, recipients))
    ]
    put_all(table, (_row(one) for one in [*people, Recipient(PROJECT, START, START, {})]))
    if recipients > MOST_BY_NAME:
        subscribe(table, ENV, PROJECT, [one.ref for one in people], START, SHARDS)


def _row(recipient: Recipient) -> Item:
    return put_if_version(to_item(ENV, recipient, SHARDS), 0).item
