"""Rows that are read together before they are asked for one by one: one call where there would be one for each kind.

What will be asked for is found out by asking: the same stores ask a table that notes it and has no rows.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any, TypeVar

from tocsin.store.keys import PK, SK
from tocsin.store.table import Check, Delete, Item, Key, Page, Put, Table

Store = TypeVar("Store")


def over(store: Store, table: Table) -> Store:
    """The store over another table. What it remembers, it shares."""
    other: Any = copy(store)
    other._table = table  # noqa: SLF001 - every store keeps its table there
    return other  # type: ignore[no-any-return]


class NotingTable(Table):
    """Empty, and notes which rows it was asked for by their keys."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        self.keys.add(key)
        return None

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Item]:
        self.keys.update(keys)
        return {}

    def query(self, partition: str, **bounds: Any) -> Page:
        return Page([], None)


class ForeseenTable(Table):
    """What was not foreseen is read from the table beneath when it is asked for: a key that is missing among the
    foreseen costs a call, and one too many a read.

    A row that is written through it is forgotten, whether or not the write holds: whoever asks next finds what is
    there, and compares and sets as on any other table.
    """

    def __init__(self, beneath: Table, foreseen: Iterable[Key]) -> None:
        self._beneath = beneath
        self._foreseen = set(foreseen)
        self._rows = beneath.batch_get(self._foreseen, consistent=True)

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        if key in self._foreseen:
            return self._rows.get(key)
        return self._beneath.get(key, consistent=consistent)

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Item]:
        wanted = list(keys)
        others = [key for key in wanted if key not in self._foreseen]
        found = self._beneath.batch_get(others, consistent=consistent) if others else {}
        own = [key for key in wanted if key in self._foreseen and key in self._rows]
        return found | {key: self._rows[key] for key in own}

    def query(self, partition: str, **bounds: Any) -> Page:
        return self._beneath.query(partition, **bounds)

    def put(self, put: Put) -> None:
        self._forget([_key_of(put.item)])
        self._beneath.put(put)

    def delete(self, delete: Delete) -> bool:
        self._forget([delete.key])
        return self._beneath.delete(delete)

    def add(self, key: Key, attribute: str, amount: int, expires_at: int) -> int:
        self._forget([key])
        return self._beneath.add(key, attribute, amount, expires_at)

    def advance(self, key: Key, attribute: str, amount: int, floor: int, expires_at: int) -> int:
        self._forget([key])
        return self._beneath.advance(key, attribute, amount, floor, expires_at)

    def delete_all(self, keys: Iterable[Key]) -> None:
        gone = list(keys)
        self._forget(gone)
        self._beneath.delete_all(gone)

    def put_all(self, items: Iterable[Item]) -> None:
        written = list(items)
        self._forget(map(_key_of, written))
        self._beneath.put_all(written)

    def transact(self, writes: Sequence[Put | Delete | Check]) -> None:
        """What is only checked is forgotten as well: it may be why the transaction is refused."""
        self._forget(_key_of(one.item) if isinstance(one, Put) else one.key for one in writes)
        self._beneath.transact(writes)

    def _forget(self, keys: Iterable[Key]) -> None:
        self._foreseen.difference_update(keys)


def _key_of(item: Item) -> Key:
    return item[PK], item[SK]
