"""What a page costs as there is more behind it: the store in one process, its table in memory. Exact anywhere."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from bench import job
from bench.load import seeds
from bench.load.contestants import SHARDS
from bench.load.memory import Memory
from tests.builders.meter import Meter
from tocsin.domain.clock import system_clock
from tocsin.domain.listing import Span
from tocsin.store.recipients import RecipientStore
from tocsin.store.table import Table

COLUMNS = ("read units of a page", "calls of a page")
ENV, READER, CROWD = "development", "reader", "crowd"
CHANNEL = "00000000-0000-4000-8000-000000000001"


def feed(items: int) -> Sequence[float]:
    """The newest fifty with their counts, once the counters have taken in what is new."""
    meter, table = _table()
    seeds.messages(table, ENV, CHANNEL, READER, items, system_clock())
    seeds.look_at_feed(table, ENV, CHANNEL, READER)
    meter.reset()
    seeds.look_at_feed(table, ENV, CHANNEL, READER)
    return meter.read, meter.bill().calls


def listing(members: int) -> Sequence[float]:
    """The first fifty."""
    meter, table = _table()
    seeds.recipients(table, ENV, CROWD, members)
    meter.reset()
    list(islice(RecipientStore(table, SHARDS).listed(ENV, CROWD, Span(), job.PAGE + 1), job.PAGE + 1))
    return meter.read, meter.bill().calls


def _table() -> tuple[Meter, Table]:
    meter: Any = Meter(Memory())
    return meter, Table(meter, "tocsin")
