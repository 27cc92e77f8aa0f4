"""Rows that are read together before they are asked for one by one: one call where there would be one for each kind.

What will be asked for is found out by asking: the same stores ask a table that notes it and has no rows.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any, TypeVar

from tocsin.store.table import Item, Key, Page, Table

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
    """To read from. What was not foreseen is read from the table beneath when it is asked for: a key that is missing
    among the foreseen costs a call, and one too many a read."""

    def __init__(self, beneath: Table, foreseen: Iterable[Key]) -> None:
        self._beneath = beneath
        self._foreseen = frozenset(foreseen)
        self._rows = beneath.batch_get(self._foreseen, consistent=True)

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        if key in self._foreseen:
            return self._rows.get(key)
        return self._beneath.get(key, consistent=consistent)

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Item]:
        wanted = list(keys)
        others = [key for key in wanted if key not in self._foreseen]
        found = self._beneath.batch_get(others, consistent=consistent) if others else {}
        return found | {key: self._rows[key] for key in wanted if key in self._rows}

    def query(self, partition: str, **bounds: Any) -> Page:
        return self._beneath.query(partition, **bounds)
