"""Rows that are read together: what a reading will ask for is found out by asking, and costs one call."""

from collections.abc import Callable, Iterable

import pytest

from tocsin.domain.errors import ConflictError
from tocsin.store.foreseen import ForeseenTable, NotingTable, over
from tocsin.store.scratch import ScratchTable
from tocsin.store.table import ABSENT, Check, Delete, Item, Key, Put, Table


class Counted(ScratchTable):
    """In memory; knows what it was asked for, call by call."""

    def __init__(self) -> None:
        super().__init__(NotingTable())
        self.calls: list[set[Key]] = []

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        self.calls.append({key})
        return super().get(key, consistent=consistent)

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Item]:
        wanted = set(keys)
        self.calls.append(wanted)
        return super().batch_get(wanted, consistent=consistent)


class Letters:
    """A store, such as all are."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def one(self, name: str) -> str | None:
        row = self._table.get(("letters", name), consistent=True)
        return row["text"] if row else None

    def some(self, *names: str) -> list[str]:
        rows = self._table.batch_get((("letters", name) for name in names), consistent=True)
        return sorted(row["text"] for row in rows.values())


@pytest.fixture
def table() -> Counted:
    table = Counted()
    for name in "abcd":
        table.put(Put({"pk": "letters", "sk": name, "text": name.upper()}))
    return table


def foreseen(table: Table, *names: str) -> Letters:
    noted = NotingTable()
    over(Letters(table), noted).some(*names)
    return over(Letters(table), ForeseenTable(table, noted.keys))


def test_what_was_foreseen_is_one_call_however_it_is_asked_for(table: Counted) -> None:
    letters = foreseen(table, "a", "b")

    assert (letters.one("a"), letters.one("b"), letters.some("a", "b")) == ("A", "B", ["A", "B"])
    assert table.calls == [{("letters", "a"), ("letters", "b")}]


def test_what_is_known_not_to_be_there_is_not_looked_for_again(table: Counted) -> None:
    letters = foreseen(table, "a", "z")

    assert (letters.one("z"), letters.some("z")) == (None, [])
    assert len(table.calls) == 1


def test_what_was_not_foreseen_is_read_when_it_is_asked_for(table: Counted) -> None:
    letters = foreseen(table, "a")

    assert (letters.some("a", "c"), letters.one("d")) == (["A", "C"], "D")
    assert table.calls[1:] == [{("letters", "c")}, {("letters", "d")}]


ROW = {"pk": "letters", "sk": "a", "text": "written"}


@pytest.mark.parametrize(
    ("write", "found"),
    [
        (lambda table: table.put(Put(ROW)), "written"),
        (lambda table: table.put_all([ROW]), "written"),
        (lambda table: table.transact([Put(ROW), Delete(("letters", "b"))]), "written"),
        (lambda table: table.delete(Delete(("letters", "a"))), None),
        (lambda table: table.delete_all([("letters", "a")]), None),
    ],
    ids=["put", "put_all", "transact", "delete", "delete_all"],
)
def test_what_was_written_is_read_anew(
    table: Counted, write: Callable[[Table], None], found: str | None
) -> None:
    noted = NotingTable()
    noted.batch_get([("letters", name) for name in "abc"])
    ahead = ForeseenTable(table, noted.keys)
    write(ahead)
    letters = over(Letters(table), ahead)

    assert (letters.one("a"), letters.some("a")) == (found, [found] if found else [])
    assert letters.one("c") == "C"
    assert ("letters", "c") not in set().union(*table.calls[1:])


def test_what_a_refused_write_met_is_read_anew() -> None:
    class Refusing(Counted):
        def transact(self, writes: object) -> None:
            super().put(Put(ROW))
            raise ConflictError("somebody was faster")

    table = Refusing()
    key = ("letters", "a")
    ahead = ForeseenTable(table, [key])
    with pytest.raises(ConflictError):
        ahead.transact([Check(key, ABSENT)])

    assert ahead.get(key) == ROW
