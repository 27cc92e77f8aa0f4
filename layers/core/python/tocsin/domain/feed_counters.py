"""What a feed's counters know of its items, and how that follows from what happens to them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tocsin.domain.feed import Counts, FeedFilter, Tally
from tocsin.domain.listed import FeedItem, Listed
from tocsin.domain.remembered import Remembered, query_of

# Every mark writes what is remembered, and every fold counts it.
MOST_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class FeedCounters:
    """The tally of all items up to and including `high`; what is above has not been counted yet.

    `changed_at` is when an item was last marked, taken away or brought here. `remembered` begins with the query that
    was asked last; one whose own `high` is lower has not caught up yet.
    """

    high: str = ""
    tally: Tally = field(default_factory=Tally)
    version: int = 0
    changed_at: datetime | None = None
    remembered: tuple[Remembered, ...] = ()

    def counts(self, wanted: FeedFilter) -> Counts | None:
        """Of the items up to `high`; None where only reading tells."""
        if self.tally.answers(wanted):
            return self.tally.counts(wanted)
        known = self.remembering(wanted)
        return known.counts(wanted) if known and known.high == self.high else None

    def remembering(self, wanted: FeedFilter) -> Remembered | None:
        query = query_of(wanted.messages)
        return next((one for one in self.remembered if one.query == query), None)

    def asked(self, wanted: FeedFilter) -> "FeedCounters":
        """With the query to be remembered, if the tally cannot answer it, instead of what was not asked for longest."""
        query = query_of(wanted.messages)
        if query is None or self.tally.answers(wanted):
            return self
        known = self.remembering(wanted) or Remembered(query)
        others = (one for one in self.remembered if one.query != query)
        return replace(self, remembered=(known, *others)[:MOST_REMEMBERED])

    def lagging(self, wanted: FeedFilter) -> Remembered | None:
        """What is remembered of the query, if it is needed and has not caught up with `high`."""
        known = None if self.tally.answers(wanted) else self.remembering(wanted)
        return known if known and known.high < self.high else None

    def catching_up(self, query: str, high: str, messages: Sequence[Listed]) -> "FeedCounters":
        """With all items counted for the query that lie between where it was and `high`."""
        remembered = (one.reaching(high, messages) if one.query == query else one for one in self.remembered)
        return replace(self, remembered=tuple(remembered))

    def folding(self, messages: Sequence[Listed]) -> "FeedCounters":
        """With the next items above `high` counted in, oldest first. A query that lags behind is left there."""
        high = messages[-1].id
        remembered = (
            one.reaching(high, messages) if one.high == self.high else one for one in self.remembered
        )
        return replace(self, high=high, tally=self.tally.plus(messages), remembered=tuple(remembered))

    def changed(
        self, at: datetime, gone: Sequence[Listed] = (), come: Sequence[Listed] = ()
    ) -> "FeedCounters":
        """After messages went or came; one that was marked goes as it was and comes as it is. Those above `high` are
        counted when it passes them."""
        tally = self.tally.plus(self._counted(gone), by=-1).plus(self._counted(come))
        remembered = tuple(one.changed(gone, come) for one in self.remembered)
        return replace(self, tally=tally, changed_at=at, remembered=remembered)

    def _counted(self, messages: Iterable[Listed]) -> Iterator[Listed]:
        return (message for message in messages if message.id <= self.high)


@dataclass(frozen=True, slots=True)
class Newest:
    """The top of a feed as one read gives it. `rest` reads on below `items` when it is asked."""

    counters: FeedCounters
    items: Sequence[FeedItem]
    rest: Iterator[FeedItem]
