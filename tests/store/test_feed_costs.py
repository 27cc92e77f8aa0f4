"""What reading a feed costs, in DynamoDB's units, from the real sizes of the rows that the store's own queries return:
the same for a thousand items and for a hundred thousand. With `-s` it prints the tables of `docs/feeds.md`."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from tests.builders import big_feed
from tests.builders.big_feed import FEED, SHARDS, BigFeed
from tests.builders.feeds import LATER
from tests.builders.messages import ENV
from tests.builders.meter import Bill, Meter, show, size_of
from tocsin.domain.facets import Facet
from tocsin.domain.feed import Counts, FeedFilter, FeedStatus
from tocsin.domain.listing import Span, TimeRange
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Mark, marked
from tocsin.store.attributes import from_attributes
from tocsin.store.feeds import FeedStore
from tocsin.store.table import Table
from tocsin.usecases.read_feed import FeedPage, read_feed

LENGTHS = (10, 1_000, 100_000)
HUGE = LENGTHS[-1]
PAGE = 50
# One block of 4 KB: the counts of a longer feed have more digits.
ROUNDING = 0.5
ITEM = size_of(next(BigFeed(1).items()))


class Ask(NamedTuple):
    """`below` and `above` say where a cursor is: so many items down from the newest."""

    wanted: FeedFilter = FeedFilter()
    below: int | None = None
    above: int | None = None

    def span(self, length: int) -> Span:
        if self.below is not None:
            return Span(below=big_feed.id_of(length - self.below))
        if self.above is not None:
            return Span(above=big_feed.id_of(length - self.above), newest_first=False)
        return Span()


def of(status: FeedStatus = FeedStatus.ALL, **fields: Any) -> FeedFilter:
    return FeedFilter(status, messages=MessageFilter(**fields))


ASKS = {
    "the newest": Ask(),
    "after": Ask(below=PAGE),
    "before": Ask(above=5),
    "status=unread": Ask(of(FeedStatus.UNREAD)),
    "status=unread, after": Ask(of(FeedStatus.UNREAD), below=10),
    "status=read": Ask(of(FeedStatus.READ)),
    "tenant=tenant-1": Ask(of(tenant="tenant-1")),
    "has_tenant=true": Ask(of(has_tenant=True)),
    "source=invoice-paid": Ask(of(source="invoice-paid")),
    "source=invoice-paid, after": Ask(of(source="invoice-paid"), below=3 * PAGE),
    "source=never-used": Ask(of(source="never-used")),
    "a token of two tenants": Ask(of(within=frozenset({"tenant-1", "tenant-2"}))),
}


def look(client: Any, ask: Ask, length: int, *, size: int = PAGE, name: str = "t") -> tuple[FeedPage, Bill]:
    meter: Any = Meter(client)
    store, later = FeedStore(Table(meter, name), SHARDS), big_feed.time_of(length) + timedelta(days=1)
    page = read_feed(
        store, ENV, FEED, ask.wanted, ask.span(length), size, later, lambda message: message.data or {}
    )
    return page, meter.bill()


def bills(ask: Ask, lengths: Iterable[int] = LENGTHS, size: int = PAGE, unfolded: int = 0) -> list[Bill]:
    return [look(BigFeed(length, unfolded=unfolded), ask, length, size=size)[1] for length in lengths]


def test_a_page_with_its_counts_costs_the_same_in_a_feed_of_any_length() -> None:
    told = {name: bills(ask) for name, ask in ASKS.items()}
    show(
        f"read units of a page of {PAGE} with its counts; an item has {ITEM} bytes",
        ["query", *(f"{length:,} items" for length in LENGTHS), "calls"],
        ([name, *(bill.read for bill in some), some[-1].calls] for name, some in told.items()),
    )
    for name, (small, large, huge) in told.items():
        assert small.read <= large.read, name
        assert abs(huge.read - large.read) <= ROUNDING, name
        assert (huge.calls, huge.written) == (large.calls, 0), name


def test_a_page_of_nine_costs_the_same_in_a_feed_of_ten() -> None:
    assert len({bill.read for bill in bills(Ask(), size=9)}) == 1


def test_the_counts_of_a_feed_of_a_hundred_thousand_are_exact() -> None:
    page, _ = look(BigFeed(HUGE), ASKS["tenant=tenant-1"], HUGE)
    fitting = [
        number for number in range(HUGE) if big_feed.ordinary_facet(number).tenant in (None, "tenant-1")
    ]
    unread = sum(number >= HUGE - big_feed.UNREAD for number in fitting)
    assert page.counts == Counts(len(fitting), unread, unread)
    assert [item.id for item in page.found.items] == [big_feed.id_of(n) for n in fitting[: -PAGE - 2 : -1]]


def test_what_stands_in_for_a_big_table_answers_and_costs_as_a_table_does(table: Table) -> None:
    stand_in = BigFeed(200)
    table.put_all(map(from_attributes, stand_in.items()))
    for name, ask in ASKS.items():
        stored = look(table._client, ask, 200, name=table._name)
        assert stored == look(stand_in, ask, 200), name


def test_folding_costs_what_is_new_and_not_what_is_old() -> None:
    lengths = LENGTHS[1:]
    told = {new: bills(Ask(), lengths, unfolded=new) for new in (0, 1, PAGE, 500)}
    show(
        f"read and write units of a page of {PAGE} that folds new items into the counts",
        ["new items", *(f"{length:,} {kind}" for length in lengths for kind in ("r", "w"))],
        ([new, *(units for bill in some for units in bill[:2])] for new, some in told.items()),
    )
    for large, huge in told.values():
        assert huge.written == large.written
        assert abs(huge.read - large.read) <= ROUNDING


def test_counting_within_a_time_costs_what_lies_in_that_time() -> None:
    def last_hundred(length: int) -> Ask:
        return Ask(of(inserted=TimeRange(gte=big_feed.time_of(length - 100))))

    large, huge = (look(BigFeed(length), last_hundred(length), length)[1] for length in LENGTHS[1:])
    show("read units by inserted_at, a hundred items within", ["1,000", "100,000"], [[large.read, huge.read]])
    assert abs(huge.read - large.read) <= ROUNDING


def test_trigger_data_is_looked_for_in_all_of_the_feed() -> None:
    """Which is what the documentation warns of: it ends where the function's time does."""
    ask, lengths = Ask(of(trigger_data={"project": "project-1"})), (100, 1_000, 5_000)
    read = [bill.read for bill in bills(ask, lengths)]
    show("read units by trigger_data", [f"{length:,} items" for length in lengths], [read])
    assert all(units >= length * ITEM / 4096 / 2 for units, length in zip(read, lengths, strict=True))


