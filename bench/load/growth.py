"""One thing as it gets longer: recipients of a trigger, items in a feed, members of a listing.

Times are of the emulator on this machine. Units are exact: the same rows are read once more by the same code through a
meter, which rounds as DynamoDB does.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from statistics import median

from bench import job
from bench.load import reach, seeds
from bench.load.contestants import SHARDS, Ours, names
from bench.load.figures import Curve, between
from bench.load.processes import rest, worked
from bench.load.races import KNOWN, until_in_feed
from bench.load.stack import TABLE, BenchStack
from bench.load.wire import seconds
from local.console import Step
from tests.builders.meter import Bill, Meter
from tocsin.domain.clock import system_clock
from tocsin.domain.feed import Feed, FeedFilter
from tocsin.domain.listing import Span
from tocsin.domain.recipients import user
from tocsin.store.feeds import FeedStore
from tocsin.store.recipients import RecipientStore
from tocsin.store.table import Table
from tocsin.usecases.read_feed import FOLD_STEP, read_feed

LOOKS = 15
QUICK_SIZES = (1, 10, 100, 1_000, 10_000)
FULL_SIZES = (*QUICK_SIZES, 100_000)
# The emulator's writes get slower with each row: a hundred thousand recipients take it most of an hour.
RECIPIENTS = (1, 10, 100, 1_000)


class Growth:
    def __init__(self, stack: BenchStack, ours: Ours, *, is_full: bool) -> None:
        self._stack, self._ours = stack, ours
        self._sizes = FULL_SIZES if is_full else QUICK_SIZES

    def all(self) -> Iterator[Curve]:
        page = ("ms of a page", "read units of a page", "calls of a page")
        told = ("ms for each", "ms of function CPU for each")
        what = "One trigger, to the last message"
        for slug, name, of, columns, sizes, measure in (
            ("feed", "A feed's newest page of 50 with counts", "items", page, self._sizes, self._feed),
            ("listing", "A listing's first page of 50", "members", page, self._sizes, self._listing),
            ("trigger", f"{what}: time", "recipients", told, RECIPIENTS, self._trigger),
            ("reach", f"{what}: cost", "recipients", reach.COLUMNS, self._sizes, reach.cost),
        ):
            points = {}
            for size in sizes:
                with Step(f"{name}: {size:,} {of}"):
                    points[size] = measure(size)
            yield Curve(slug, name, of, columns, points)

    def _feed(self, size: int) -> Sequence[float]:
        reader = f"reader-of-{size}"
        seeds.messages(self._stack, reader, size)
        for _ in range(1 + size // FOLD_STEP):  # counters take in what is new by so much in a request
            self._ours.look_at_feed(reader)
        look = partial(self._ours.look_at_feed, reader)
        return self._page(look, partial(self._read_feed, reader))

    def _read_feed(self, reader: str, table: Table) -> None:
        store, info = FeedStore(table, SHARDS), self._stack.info
        feed = Feed(user(reader), info.channels["in-app"])
        read_feed(store, info.environment, feed, FeedFilter(), Span(), job.PAGE, system_clock(), lambda _: {})

    def _listing(self, size: int) -> Sequence[float]:
        collection = f"crowd-of-{size}"
        seeds.recipients(self._stack, collection, size)
        look = partial(self._ours.list_first, collection)
        return self._page(look, partial(self._read_listing, collection))

    def _read_listing(self, collection: str, table: Table) -> None:
        store, env = RecipientStore(table, SHARDS), self._stack.info.environment
        list(islice(store.listed(env, collection, Span(), job.PAGE + 1), job.PAGE + 1))

    def _page(self, look: Callable[[], object], read: Callable[[Table], None]) -> Sequence[float]:
        took = median(seconds(look) for _ in range(LOOKS))
        bill = self._bill(read)
        return (1000 * took, bill.read, bill.calls)

    def _bill(self, read: Callable[[Table], None]) -> Bill:
        meter = Meter(self._stack.dynamodb)
        read(Table(meter, TABLE))  # type: ignore[arg-type]  # it is a client in all that the table asks of one
        return meter.bill()

    def _trigger(self, size: int) -> Sequence[float]:
        """The middle of three."""
        return [median(one) for one in zip(*(self._told(size) for _ in range(3)), strict=True)]

    def _told(self, size: int) -> tuple[float, float]:
        rest(self._stack.emulator)
        before = worked(self._stack.emulator)
        took = until_in_feed(self._ours, names(KNOWN, size), pause=0.02)
        rest(self._stack.emulator)
        work = sum(between(before, worked(self._stack.emulator)).values())
        return 1000 * took / size, 1000 * work / size
