"""Pages of a feed, walked down and up: every item that the query shows once, and little is read for nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.feeds import counted, shows
from tests.builders.messages import ENV, JANE, START, a_draft
from tocsin.domain.feed import Feed, FeedFilter, FeedStatus
from tocsin.domain.feed_counters import FeedCounters, Newest
from tocsin.domain.listed import FeedItem
from tocsin.domain.listing import READ_LIMIT, Span, TimeRange
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Mark, Message
from tocsin.lambda_kit.pagination import Window, from_cursor, slice_of_found
from tocsin.store.attributes import from_attributes, to_attributes
from tocsin.store.feed_items import StoredItem
from tocsin.store.messages import message_to_item
from tocsin.usecases.read_feed import DEEP, PATIENCE, FeedPage, read_feed

LONG = 4_000
MESSAGES = [a_draft(number, marks={Mark.SEEN: START, Mark.READ: START}).message for number in range(LONG)]
FEED = Feed(JANE, MESSAGES[0].channel_id)
LATER = START + timedelta(days=30)
_KNOWN: dict[int, tuple[Message, StoredItem]] = {}


def item_of(message: Message) -> StoredItem:
    """As its row would say it; made once for each."""
    if id(message) not in _KNOWN:
        row = from_attributes(to_attributes(message_to_item(ENV, message, 1)))
        _KNOWN[id(message)] = message, StoredItem(row, message.recipient)
    return _KNOWN[id(message)][1]


class ListedFeed:
    """The port over a list, oldest first, which counts the rows that are taken."""

    def __init__(self, messages: list[Message]) -> None:
        self.messages, self.counters, self.rows = messages, FeedCounters(), 0

    def newest(self, env: str, feed: Feed, limit: int) -> Newest:
        rows = self.items(env, feed, Span(), limit)
        return Newest(self.counters, list(islice(rows, limit)), rows)

    def items(
        self, env: str, feed: Feed, span: Span, chunk: int, *, consistent: bool = False
    ) -> Iterator[FeedItem]:
        for message in reversed(self.messages) if span.newest_first else self.messages:
            if span.holds(message.id):
                self.rows += 1
                yield item_of(message)

    def fold(self, env: str, feed: Feed, counters: FeedCounters, newest: str) -> FeedCounters:
        self.counters = replace(counters, version=counters.version + 1)
        return self.counters

    def save_marked(self, env: str, pairs: Any) -> list[Message]:
        raise AssertionError("reading marks nothing")

    def delete(self, env: str, messages: Any, at: Any) -> None:
        raise AssertionError("reading deletes nothing")


def a_feed(length: int = LONG, *, unread: Any = (), tenants: dict[int, str] | None = None) -> ListedFeed:
    """Everything is read, but for `unread`; folded already. Numbers count from the oldest."""
    messages = MESSAGES[:length]
    for number in unread:
        messages[number] = replace(messages[number], marks={})
    for number, tenant in (tenants or {}).items():
        messages[number] = replace(messages[number], tenant=tenant)
    feed = ListedFeed(messages)
    look(feed, FeedFilter(), Span())
    feed.rows = 0
    return feed


def look(feed: ListedFeed, wanted: FeedFilter, span: Span, size: int = 50) -> FeedPage:
    return read_feed(feed, ENV, FEED, wanted, span, size, LATER, lambda message: message.data or {})


def walked(feed: ListedFeed, wanted: FeedFilter, size: int, start: Window) -> Iterator[list[str]]:
    window: Window | None = start
    while window:
        found = look(feed, wanted, window.span, size).found
        page = slice_of_found(found, window, attrgetter("id"))
        yield [message.id for message in page.items]
        onwards = page.before if window.backwards else page.after
        cursor = from_cursor(onwards, "after") if onwards else None
        window = None
        if cursor:
            after, before = (None, cursor) if start.backwards else (cursor, None)
            window = Window(after, before, size)


FILTERS = st.builds(
    FeedFilter,
    status=st.sampled_from(FeedStatus),
    messages=st.builds(
        MessageFilter,
        tenant=st.sampled_from([None, "acme"]),
        has_tenant=st.sampled_from([None, True]),
        trigger_data=st.sampled_from([None, {"n": 1}]),
        inserted=st.sampled_from([TimeRange(), TimeRange(gt=START + timedelta(minutes=300))]),
    ),
)
PLACES = st.lists(st.integers(0, 599), max_size=12)


@settings(max_examples=60, deadline=None)
@given(wanted=FILTERS, unread=PLACES, tenants=PLACES, ones=PLACES, size=st.integers(1, 60))
def test_pages_have_every_item_that_the_query_shows_once(
    wanted: FeedFilter, unread: list[int], tenants: list[int], ones: list[int], size: int
) -> None:
    feed = a_feed(600, unread=unread, tenants=dict.fromkeys(tenants, "acme"))
    for number in ones:
        feed.messages[number] = replace(feed.messages[number], data={"n": 1})
    expected = [
        message.id
        for message in reversed(feed.messages)
        if shows(wanted, message)
        and (not wanted.messages.trigger_data or message.data == {"n": 1})
        and (not wanted.messages.inserted.gt or message.inserted_at > wanted.messages.inserted.gt)
    ]
    down = list(walked(feed, wanted, size, Window(None, None, size)))
    assert [name for page in down for name in page] == expected
    up = list(walked(feed, wanted, size, Window(None, MESSAGES[0].id, size)))
    assert [name for page in reversed(up) for name in page] == [n for n in expected if n > MESSAGES[0].id]
    assert all(len(page) == size for page in down[:-1])


UNREAD = FeedFilter(FeedStatus.UNREAD)


@pytest.mark.parametrize("wanted", [UNREAD, FeedFilter(messages=MessageFilter(has_tenant=True))])
def test_where_the_counts_say_that_nothing_is_shown_nothing_is_looked_for(wanted: FeedFilter) -> None:
    feed = a_feed()
    assert look(feed, wanted, Span()).found.items == []
    assert feed.rows <= 52, "the newest come with the counters"


def test_a_page_stops_at_the_last_item_there_is() -> None:
    feed = a_feed(unread=[LONG - 100, LONG - 3])
    page = look(feed, UNREAD, Span())
    assert [item.id for item in page.found.items] == [MESSAGES[LONG - 3].id, MESSAGES[LONG - 100].id]
    assert (page.found.stopped_at, feed.rows) == (None, 100)


def test_a_page_further_down_finds_out_that_nothing_is_left_for_it() -> None:
    feed = a_feed(unread=range(LONG - 60, LONG))
    page = look(feed, UNREAD, Span(below=MESSAGES[LONG - 50].id))
    assert (len(page.found.items), page.found.stopped_at) == (10, None)
    assert feed.rows <= 2 + PATIENCE + 51


def test_a_page_far_down_reads_on_to_the_first_item_that_is_shown() -> None:
    feed = a_feed(unread=[0])
    far_down = Window(MESSAGES[LONG - DEEP - 10].id, None, 50)
    page = look(feed, UNREAD, far_down.span)
    assert [item.id for item in page.found.items] == [MESSAGES[0].id]
    assert feed.rows == 1 + PATIENCE + DEEP + LONG - DEEP - 10 - PATIENCE


def test_a_page_that_shows_something_reads_to_the_limit_and_goes_on_by_its_cursor() -> None:
    first = LONG - DEEP - 20
    feed = a_feed(unread=[0, first])
    far_down = Window(MESSAGES[LONG - DEEP - 10].id, None, 50)
    page = look(feed, UNREAD, far_down.span)
    assert feed.rows == 1 + PATIENCE + DEEP + READ_LIMIT
    assert [item.id for item in page.found.items] == [MESSAGES[first].id]
    assert list(walked(feed, UNREAD, 50, far_down)) == [[MESSAGES[first].id], [MESSAGES[0].id]]


ONES = FeedFilter(messages=MessageFilter(trigger_data={"n": 1}))


def a_feed_of_ones(*numbers: int) -> ListedFeed:
    feed = a_feed()
    for number in numbers:
        feed.messages[number] = replace(feed.messages[number], data={"n": 1})
    return feed


def test_what_was_asked_before_is_not_counted_again() -> None:
    feed = a_feed_of_ones(2, LONG - 3, LONG - 1)
    assert look(feed, ONES, Span(), size=2).counts == counted(FeedFilter(), feed.messages[-3:])
    assert feed.rows >= LONG
    feed.rows = 0
    assert look(feed, ONES, Span(), size=1).counts.total == 3
    assert feed.rows <= 4


def test_a_page_of_rare_matches_reads_to_the_limit_and_goes_on_by_its_cursor() -> None:
    feed = a_feed_of_ones(2, LONG - 3)
    look(feed, ONES, Span())
    feed.rows = 0
    page = look(feed, ONES, Span())
    assert (page.counts.total, feed.rows) == (2, READ_LIMIT)
    assert [item.id for item in page.found.items] == [MESSAGES[LONG - 3].id]
    start = Window(None, None, 50)
    assert list(walked(feed, ONES, 50, start)) == [[MESSAGES[LONG - 3].id], [MESSAGES[2].id]]


def test_what_only_reading_can_count_is_read_once() -> None:
    feed = a_feed()
    wanted = FeedFilter(messages=MessageFilter(trigger_data={"n": [1]}))
    for number in (2, 1_000):
        feed.messages[number] = replace(feed.messages[number], data={"n": [1]})
    page = look(feed, wanted, Span())
    assert page.counts == counted(FeedFilter(), [feed.messages[2], feed.messages[1_000]])
    assert [item.id for item in page.found.items] == [MESSAGES[1_000].id, MESSAGES[2].id]
    assert feed.rows == LONG
