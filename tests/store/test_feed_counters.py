"""Counters of a feed equal a recount of its items, whatever meets whatever."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.builders.feeds import LATER, SHARDS, Reader
from tests.builders.messages import ENV, START
from tocsin.domain.errors import ConflictError
from tocsin.domain.feed import Counts, FeedFilter
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Mark, marked
from tocsin.domain.recipients import Recipient
from tocsin.store import keys
from tocsin.store.message_lists import MessageListStore
from tocsin.store.recipients import RecipientStore
from tocsin.store.table import Table
from tocsin.usecases import read_feed as looking


@pytest.fixture
def reader(table: Table) -> Reader:
    return Reader(table)


def test_a_feed_that_nobody_looked_at_is_folded_in_steps(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "FOLD_STEP", 100)
    for number in range(250):
        reader.receives(number)
    page = reader.looks(size=10)
    assert page.counts == Counts(250, 250, 250)
    assert len(page.found.items) == 11
    assert reader.folded() == 250
    assert reader.table.writes == 3


def test_looking_at_what_is_folded_costs_one_query_and_no_write(reader: Reader) -> None:
    for number in range(5):
        reader.receives(number)
    reader.looks()
    reader.table.queries = reader.table.writes = 0
    assert reader.looks().counts == Counts(5, 5, 5)
    assert (reader.table.queries, reader.table.writes) == (1, 0)


def test_what_is_young_is_counted_but_not_folded(reader: Reader) -> None:
    """A run that was slow may still store a message with an earlier time in its id."""
    reader.receives(10)
    a_second_later = START + timedelta(minutes=10, seconds=1)
    assert reader.looks(now=a_second_later).counts.total == 1
    assert reader.folded() == 0
    reader.receives(0, at=START + timedelta(minutes=10, seconds=-20))
    assert reader.looks(now=a_second_later).counts.total == 2
    assert reader.looks().counts.total == 2
    assert reader.folded() == 2


def test_young_items_on_top_do_not_keep_old_ones_from_being_folded(reader: Reader) -> None:
    for number in range(30):
        reader.receives(number)
    for second in range(12):
        reader.receives(0, at=LATER + timedelta(seconds=second))
    assert reader.looks(size=5).counts.total == 42
    assert reader.folded() == 30


@pytest.mark.parametrize("folded", [True, False])
def test_marks_of_one_item_at_once_both_count(reader: Reader, folded: bool) -> None:
    item = reader.receives(1)
    if folded:
        reader.looks()
    reader.table.before_write = lambda: reader.colleague().marks(item, Mark.SEEN)
    message = reader.marks(item, Mark.READ)
    assert set(message.marks) == {Mark.SEEN, Mark.READ}
    assert [event.type for event in message.events] == ["created", "seen", "read"]
    assert reader.agrees()


@pytest.mark.parametrize("folded", [True, False])
def test_marks_of_two_items_at_once_both_count(reader: Reader, folded: bool) -> None:
    one, two = reader.receives(1), reader.receives(2)
    if folded:
        reader.looks()
    reader.table.before_write = lambda: reader.colleague().marks(two)
    reader.marks(one)
    assert reader.agrees()
    assert reader.looks().counts == Counts(2, 0, 2)


def test_a_fold_that_meets_a_mark_gives_way(reader: Reader) -> None:
    item = reader.receives(1)
    reader.table.before_write = lambda: reader.colleague().marks(item)
    assert reader.looks().counts.total == 1
    assert reader.folded() == 0
    assert reader.agrees()
    assert reader.looks().counts == Counts(1, 0, 1)


def test_a_fold_that_meets_a_mark_above_its_high_water_gives_way(reader: Reader) -> None:
    reader.receives(1)
    reader.looks()
    new = reader.receives(2)
    reader.table.before_write = lambda: reader.colleague().marks(new)
    reader.looks()
    assert reader.folded() == 1
    assert reader.agrees()
    assert reader.folded() == 1, "the mark may not be visible whole yet"
    reader.looks(now=LATER + looking.VISIBLE_AFTER)
    assert reader.folded() == 2


@pytest.mark.parametrize("folded", [True, False])
def test_a_mark_that_meets_a_fold_counts_on_top_of_it(reader: Reader, folded: bool) -> None:
    reader.receives(1)
    if folded:
        reader.looks()
    item = reader.receives(2)
    reader.table.before_write = lambda: reader.colleague().looks()
    reader.marks(item)
    assert reader.folded() == 2
    assert reader.agrees()


def test_of_two_folds_at_once_one_is_enough(reader: Reader) -> None:
    reader.receives(1)
    reader.table.before_write = lambda: reader.colleague().looks()
    assert reader.looks().counts.total == 1
    assert reader.folded() == 1
    assert reader.agrees()


def test_a_fold_does_not_outlive_the_recipient(reader: Reader) -> None:
    reader.receives(1)
    reader.table.before_write = reader.colleague().is_deleted
    reader.looks()
    assert reader.table.query_all(keys.recipient(ENV, reader.ref.collection, reader.ref.id)) == []
    reader.receives(2)
    assert reader.agrees()


def test_a_fold_or_mark_during_a_deletion_is_deleted_too(reader: Reader) -> None:
    RecipientStore(reader.table, 2).put(ENV, Recipient(reader.ref, START, START))
    item = reader.receives(1)

    def meanwhile() -> None:
        reader.colleague().looks()
        reader.colleague().marks(item)

    reader.table.before_write = meanwhile
    reader.is_deleted()
    assert reader.table.query_all(keys.recipient(ENV, reader.ref.collection, reader.ref.id)) == []


def test_a_mark_of_a_message_that_is_deleted_meanwhile_brings_nothing_back(reader: Reader) -> None:
    item = reader.receives(1)
    before = replace(reader.items()[0])
    reader.is_deleted()
    with pytest.raises(ConflictError):
        reader.store.save_marked(ENV, [(before, marked(before, Mark.READ, LATER))])
    assert reader.items() == []
    assert MessageListStore(reader.table, SHARDS).find(ENV, item) is None


def _tenants(first: int, count: int) -> list[dict[str, Any]]:
    """Twenty of them have room in a counters row, twice as many have none."""
    return [{"tenant": f"{number:0300d}"} for number in range(first, first + count)]


def test_a_feed_of_too_many_facets_goes_on_counting_exactly(reader: Reader) -> None:
    ids = reader.receives_many(_tenants(0, 40))
    seventh = _tenants(7, 1)[0]
    of_seventh = FeedFilter(messages=MessageFilter(**seventh))
    assert reader.looks().counts == Counts(40, 40, 40)
    assert (reader.folded(), reader.knows_facets()) == (40, False)
    reader.changes_all(ids[5:25], partial(marked, mark=Mark.READ, now=LATER))
    assert reader.looks(of_seventh).counts == Counts(1, 0, 1)
    reader.receives(200, **seventh)
    assert reader.looks(of_seventh, now=LATER + looking.VISIBLE_AFTER).counts == Counts(2, 1, 2)
    assert (reader.folded(), reader.knows_facets()) == (41, False)
    assert reader.agrees()


def test_a_feed_becomes_one_of_too_many_facets_by_a_merge_too(reader: Reader) -> None:
    other = Reader(reader.table)
    for one, first in ((reader, 0), (other, 20)):
        one.receives_many(_tenants(first, 20))
        one.looks()
        assert one.knows_facets()
    reader.takes_over(other)
    assert not reader.knows_facets()
    assert reader.agrees()
    assert reader.agrees(LATER + looking.VISIBLE_AFTER)
    assert reader.folded() == 40
