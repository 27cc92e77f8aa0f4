"""Queries about data that a feed was asked before: counted on by whatever happens to it, and never wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.builders.feeds import LARGE, LATER, SHARDS, VAST, Reader
from tests.builders.messages import ENV
from tocsin.domain.feed import Counts, FeedFilter
from tocsin.domain.feed_counters import MOST_REMEMBERED
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Mark
from tocsin.store.message_lists import MessageListStore
from tocsin.store.messages import MessageStore
from tocsin.store.table import Table
from tocsin.usecases import read_feed as looking
from tocsin.usecases.delete_messages import delete_messages
from tocsin.usecases.mark_messages import MarkPorts

MUCH_LATER = LATER + timedelta(minutes=5)


def asking(data: dict[str, Any], **fields: Any) -> FeedFilter:
    return FeedFilter(messages=MessageFilter(trigger_data=data, **fields))


ONES = asking({"n": 1})


@pytest.fixture
def reader(table: Table) -> Reader:
    """Six items, every other with `n` 1: counted, but not by that yet."""
    reader = Reader(table)
    reader.receives_many({"data": {"n": number % 2}} for number in range(6))
    reader.looks()
    return reader


def _delete(reader: Reader, *message_ids: str) -> None:
    messages = MessageStore(reader.table, reader.payloads, SHARDS)
    lists = MessageListStore(reader.table, SHARDS)
    ports = MarkPorts(lists, messages, reader.store, clock=lambda: LATER)
    delete_messages(ports, ENV, message_ids)


def test_the_second_ask_reads_no_more_than_a_page_and_writes_nothing(reader: Reader) -> None:
    assert reader.looks(ONES).counts == Counts(3, 3, 3)
    reader.table.queries = reader.table.writes = 0
    assert reader.looks(ONES).counts == Counts(3, 3, 3)
    assert (reader.table.queries, reader.table.writes) == (1, 0)


def test_it_is_counted_on_by_marks_folds_deletions_and_merges(reader: Reader) -> None:
    reader.looks(ONES)
    ones = [item.id for item in reader.items() if item.data == {"n": 1}]
    reader.marks(ones[0])
    _delete(reader, ones[1])
    other = Reader(reader.table)
    other.receives(2, data={"n": 1})
    reader.takes_over(other)
    reader.receives(10, data={"n": 1})
    reader.looks(now=MUCH_LATER)
    reader.table.queries = reader.table.writes = 0
    assert reader.looks(ONES, now=MUCH_LATER).counts == Counts(4, 3, 4)
    assert (reader.table.queries, reader.table.writes, reader.folded()) == (1, 0, 7)
    assert reader.agrees(MUCH_LATER)


def test_a_feed_is_caught_up_with_in_steps_that_are_kept(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second step meets a mark; what the first has counted need not be read again."""
    monkeypatch.setattr(looking, "FOLD_STEP", 2)
    newest = reader.items()[-1].id
    colleague = reader.colleague()

    def after_the_first_step() -> None:
        reader.table.before_write = lambda: colleague.marks(newest)

    reader.table.before_write = after_the_first_step
    assert reader.looks(ONES).counts == Counts(3, 2, 3)
    [begun] = reader.store.newest(ENV, reader.feed, 1).counters.remembered
    assert begun.high == reader.items()[1].id
    assert reader.looks(ONES, now=MUCH_LATER).counts == Counts(3, 2, 3)
    [done] = reader.store.newest(ENV, reader.feed, 1).counters.remembered
    assert done.high == newest
    assert reader.agrees(MUCH_LATER)


EVENTS: dict[str, Callable[[Reader, str], object]] = {
    "mark": lambda reader, item: reader.marks(item, Mark.SEEN),
    "deletion": _delete,
    "look": lambda reader, item: reader.looks(ONES),
    "other question": lambda reader, item: reader.looks(asking({"n": 0})),
    "merge": lambda reader, item: reader.takes_over(_somebody(reader)),
}


def _somebody(reader: Reader) -> Reader:
    other = Reader(reader.table)
    other.receives(0, data={"n": 1})
    return other


@pytest.mark.parametrize("event", EVENTS)
def test_what_meets_the_first_ask_counts(reader: Reader, event: str) -> None:
    item = reader.items()[1].id
    reader.table.before_write = lambda: EVENTS[event](reader.colleague(), item)
    reader.looks(ONES)
    assert reader.agrees()
    assert reader.looks(ONES, now=MUCH_LATER).counts == reader.recount(ONES)
    assert reader.agrees(MUCH_LATER)


def test_a_change_that_may_not_be_visible_whole_keeps_the_query_from_being_counted(reader: Reader) -> None:
    """The counters may show a mark before its item does, wherever in the feed that lies."""
    reader.marks(reader.items()[1].id)
    assert reader.looks(ONES).counts == Counts(3, 2, 3)
    assert reader.remembered() == []
    reader.looks(ONES, now=LATER + looking.VISIBLE_AFTER)
    assert len(reader.remembered()) == 1


def test_rows_tell_what_large_data_has_at_its_top(reader: Reader) -> None:
    reader.receives(10, data=LARGE)
    [row] = [item for item in reader.items() if item.data is None]
    assert row.traits == {"n": 1, "project": "x"}
    assert reader.looks(ONES).counts == Counts(4, 4, 4)
    assert len(reader.remembered()) == 1
    reader.marks(row.id)
    reader.marks(row.id, Mark.SEEN)
    assert reader.looks(ONES).counts == Counts(4, 3, 3)
    assert len(reader.remembered()) == 1
    assert reader.agrees()


@pytest.mark.parametrize("comes_first", [True, False])
def test_what_an_item_is_in_whose_row_does_not_tell_is_counted_by_reading(
    reader: Reader, comes_first: bool
) -> None:
    if not comes_first:
        reader.looks(ONES)
    item = reader.receives(10, data=VAST)
    assert reader.looks(ONES).counts == Counts(4, 4, 4)
    reader.marks(item)
    assert reader.looks(ONES, now=MUCH_LATER).counts == Counts(4, 3, 4)
    assert reader.remembered() == []


def test_the_query_that_was_not_asked_for_longest_goes(reader: Reader) -> None:
    queries = [asking({"n": number}) for number in range(MOST_REMEMBERED + 1)]
    for query in queries[:-1]:
        reader.looks(query)
    reader.receives(10)
    reader.looks(queries[0])
    reader.looks(queries[-1])
    assert reader.remembered() == [f'{{"data":{{"n":{number}}}}}' for number in (8, 0, 7, 6, 5, 4, 3, 2)]
    assert reader.agrees()


def test_a_feed_of_too_many_facets_remembers_which_it_was_asked_for(reader: Reader) -> None:
    reader = Reader(reader.table)
    reader.receives_many({"tenant": f"{number:0200d}"} for number in range(40))
    of_seventh = FeedFilter(messages=MessageFilter(tenant=f"{7:0200d}", has_tenant=True))
    assert reader.looks(of_seventh).counts == Counts(1, 1, 1)
    assert not reader.knows_facets()
    reader.table.queries = reader.table.writes = 0
    assert reader.looks(of_seventh).counts == Counts(1, 1, 1)
    assert (reader.table.queries, reader.table.writes) == (1, 0)
    assert len(reader.remembered()) == 1
    assert reader.agrees()
