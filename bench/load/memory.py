"""A table in memory, behind the calls that the store makes: for counting, where an emulator would take hours.

Conditions hold, for nobody else writes. Once it is closed, what is written is taken and forgotten, so that a hundred
thousand messages need no room; nobody reads his own messages again.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tocsin.store.keys import IPK, ISK, PK, SK

Row = dict[str, Any]
_ABOVE_ALL = "\U0010ffff"
_KEYS = (PK, SK, IPK, ISK)


class Memory:
    """As DynamoDB's client, as far as the engine needs it."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], Row] = {}
        self._partitions: dict[str, dict[str, Row]] = defaultdict(dict)
        self._sorted: dict[str, list[tuple[str, Row]]] = {}
        self._is_closed = False

    def close(self) -> None:
        self._is_closed = True

    def rows(self) -> Iterable[Row]:
        """As they go over the wire."""
        return self._rows.values()

    def get_item(self, **asked: Any) -> Row:
        row = self._rows.get(_key(asked["Key"]))
        return {"Item": row} if row else {}

    def batch_get_item(self, **asked: Any) -> Row:
        [(table, wanted)] = asked["RequestItems"].items()
        rows = (self._rows.get(_key(key)) for key in wanted["Keys"])
        return {"Responses": {table: [row for row in rows if row]}}

    def query(self, **asked: Any) -> Row:
        """Bounds are exclusive, and whoever goes on does so behind the row that is named."""
        values = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
        rows = self._partition(values[":pk"], is_index="IndexName" in asked)
        prefix = values.get(":prefix", "")
        first = max(
            bisect_right(rows, values.get(":after", ""), key=_sort_key),
            bisect_left(rows, prefix, key=_sort_key),
        )
        end = min(
            bisect_left(rows, values.get(":before", _ABOVE_ALL), key=_sort_key),
            bisect_left(rows, prefix + _ABOVE_ALL, key=_sort_key),
        )
        places = range(first, end) if asked["ScanIndexForward"] else range(end - 1, first - 1, -1)
        page = [rows[place][1] for place in places[: asked.get("Limit")]]
        if len(page) == len(places):
            return {"Items": page}
        return {
            "Items": page,
            "LastEvaluatedKey": {name: page[-1][name] for name in _KEYS if name in page[-1]},
        }

    def put_item(self, **asked: Any) -> Row:
        return self._keep([asked["Item"]])

    def transact_write_items(self, **asked: Any) -> Row:
        return self._keep(write["Put"]["Item"] for write in asked["TransactItems"] if "Put" in write)

    def batch_write_item(self, **asked: Any) -> Row:
        [requests] = asked["RequestItems"].values()
        return self._keep(request["PutRequest"]["Item"] for request in requests)

    def _keep(self, rows: Iterable[Row]) -> Row:
        """Of an index only the keys; no row ever changes its place there."""
        if self._is_closed:
            return {}
        for row in rows:
            place = _key(row)
            self._rows[place] = row
            self._put(f"{False}{place[0]}", place[1], row)
            if IPK in row:
                entry = {name: row[name] for name in _KEYS}
                self._put(f"{True}{row[IPK]['S']}", row[ISK]["S"], entry)
        return {}

    def _put(self, partition: str, sort_key: str, row: Row) -> None:
        self._partitions[partition][sort_key] = row
        self._sorted.pop(partition, None)

    def _partition(self, name: str, *, is_index: bool) -> list[tuple[str, Row]]:
        """In the order of sort keys, which are sorted when they are asked for."""
        whole = f"{is_index}{name}"
        if whole not in self._sorted:
            self._sorted[whole] = sorted(self._partitions[whole].items(), key=_sort_key)
        return self._sorted[whole]


def _key(row: Row) -> tuple[str, str]:
    return row[PK]["S"], row[SK]["S"]


def _sort_key(place: tuple[str, Row]) -> str:
    return place[0]
