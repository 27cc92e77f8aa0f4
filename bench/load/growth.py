"""One thing as it gets longer: recipients of a trigger, items in a feed, members of a listing.

Times are of the emulator on this machine, as far as it answers in time. Units are exact, and of a table in memory: the
same code reads the same rows through a meter, which rounds as DynamoDB does.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median

from bench.load import reach, reads, seeds
from bench.load.contestants import Ours, names
from bench.load.figures import Curve, between
from bench.load.processes import rest, worked
from bench.load.races import KNOWN, until_in_feed
from bench.load.stack import BenchStack
from bench.load.wire import seconds
from local.console import Step
from tocsin.usecases.read_feed import FOLD_STEP

LOOKS = 15
# The emulator sorts a partition for each query: of a hundred thousand items it gives no page within a request's time.
ITEMS = (1, 10, 100, 1_000, 10_000)
EXACT = (*ITEMS, 100_000)
# Its writes get slower with each row, too: a hundred thousand recipients take it most of an hour.
RECIPIENTS = (1, 10, 100, 1_000)


class Growth:
    def __init__(self, stack: BenchStack, ours: Ours) -> None:
        self._stack, self._ours = stack, ours

    def all(self) -> Iterator[Curve]:
        took, told = ("ms of a page",), ("ms for each", "ms of function CPU for each")
        page, first, what = (
            "A feed's newest page of 50 with counts",
            "A listing's first page of 50",
            "One trigger, to the last message",
        )
        for slug, name, of, columns, sizes, measure in (
            ("feed", f"{page}: time", "items", took, ITEMS, self._feed),
            ("feed-units", f"{page}: cost", "items", reads.COLUMNS, EXACT, reads.feed),
            ("listing", f"{first}: time", "members", took, ITEMS, self._listing),
            ("listing-units", f"{first}: cost", "members", reads.COLUMNS, EXACT, reads.listing),
            ("trigger", f"{what}: time", "recipients", told, RECIPIENTS, self._trigger),
            ("reach", f"{what}: cost", "recipients", reach.COLUMNS, EXACT, reach.cost),
        ):
            points = {}
            for size in sizes:
                with Step(f"{name}: {size:,} {of}"):
                    points[size] = measure(size)
            yield Curve(slug, name, of, columns, points)

    def _feed(self, size: int) -> Sequence[float]:
        reader, info = f"reader-of-{size}", self._stack.info
        seeds.messages(self._stack.table, info.environment, info.channels["in-app"], reader, size)
        for _ in range(1 + size // FOLD_STEP):  # counters take in what is new by so much in a request
            self._ours.look_at_feed(reader)
        return [self._middle(partial(self._ours.look_at_feed, reader))]

    def _listing(self, size: int) -> Sequence[float]:
        collection = f"crowd-of-{size}"
        seeds.recipients(self._stack.table, self._stack.info.environment, collection, size)
        return [self._middle(partial(self._ours.list_first, collection))]

    def _middle(self, look: Callable[[], object]) -> float:
        """Milliseconds."""
        return 1000 * median(seconds(look) for _ in range(LOOKS))

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
