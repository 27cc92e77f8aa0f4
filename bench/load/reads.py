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
from tocsin.domain.feed import Feed, FeedFilter
from tocsin.domain.listing import Span
from tocsin.domain.recipients import user
from tocsin.store.feeds import FeedStore
from tocsin.store.recipients import RecipientStore
from tocsin.store.table import Table
from tocsin.usecases.read_feed import FOLD_STEP, read_feed

COLUMNS = ("read units of a page", "calls of a page")
ENV, READER, CROWD = "development", "reader", "crowd"
CHANNEL = "00000000-0000-4000-8000-000000000001"


def feed(items: int) -> Sequence[float]:
    """The newest fifty with their counts, once the counters have taken in what is new."""
    meter, table = _table()
    seeds.messages(table, ENV, CHANNEL, READER, items)
    for _ in range(1 + items // FOLD_STEP):  # by so much in a request
        _read_feed(table)
    meter.reset()
    _read_feed(table)
    return meter.read, meter.bill().calls


def listing(members: int) -> Sequence[float]:
    """The first fifty."""
    meter, table = _table()
    seeds.recipients(table, ENV, CROWD, members)
    meter.reset()
    list(islice(RecipientStore(table, SHARDS).listed(ENV, CROWD, Span(), job.PAGE + 1), job.PAGE + 1))
    return meter.read, meter.bill().calls


def _read_feed(table: Table) -> None:
    store, whose = FeedStore(table, SHARDS), Feed(user(READER), CHANNEL)
    read_feed(store, ENV, whose, FeedFilter(), Span(), job.PAGE, system_clock(), lambda _: {})


def _table() -> tuple[Meter, Table]:
    meter: Any = Meter(Memory())
    return meter, Table(meter, "tocsin")
