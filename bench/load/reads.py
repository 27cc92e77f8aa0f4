"""What a page costs as there is more behind it: the store in one process, its table in memory. Units and calls are
exact anywhere; the work of our code, without the AWS client's, is of this machine."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from statistics import median
from typing import Any

from bench import job
from bench.load import seeds
from bench.load.memory import Memory
from bench.load.stack import SHARDS
from tests.builders.meter import Meter
from tocsin.domain.clock import system_clock
from tocsin.domain.listing import Span
from tocsin.store.recipients import RecipientStore
from tocsin.store.table import Table

COLUMNS = ("read units of a page", "calls of a page", "µs of our code's CPU")
ENV, READER, CROWD = "development", "reader", "crowd"
CHANNEL = "00000000-0000-4000-8000-000000000001"
LOOKS = 25


def feed(items: int) -> Sequence[float]:
    """The newest fifty with their counts, once the counters have taken in what is new."""
    memory = Memory()
    table = seeds.in_memory(memory)
    seeds.messages(table, ENV, CHANNEL, READER, items, system_clock())
    seeds.look_at_feed(table, ENV, CHANNEL, READER)
    return _costs(memory, lambda one: seeds.look_at_feed(one, ENV, CHANNEL, READER))


def listing(members: int) -> Sequence[float]:
    """The first fifty."""
    memory = Memory()
    seeds.recipients(seeds.in_memory(memory), ENV, CROWD, members)
    return _costs(memory, _list_first)


def _list_first(table: Table) -> None:
    list(islice(RecipientStore(table, SHARDS).listed(ENV, CROWD, Span(), job.PAGE + 1), job.PAGE + 1))


def _costs(memory: Memory, look: Callable[[Table], None]) -> Sequence[float]:
    """Counted once, and timed without anybody counting."""
    meter: Any = Meter(memory)
    look(Table(meter, "tocsin"))
    table = seeds.in_memory(memory)
    return meter.read, meter.bill().calls, 1e6 * median(_worked(partial(look, table)) for _ in range(LOOKS))


def _worked(call: Callable[[], None]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun
