"""Whatever happens to a feed, in whatever order: its counts are those of a plain recount, for every filter."""

from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.feeds import DATA_FILTERS, EVERY_FILTER, LARGE, ORDINARY, VAST, Reader
from tests.builders.messages import START
from tocsin.domain.feed import FeedFilter
from tocsin.domain.messages import Mark, marked, unmarked
from tocsin.store.table import Table

# Two of these have no room beside each other in a counters row: from then on it keeps one sum.
TENANTS = st.sampled_from([None, "acme", "other", "a" * 4_000, "b" * 4_000])
WORKFLOWS = st.sampled_from(["welcome", "billing"])
CATEGORIES = st.sampled_from([(), ("a",), ("a", "b")])
DATA = st.sampled_from([*ORDINARY, LARGE, VAST])
PLACES = st.integers(0, 20)
MARKS = st.sampled_from([Mark.SEEN, Mark.READ, Mark.ARCHIVED])
CHANGES = st.sampled_from([marked, unmarked])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("receives"), st.integers(0, 300), TENANTS, WORKFLOWS, CATEGORIES, DATA),
        st.tuples(st.just("marks"), PLACES, CHANGES, MARKS),
        st.tuples(st.just("marks_many"), st.lists(PLACES, max_size=8), CHANGES, MARKS),
        st.tuples(st.just("looks"), st.sampled_from(EVERY_FILTER)),
        st.tuples(st.just("looks"), st.sampled_from(DATA_FILTERS)),
        st.tuples(st.just("waits"), st.integers(1, 300)),
        st.tuples(st.just("takes_over"), TENANTS, WORKFLOWS, DATA),
        st.tuples(st.just("is_deleted")),
    ),
    max_size=20,
)


class Life:
    """A reader's, with a clock. Messages are named by their place in the order in which they came."""

    def __init__(self, table: Table) -> None:
        self.reader = Reader(table)
        self.now = START
        self.ids: list[str] = []
        self._numbers = count()

    def _receive(self, reader: Reader, age: timedelta, **fields: Any) -> None:
        self.ids.append(reader.receives(next(self._numbers), at=self.now - age, **fields))

    def receives(
        self, age: int, tenant: str | None, workflow: str, categories: tuple[str, ...], data: dict[str, Any]
    ) -> None:
        # Stored up to half a minute after the time in its id: the order of ids is not that of arrival.
        lag = timedelta(milliseconds=100 * age)
        self._receive(self.reader, lag, tenant=tenant, workflow=workflow, categories=categories, data=data)

    def marks(self, place: int, change: Any, mark: Mark) -> None:
        if self.ids:
            self.reader.changes(self.ids[place % len(self.ids)], partial(change, mark=mark, now=self.now))

    def marks_many(self, places: list[int], change: Any, mark: Mark) -> None:
        if self.ids:
            ids = [self.ids[place % len(self.ids)] for place in places]
            self.reader.changes_all(ids, partial(change, mark=mark, now=self.now))

    def looks(self, wanted: FeedFilter) -> None:
        assert self.reader.looks(wanted, now=self.now).counts == self.reader.recount(wanted)

    def waits(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def takes_over(self, tenant: str | None, workflow: str, data: dict[str, Any]) -> None:
        """One whose older message lies among those counted here, or above them, as it comes."""
        other = Reader(self.reader.table)
        for age in (1, 200):
            self._receive(other, timedelta(seconds=age), tenant=tenant, workflow=workflow, data=data)
        other.looks(now=self.now)
        other.changes(self.ids[-1], partial(marked, mark=Mark.SEEN, now=self.now))
        self.reader.takes_over(other, now=self.now)

    def is_deleted(self) -> None:
        self.reader.is_deleted()
        self.ids.clear()


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_counts_equal_a_recount_after_anything(table: Table, steps: list[tuple[Any, ...]]) -> None:
    life = Life(table)
    for verb, *arguments in steps:
        getattr(life, verb)(*arguments)
    life.looks(FeedFilter())
    assert life.reader.agrees()
