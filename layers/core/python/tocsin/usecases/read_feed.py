"""One look at a feed: a page of items and the counts of all that the query shows.

`store/feeds.py` says why the counts are exact. Queries about marks, tenants and workflows are answered from the
counters; so are those about short values in the trigger's data, or about facets in a feed of too many, once they have
been asked before. Knowing how many there are to find, the page stops at the last of them. Queries about time, or about
what rows cannot tell of the data, are counted by reading.

A page is what its rows were when they were read. What changes at that moment may be missing from it, and is there for
the next look; the counts are exact all the same.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice, takewhile
from operator import attrgetter
from typing import NamedTuple

from tocsin.domain.errors import ConflictError
from tocsin.domain.feed import Counts, Feed, FeedFilter, ItemState, counts_of, state_of
from tocsin.domain.feed_counters import FeedCounters, Newest
from tocsin.domain.ids import earliest_ksuid
from tocsin.domain.listed import FeedItem
from tocsin.domain.listing import READ_LIMIT, Found, Span, collect
from tocsin.domain.message_filter import DataOf
from tocsin.domain.remembered import query_of
from tocsin.usecases.ports import Feeds

# A message is stored within a minute of the time in its id (the run_steps function's timeout, and clocks that differ).
SETTLED_AFTER = timedelta(minutes=2)
# So long after a change, every reader sees it whole; functions' clocks differ by less.
VISIBLE_AFTER = timedelta(seconds=3)
# So much is counted before it is saved: a feed that nobody has looked at for years is folded in over several requests.
FOLD_STEP = 2_000
CHUNK = 200
# A page that is not full after so many rows finds out how many are left, if it begins no further down than DEEP.
PATIENCE = 150
DEEP = 1_000


@dataclass(frozen=True, slots=True)
class FeedPage:
    found: Found[FeedItem]
    counts: Counts


class _Look(NamedTuple):
    store: Feeds
    env: str
    feed: Feed
    wanted: FeedFilter
    span: Span
    size: int
    data_of: DataOf
    now: datetime

    def items(self, span: Span, chunk: int) -> Iterator[FeedItem]:
        return self.due(self.store.items(self.env, self.feed, span, chunk))

    def settled(self, span: Span) -> Iterator[FeedItem]:
        """What a fold may count."""
        return self.store.items(self.env, self.feed, span, CHUNK, consistent=True)

    def due(self, items: Iterable[FeedItem]) -> Iterator[FeedItem]:
        """Without those that wait for their send window: they lie on top, under ids of the time at which they come."""
        return (item for item in items if item.is_due(self.now))

    @property
    def shows(self) -> Callable[[FeedItem], bool]:
        return self.wanted.matcher(self.data_of)


def read_feed(
    store: Feeds,
    env: str,
    feed: Feed,
    wanted: FeedFilter,
    span: Span,
    size: int,
    now: datetime,
    data_of: DataOf,
) -> FeedPage:
    look = _Look(store, env, feed, wanted, span, size, data_of, now)
    if not wanted.messages.is_by_facet and query_of(wanted.messages) is None:
        return _counted_by_reading(look)
    is_top = span == Span()
    newest = store.newest(env, feed, size + 1 if is_top else 1)
    counters = _folded(look, newest)
    uncounted, top = _split(look.due(chain(newest.items, newest.rest)), counters)
    counts = (counters.folding(uncounted[::-1]) if uncounted else counters).counts(wanted)
    if counts is None:
        return _counted_by_reading(look)
    found = _collected(look, top, counts.total) if is_top else _found_further(look, counts.total)
    return FeedPage(found, counts)


def _split(rows: Iterator[FeedItem], counters: FeedCounters) -> tuple[list[FeedItem], Iterator[FeedItem]]:
    """The items that the counters do not know, and an iterator over all from the top, those included."""
    read: list[FeedItem] = []
    for item in rows:
        read.append(item)
        if item.id <= counters.high:
            break
    return [item for item in read if item.id > counters.high], chain(read, rows)


def _folded(look: _Look, newest: Newest) -> FeedCounters:
    """The counters, moved up over what is settled, with what is to be remembered of the query."""
    counters, horizon = newest.counters, earliest_ksuid(look.now - SETTLED_AFTER)
    if _has_just_changed(counters, look.now):
        return counters
    uncounted = [item for item in newest.items if item.id > counters.high]
    nothing_settled = uncounted and uncounted[-1].id > horizon and len(uncounted) < len(newest.items)
    if uncounted and not nothing_settled:
        counters = _moved_up(look, counters.asked(look.wanted), horizon)
    return _caught_up(look, counters.asked(look.wanted))


def _has_just_changed(counters: FeedCounters, now: datetime) -> bool:
    return counters.changed_at is not None and now - counters.changed_at < VISIBLE_AFTER


def _moved_up(look: _Look, counters: FeedCounters, horizon: str) -> FeedCounters:
    """As far as `horizon`. Where a fold loses to another write, they stay as they are."""
    settled = look.settled(Span(above=counters.high, below=horizon, newest_first=False))
    while step := list(islice(settled, FOLD_STEP)):
        try:
            counters = look.store.fold(look.env, look.feed, counters.folding(step), step[-1].id)
        except ConflictError:
            break
    return counters


def _caught_up(look: _Look, counters: FeedCounters) -> FeedCounters:
    """With the query brought up to where the counters are: by its first ask, which reads the feed once, and by others
    where that was broken off. A step that loses to another write is dropped."""
    lagging, end = counters.lagging(look.wanted), counters.high
    if lagging is None:
        return counters
    items = look.settled(Span(above=lagging.high, newest_first=False))
    behind = takewhile(lambda item: item.id <= end, items)
    while counters.lagging(look.wanted):
        step = list(islice(behind, FOLD_STEP))
        high = step[-1].id if len(step) == FOLD_STEP else end
        following = counters.catching_up(lagging.query, high, step)
        if not step:
            return following
        try:
            counters = look.store.fold(look.env, look.feed, following, step[-1].id)
        except ConflictError:
            break
    return counters


def _collected(look: _Look, rows: Iterator[FeedItem], left: int, limit: int | None = None) -> Found[FeedItem]:
    """A page, where the list from here on has `left` items: with the last of them, nothing more is read."""
    if not left:
        return Found([])
    return collect(rows, look.shows, min(look.size, left - 1), attrgetter("id"), limit)


def _found_further(look: _Look, total: int) -> Found[FeedItem]:
    """A page that begins at a cursor. How many of all lie behind it is only asked when the page does not fill."""
    rows = look.items(look.span, look.size + 1)
    first = _collected(look, rows, total, PATIENCE)
    if first.stopped_at is None:
        return first
    left = total - _passed(look) - len(first.items)
    limit = READ_LIMIT if first.items else None
    rest = _collected(look._replace(size=look.size - len(first.items)), rows, max(0, left), limit)
    return Found([*first.items, *rest.items], rest.stopped_at)


def _passed(look: _Look) -> int:
    """How many items the pages before this one have shown, the cursor's own included; none when they are too many
    to read again, which leaves the page to what `collect` reads at most."""
    from_its_end = look.items(Span(newest_first=look.span.newest_first), look.size + 1)
    before = takewhile(lambda item: not look.span.holds(item.id), from_its_end)
    found = collect(before, look.shows, DEEP, attrgetter("id"), DEEP)
    return 0 if found.stopped_at else len(found.items)


def _counted_by_reading(look: _Look) -> FeedPage:
    """Reads all of the feed (within `inserted_at`), once, for the counts and the page."""
    span = Span(newest_first=look.span.newest_first)
    everything = look.items(look.wanted.messages.inserted.narrow(span, earliest_ksuid), CHUNK)
    states, page = Counter[ItemState](), list[FeedItem]()
    for item in filter(look.shows, everything):
        states[state_of(item)] += 1
        if look.span.holds(item.id) and len(page) <= look.size:
            page.append(item)
    return FeedPage(Found(page), counts_of(states.items()))
