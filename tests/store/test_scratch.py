"""A table that is written on without being changed: it reads as if it had been, page by page."""

import inspect
from itertools import product
from typing import Any

import pytest

from tocsin.store.payloads import Payloads
from tocsin.store.scratch import ScratchPayloads, ScratchTable
from tocsin.store.table import ABSENT, Check, Delete, Item, Put, Table

BENEATH = ("a", "b1", "b2", "b3", "c", "d")


def row(sk: str, **attributes: object) -> Item:
    return {"pk": "p", "sk": sk, "ipk": "i", "isk": sk[0], **attributes}


@pytest.fixture
def scratch(table: Table) -> ScratchTable:
    """Over six rows; two of them are gone, one has changed, and three are new."""
    table.put_all([row(name) for name in BENEATH])
    scratch = ScratchTable(table)
    scratch.delete(Delete(("p", "b2")))
    scratch.delete_all([("p", "d")])
    scratch.put(Put(row("b1", changed=True)))
    scratch.put_all([row("b25"), row("e")])
    scratch.transact([Put(row("0"), ABSENT), Check(("p", "a"), ABSENT), Delete(("p", "nobody"))])
    return scratch


NOW = ("0", "a", "b1", "b25", "b3", "c", "e")


def pages(table: Table, **bounds: Any) -> list[Item]:
    """All rows, in pages of the size that is asked for."""
    rows: list[Item] = []
    start: Item | None = None
    while True:
        page = table.query(start=start, **bounds)
        limit = bounds.get("limit")
        assert limit is None or len(page.items) <= limit
        rows += page.items
        start = page.last
        if start is None:
            return rows


def test_one_row_reads_as_it_was_written_last(scratch: ScratchTable, table: Table) -> None:
    assert scratch.get(("p", "b1")) == row("b1", changed=True)
    assert scratch.get(("p", "b2")) is None
    assert scratch.get(("p", "a")) == row("a")
    names = [("p", name) for name in (*BENEATH, *NOW, "nobody")]
    assert {sk for _, sk in scratch.batch_get(names)} == set(NOW)
    assert scratch.delete(Delete(("p", "a"))) is True
    assert scratch.delete(Delete(("p", "a"))) is False


def test_a_row_comes_back_as_a_table_would_give_it(scratch: ScratchTable) -> None:
    scratch.put(Put(row("f", nothing=None, many=("x", 1))))
    assert scratch.get(("p", "f")) == row("f", many=["x", 1])


@pytest.mark.parametrize("limit", [None, 1, 2, 3])
def test_a_query_finds_what_would_be_there_in_order_whatever_its_pages(
    scratch: ScratchTable, limit: int | None
) -> None:
    for descending, bounds in product(
        (False, True),
        ({}, {"prefix": "b"}, {"after": "a"}, {"before": "b3"}, {"after": "b1", "before": "c"}),
    ):
        found = pages(scratch, partition="p", descending=descending, limit=limit, **bounds)
        expected = [name for name in NOW if _is_within(name, **bounds)]
        assert [one["sk"] for one in found] == (expected[::-1] if descending else expected)


def _is_within(name: str, prefix: str = "", after: str = "", before: str = "~") -> bool:
    return name.startswith(prefix) and after < name < before


@pytest.mark.parametrize("descending", [False, True])
def test_an_index_is_read_in_the_same_way(scratch: ScratchTable, descending: bool) -> None:
    """Some rows share their place in the index: each comes once."""
    found = pages(scratch, partition="i", index=True, limit=2, descending=descending)
    assert sorted(one["sk"] for one in found) == sorted(NOW)
    places = [one["isk"] for one in found]
    assert places == sorted(places, reverse=descending)


def test_the_table_beneath_stays_as_it_was(scratch: ScratchTable, table: Table) -> None:
    assert table.query_all("p") == [row(name) for name in BENEATH]


def test_no_verb_of_the_table_is_left_that_would_write() -> None:
    """A new one must be told what it means on scratch."""
    verbs = {name for name, _ in inspect.getmembers(Table, inspect.isfunction) if not name.startswith("_")}
    assert verbs - vars(ScratchTable).keys() == {"query_all"}


class Storage:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, body: bytes) -> None:
        self.objects[key] = body

    def get(self, key: str) -> bytes:
        return self.objects[key]


def test_large_values_of_others_are_read_and_ours_are_stored_nowhere() -> None:
    storage = Storage()
    payloads, large = Payloads(storage), "x" * 200_000
    packed = payloads.pack("theirs", large)
    scratch = ScratchPayloads(payloads)

    assert scratch.unpack(packed) == large
    assert scratch.unpack(scratch.pack("ours", large)) == large
    assert len(storage.objects) == 1
    with pytest.raises(LookupError, match="cannot be read from here"):
        ScratchPayloads(None).unpack(packed)
