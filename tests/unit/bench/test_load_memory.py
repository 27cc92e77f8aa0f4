"""The table in memory answers as DynamoDB does, as far as the store asks."""

from typing import Any

import pytest

from bench.load import seeds
from bench.load.memory import Memory
from bench.load.reads import feed, listing
from tocsin.store.table import Table

PK = "feed"


@pytest.fixture
def table() -> Table:
    return seeds.in_memory(Memory())


def put(table: Table, *sort_keys: str, **more: Any) -> None:
    table.put_all([{"pk": PK, "sk": sk, **more} for sk in sort_keys])


def found(page: Any) -> list[str]:
    return [item["sk"] for item in page.items]


def test_a_query_finds_what_begins_so_in_order(table: Table) -> None:
    put(table, "b#2", "a#1", "b#1", "c#1")
    assert found(table.query(PK, prefix="b#")) == ["b#1", "b#2"]
    assert found(table.query(PK, prefix="b#", descending=True)) == ["b#2", "b#1"]


def test_a_page_that_is_not_the_last_says_where_it_ended(table: Table) -> None:
    put(table, "b#1", "b#2", "b#3")
    first, whole = table.query(PK, prefix="b#", limit=2), table.query(PK, prefix="b#", limit=3)
    assert (found(first), first.last is not None) == (["b#1", "b#2"], True)
    assert (found(whole), whole.last is not None) == (["b#1", "b#2", "b#3"], False)


def test_what_is_written_later_is_found_and_what_is_replaced_is_there_once(table: Table) -> None:
    put(table, "b#1")
    table.query(PK, prefix="b#")
    put(table, "b#0", "b#1", body="new")
    page = table.query(PK, prefix="b#")
    assert [(item["sk"], item["body"]) for item in page.items] == [("b#0", "new"), ("b#1", "new")]


def test_a_page_costs_as_much_of_a_long_feed_as_of_a_short_one() -> None:
    units_and_calls = slice(2)
    assert feed(3_000)[units_and_calls] == feed(100)[units_and_calls]
    assert listing(3_000)[units_and_calls] == listing(100)[units_and_calls]
