"""One thing as it gets longer: recipients of a trigger, items in a feed, members of a listing.

Times are of the emulator on this machine. Units are exact, and of a table in memory: the same code reads the same rows
through a meter, which rounds as DynamoDB does. There, our code's work can be timed to a hundred thousand without it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from statistics import median
from typing import Any, NamedTuple

from bench.load import reach, reads, seeds
from bench.load.contestants import KNOWN, Ours, names
from bench.load.figures import Curve, between
from bench.load.processes import rest, worked
from bench.load.races import until_in_feed
from bench.load.stack import BenchStack
from bench.load.wire import seconds
from local.console import Step
from tocsin.domain.recipients import RecipientRef

SIZES = (1, 10, 100, 1_000, 10_000)
MOST_BY_NAME = 1_000  # recipients that one call may name
# The emulator looks at every row of a partition for each query, so these take it minutes; a full run waits for them.
LARGE: Mapping[str, Sequence[int]] = {
    "feed": (100_000,),
    "listing": (100_000,),
    "trigger": (10_000, 100_000),
}
LOOKS, LOOKS_AT_LARGE = 15, 3
_LOOK = 0.02  # seconds between looks at what has arrived


class Axis(NamedTuple):
    """A curve before it is measured: `measure` finds a number for each column, of one size."""

    slug: str
    name: str
    of: str
    columns: Sequence[str]
    sizes: Sequence[int]
    measure: Callable[[int], Sequence[float]]

    def measured(self, sizes: Sequence[int]) -> Curve:
        points = {}
        for size in sizes:
            with Step(f"{self.name}: {size:,} {self.of}"):
                points[size] = self.measure(size)
        return Curve(self.slug, self.name, self.of, self.columns, points)


class Growth:
    def __init__(self, stack: BenchStack, ours: Ours) -> None:
        self._stack, self._ours = stack, ours

    def all(self) -> Iterator[Curve]:
        return (axis.measured(axis.sizes) for axis in self._axes())

    def large(self) -> Iterator[Curve]:
        """The same curves where they take long."""
        return (axis.measured(LARGE[axis.slug]) for axis in self._axes() if axis.slug in LARGE)

    def _axes(self) -> Iterator[Axis]:
        took, told = ("ms of a page",), ("ms for each", "ms of function CPU for each")
        page, first, what = (
            "A feed's newest page of 50 with counts",
            "A listing's first page of 50",
            "One trigger, to the last message",
        )
        named, exact = [size for size in SIZES if size <= MOST_BY_NAME], (*SIZES, 100_000)
        yield Axis("feed", f"{page}: time", "items", took, SIZES, self._feed)
        yield Axis("feed-units", f"{page}: cost", "items", reads.COLUMNS, exact, reads.feed)
        yield Axis("listing", f"{first}: time", "members", took, SIZES, self._listing)
        yield Axis("listing-units", f"{first}: cost", "members", reads.COLUMNS, exact, reads.listing)
        yield Axis("trigger", f"{what}: time", "recipients", told, named, self._trigger)
        yield Axis("reach", f"{what}: cost", "recipients", reach.COLUMNS, exact, reach.cost)

    def _feed(self, size: int) -> Sequence[float]:
        reader, info = f"reader-of-{size}", self._stack.info
        seeds.counted_feed(self._stack.table, info.environment, info.channels["in-app"], reader, size)
        return self._middle(partial(self._ours.look_at_feed, reader), size)

    def _listing(self, size: int) -> Sequence[float]:
        collection = f"crowd-of-{size}"
        seeds.recipients(self._stack.table, self._stack.info.environment, collection, size)
        return self._middle(partial(self._ours.list_first, collection), size)

    def _middle(self, look: Callable[[], object], size: int) -> Sequence[float]:
        """Milliseconds, once nothing works any more that the seeds have set in motion."""
        rest(self._stack.emulator, size)
        look()
        looks = LOOKS if size <= max(SIZES) else LOOKS_AT_LARGE
        return [1000 * median(seconds(look) for _ in range(looks))]

    def _trigger(self, size: int) -> Sequence[float]:
        """The middle of three, or one of many."""
        users = names(KNOWN, size)
        if size > MOST_BY_NAME:
            return self._told(self._followed(size), users)
        return [median(one) for one in zip(*(self._told(users, users) for _ in range(3)), strict=True)]

    def _followed(self, size: int) -> list[dict[str, str]]:
        object_, table, env = (
            RecipientRef("followed", f"by-{size}"),
            self._stack.table,
            self._stack.info.environment,
        )
        seeds.recipients(table, env, "$users", size)
        seeds.followed(table, env, object_, size)
        return [{"collection": object_.collection, "id": object_.id}]

    def _told(self, recipients: Sequence[Any], users: Sequence[str]) -> tuple[float, float]:
        size = len(users)
        rest(self._stack.emulator, size)
        before = worked(self._stack.emulator)
        took = until_in_feed(self._ours, recipients, users, _LOOK)
        rest(self._stack.emulator, size)
        work = sum(between(before, worked(self._stack.emulator)).values())
        return 1000 * took / size, 1000 * work / size