def test_a_mark_costs_more_in_a_feed_of_many_facets_but_never_much() -> None:
    told = {facets: _cost_of_marks(facets) for facets in (1, 10, 100, 300, 1_000)}
    show(
        "write units of marking messages in a feed of so many tenants and workflows",
        ["facets", "one message", "24 at once", "bytes of the counters"],
        ([facets, *costs] for facets, costs in told.items()),
    )
    one, batch, _ = told[1]
    for marked_one, marked_24, row in told.values():
        assert row <= 8 * 1024
        assert marked_one - one == marked_24 - batch <= 2 * 7
    assert told[1_000][:2] == told[1][:2], "there is no room for so many: the row keeps one sum"


def _cost_of_marks(facets: int) -> tuple[int, int, int]:
    """In a feed of ten workflows in tenants with such ids as tenants have; and the size of its counters row."""

    def facet(number: int) -> Facet:
        tenant, workflow = divmod(number % facets, 10)
        return Facet(str(UUID(int=2**100 + tenant)), f"workflow-{workflow}", ())

    feed, costs = BigFeed(2_000, facet=facet), []
    for numbers in (range(1), range(1, 25)):
        meter: Any = Meter(feed)
        before = [feed.message(number) for number in numbers]
        after = [marked(message, Mark.ARCHIVED, LATER) for message in before]
        FeedStore(Table(meter, "t"), SHARDS).save_marked(ENV, list(zip(before, after, strict=True)))
        costs.append(meter.written)
    return costs[0], costs[1], size_of(feed.counters())
