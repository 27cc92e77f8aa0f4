"""A table that can be written on without being changed: what is written lies beside it and is read as if it were there.

For dry runs. Whoever works on it alone always finds the rows as they were read, so conditions are not looked at.
"""

from collections.abc import Iterable, Sequence

from tocsin.domain import json_text
from tocsin.store.attributes import from_attributes, to_attributes
from tocsin.store.keys import IPK, ISK, PK, SK
from tocsin.store.payloads import MAX_INLINE, Payloads
from tocsin.store.table import Check, Delete, Item, Key, Page, Put, Table

Place = tuple[str, str, str]


class ScratchTable(Table):
    """Reads go through to the table beneath, writes never do: it has no client to send them with."""

    def __init__(self, beneath: Table) -> None:
        self._beneath = beneath
        self._rows: dict[Key, Item | None] = {}

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        return self._rows[key] if key in self._rows else self._beneath.get(key, consistent=consistent)

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Item]:
        wanted = list(keys)
        others = (key for key in wanted if key not in self._rows)
        found = self._beneath.batch_get(others, consistent=consistent)
        own = ((key, self._rows[key]) for key in wanted if key in self._rows)
        return found | {key: row for key, row in own if row is not None}

    def put(self, put: Put) -> None:
        self._keep([put.item])

    def delete(self, delete: Delete) -> bool:
        was_there = self.get(delete.key, consistent=True) is not None
        self._rows[delete.key] = None
        return was_there

    def add(self, key: Key, attribute: str, amount: int, expires_at: int) -> int:
        raise NotImplementedError("a dry run counts nobody's requests")

    def advance(self, key: Key, attribute: str, amount: int, floor: int, expires_at: int) -> int:
        raise NotImplementedError("a dry run stands in nobody's line")

    def delete_all(self, keys: Iterable[Key]) -> None:
        self._rows.update(dict.fromkeys(keys))

    def put_all(self, items: Iterable[Item]) -> None:
        self._keep(items)

    def transact(self, writes: Sequence[Put | Delete | Check]) -> None:
        for write in writes:
            if isinstance(write, Put):
                self.put(write)
            elif isinstance(write, Delete):
                self._rows[write.key] = None

    def query(
        self,
        partition: str,
        *,
        prefix: str | None = None,
        after: str | None = None,
        before: str | None = None,
        descending: bool = False,
        limit: int | None = None,
        start: Item | None = None,
        consistent: bool = False,
        index: bool = False,
        only: Sequence[str] = (),
    ) -> Page:
        """A page of the table beneath, and of our own rows those that belong on it. Rows are brought whole, whatever
        `only` names: those that have changed are known by their keys."""
        page = self._beneath.query(
            partition,
            prefix=prefix,
            after=after,
            before=before,
            descending=descending,
            limit=limit,
            start=start,
            consistent=consistent,
            index=index,
        )
        names = (IPK, ISK) if index else (PK, SK)
        own = [
            row
            for row in self._rows.values()
            if row and row.get(names[0]) == partition and _within(row[names[1]], prefix, after, before)
        ]
        others = [row for row in page.items if (row[PK], row[SK]) not in self._rows]
        begin, end = (_place(names[1], at) if at else None for at in (start, page.last))
        rows = [*others, *(row for row in own if _covers(_place(names[1], row), begin, end, descending))]
        rows.sort(key=lambda row: _place(names[1], row), reverse=descending)
        if limit is None or len(rows) <= limit:
            return Page(rows, page.last)
        return Page(rows[:limit], {name: rows[limit - 1][name] for name in {PK, SK, *names}})

    def _keep(self, items: Iterable[Item]) -> None:
        """As they would come back."""
        for item in items:
            self._rows[(item[PK], item[SK])] = from_attributes(to_attributes(item))


def _place(sk: str, row: Item) -> Place:
    """Where a row stands in a partition; rows of an index may share a sort key."""
    return row[sk], row[PK], row[SK]


def _covers(place: Place, begin: Place | None, end: Place | None, descending: bool) -> bool:
    """A page goes on behind the place where it began, up to the one where it ended."""
    if descending:
        return (begin is None or place < begin) and (end is None or place >= end)
    return (begin is None or place > begin) and (end is None or place <= end)


def _within(sort_key: str, prefix: str | None, after: str | None, before: str | None) -> bool:
    if prefix is not None:
        return sort_key.startswith(prefix)
    return (after is None or sort_key > after) and (before is None or sort_key < before)


class ScratchPayloads(Payloads):
    """Keeps large values in their rows, which nobody weighs. Without payloads beneath, large values that others have
    stored cannot be read."""

    def __init__(self, beneath: Payloads | None) -> None:
        self._beneath = beneath

    def pack(
        self, key: str, value: object, most: int = MAX_INLINE, *, tightly: bool = False
    ) -> dict[str, str]:
        return {"json": json_text.dumps(value)}

    def unpack(self, packed: dict[str, str]) -> object:
        if "json" in packed:
            return json_text.loads(packed["json"])
        if self._beneath is None:
            raise LookupError(f"{packed} lies in the payload bucket, which cannot be read from here")
        return self._beneath.unpack(packed)
