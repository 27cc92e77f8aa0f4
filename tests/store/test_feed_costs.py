"""What reading a feed costs, in DynamoDB's units, from the real sizes of the rows that the store's own queries return:
the same for a thousand items and for a hundred thousand. With `-s` it prints the tables of `docs/feeds.md`."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from tests.builders import big_feed
from tests.builders.big_feed import FEED, SHARDS, BigFeed, of_project
from tests.builders.feeds import LATER
from tests.builders.messages import ENV
from tests.builders.meter import Bill, Meter, show, size_of
from tocsin.domain.facets import Facet
from tocsin.domain.feed import Counts, FeedFilter, FeedStatus
from tocsin.domain.feed_counters import MOST_REMEMBERED
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
    costs = [bill.read for bill in bills(Ask(), size=9)]
    assert max(costs) - min(costs) <= ROUNDING


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
    told = {
        name: [_within(name, length) for length in LENGTHS[1:]] for name in ("newest", "oldest", "middle")
    }
    show(
        "read units by inserted_at, a hundred items within",
        ["hundred", "1,000 items", "100,000 items"],
        ([name, *(bill.read for bill in some)] for name, some in told.items()),
    )
    for large, huge in told.values():
        assert abs(huge.read - large.read) <= ROUNDING
        assert (huge.calls, huge.written) == (large.calls, 0)


def _within(hundred: str, length: int) -> Bill:
    middle = length // 2
    times = {
        "newest": TimeRange(gte=big_feed.time_of(length - 100)),
        "oldest": TimeRange(lt=big_feed.time_of(100)),
        "middle": TimeRange(gt=big_feed.time_of(middle), lte=big_feed.time_of(middle + 100)),
    }
    page, bill = look(BigFeed(length), Ask(of(inserted=times[hundred])), length)
    assert page.counts.total == 100
    return bill


ABOUT_DATA = {
    "trigger_data": Ask(FeedFilter(messages=of_project(1))),
    "trigger_data, status=unread": Ask(FeedFilter(FeedStatus.UNREAD, messages=of_project(1))),
    "trigger_data, after": Ask(FeedFilter(messages=of_project(1)), below=3 * PAGE),
}


@pytest.mark.parametrize("name", ABOUT_DATA)
def test_a_query_about_data_costs_the_same_in_a_feed_of_any_length_once_it_was_asked(name: str) -> None:
    feed = BigFeed(1_000)
    first, *later = [look(feed, ABOUT_DATA[name], 1_000) for _ in range(3)]
    huge, bill = look(BigFeed(HUGE, remembered={1: HUGE}), ABOUT_DATA[name], HUGE)
    show(
        f"read units by {name}",
        ["first ask of 1,000 items", "second", "third", "of 100,000 items"],
        [[first[1].read, *(ask[1].read for ask in later), bill.read]],
    )
    assert first[1].read >= 1_000 * ITEM / 4096
    for page, again in later:
        assert page == first[0]
        assert again.written == bill.written == 0
        assert again.calls == bill.calls
        assert abs(again.read - bill.read) <= ROUNDING
    expected = sum(number % big_feed.PROJECTS == 1 for number in range(HUGE))
    assert huge.counts.total == (expected if name != "trigger_data, status=unread" else huge.counts.unread)


def test_a_first_ask_that_was_broken_off_costs_what_is_left_of_the_feed() -> None:
    ask = ABOUT_DATA["trigger_data"]
    feed = BigFeed(HUGE, remembered={1: HUGE - 500})
    _, left = look(feed, ask, HUGE)
    _, whole = look(BigFeed(500), ask, 500)
    assert abs(left.read - whole.read) <= 2 * ROUNDING
    _, again = look(feed, ask, HUGE)
    assert again == look(BigFeed(HUGE, remembered={1: HUGE}), ask, HUGE)[1]


def test_a_query_that_finds_nothing_looks_for_nothing_once_it_was_asked() -> None:
    ask = Ask(FeedFilter(messages=of_project(big_feed.PROJECTS)))
    page, bill = look(BigFeed(HUGE, remembered={big_feed.PROJECTS: HUGE}), ask, HUGE)
    assert (page.counts, page.found.items) == (Counts(0, 0, 0), [])
    assert bill == look(BigFeed(HUGE), Ask(), HUGE)[1]


def test_a_mark_costs_little_more_in_a_feed_that_remembers_queries() -> None:
    told = {count: _cost_of_marks(10, remembered=count) for count in (0, 1, 4, MOST_REMEMBERED)}
    show(
        "write units of marking messages in a feed of ten facets that remembers so many queries",
        ["queries", "one message", "24 at once", "bytes of the counters"],
        ([count, *costs] for count, costs in told.items()),
    )
    none, *_ = told.values()
    for one, batch, _ in told.values():
        assert one - none[0] == batch - none[1] <= 2


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


def _cost_of_marks(facets: int, remembered: int = 0) -> tuple[int, int, int]:
    """In a feed of ten workflows in tenants with such ids as tenants have; and the size of its counters row."""

    def facet(number: int) -> Facet:
        tenant, workflow = divmod(number % facets, 10)
        return Facet(str(UUID(int=2**100 + tenant)), f"workflow-{workflow}", ())

    queries = dict.fromkeys(range(remembered), 2_000)
    feed, costs = BigFeed(2_000, facet=facet, remembered=queries), []
    for numbers in (range(1), range(1, 25)):
        meter: Any = Meter(feed)
        before = [feed.message(number) for number in numbers]
        after = [marked(message, Mark.ARCHIVED, LATER) for message in before]
        FeedStore(Table(meter, "t"), SHARDS).save_marked(ENV, list(zip(before, after, strict=True)))
        costs.append(meter.written)
    return costs[0], costs[1], size_of(feed.counters())
