"""One look at a feed: a page of items and the counts of all that the query shows.

`store/feeds.py` says why the counts are exact. Queries about marks alone are answered from the counters; any other
reads the whole feed to count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from operator import attrgetter

from tocsin.domain.errors import ConflictError
from tocsin.domain.feed import Counts, Feed, FeedCounters, FeedFilter, Newest, Tally, state_of
from tocsin.domain.ids import earliest_ksuid
from tocsin.domain.listing import Found, Span, collect
from tocsin.domain.message_filter import DataOf
from tocsin.domain.messages import Message
from tocsin.usecases.ports import Feeds

# A message is stored within a minute of the time in its id (the run_steps function's timeout, and clocks that differ).
SETTLED_AFTER = timedelta(minutes=2)
# So much is counted before it is saved: a feed that nobody has looked at for years is folded in over several requests.
FOLD_STEP = 2_000
CHUNK = 200


@dataclass(frozen=True, slots=True)
class FeedPage:
    found: Found[Message]
    counts: Counts


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
    if not wanted.is_by_state:
        return _counted_by_reading(store, env, feed, wanted, span, size, data_of)
    is_top = span == Span()
    newest = store.newest(env, feed, size + 1 if is_top else 1)
    counters = _folded(store, env, feed, newest, now)
    uncounted, top = _split(newest, counters)
    rows = top if is_top else store.items(env, feed, span, size + 1)
    found = collect(rows, lambda item: wanted.shows(state_of(item)), size, attrgetter("id"))
    return FeedPage(found, counters.tally.plus(uncounted).counts(wanted))


def _split(newest: Newest, counters: FeedCounters) -> tuple[list[Message], Iterator[Message]]:
    """The items that the counters do not know, and an iterator over all from the top, those included."""
    rows = chain(newest.items, newest.rest)
    read: list[Message] = []
    for item in rows:
        read.append(item)
        if item.id <= counters.high:
            break
    return [item for item in read if item.id > counters.high], chain(read, rows)


def _folded(store: Feeds, env: str, feed: Feed, newest: Newest, now: datetime) -> FeedCounters:
    """The counters, moved up over what is settled. Where a fold loses to another write, they stay as they are."""
    counters, horizon = newest.counters, earliest_ksuid(now - SETTLED_AFTER)
    uncounted = [item for item in newest.items if item.id > counters.high]
    nothing_settled = uncounted and uncounted[-1].id > horizon and len(uncounted) < len(newest.items)
    if not uncounted or nothing_settled:
        return counters
    span = Span(above=counters.high, below=horizon, newest_first=False)
    settled = store.items(env, feed, span, CHUNK, consistent=True)
    while step := list(islice(settled, FOLD_STEP)):
        try:
            counters = store.fold(env, feed, counters.folding(step))
        except ConflictError:
            break
    return counters


def _counted_by_reading(
    store: Feeds, env: str, feed: Feed, wanted: FeedFilter, span: Span, size: int, data_of: DataOf
) -> FeedPage:
    """Reads all of the feed (within `inserted_at`) for the counts, then the page."""
    inserted = wanted.messages.inserted
    everything = store.items(env, feed, inserted.narrow(Span(), earliest_ksuid), CHUNK)
    tally = Tally().plus(item for item in everything if wanted.messages.matches(item, data_of))
    rows = store.items(env, feed, inserted.narrow(span, earliest_ksuid), size + 1)
    found = collect(rows, lambda item: wanted.matches(item, data_of), size, attrgetter("id"))
    return FeedPage(found, tally.counts(wanted))
