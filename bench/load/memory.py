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
        self._partitions: dict[str, list[tuple[str, Row]]] | None = None
        self._is_closed = False

    def close(self) -> None:
        self._is_closed = True

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
        first = bisect_right(rows, values.get(":after", ""), key=_sort_key)
        end = bisect_left(rows, values.get(":before", _ABOVE_ALL), key=_sort_key)
        found = [row for key, row in rows[first:end] if key.startswith(values.get(":prefix", ""))]
        found = found if asked["ScanIndexForward"] else found[::-1]
        page = found[: asked.get("Limit")]
        last = (
            {name: page[-1][name] for name in _KEYS if name in page[-1]} if len(page) < len(found) else None
        )
        return {"Items": page, **({"LastEvaluatedKey": last} if last else {})}

    def put_item(self, **asked: Any) -> Row:
        return self._keep([asked["Item"]])

    def transact_write_items(self, **asked: Any) -> Row:
        return self._keep(write["Put"]["Item"] for write in asked["TransactItems"] if "Put" in write)

    def batch_write_item(self, **asked: Any) -> Row:
        [requests] = asked["RequestItems"].values()
        return self._keep(request["PutRequest"]["Item"] for request in requests)

    def _keep(self, rows: Iterable[Row]) -> Row:
        if not self._is_closed:
            self._rows.update({_key(row): row for row in rows})
            self._partitions = None
        return {}

    def _partition(self, name: str, *, is_index: bool) -> list[tuple[str, Row]]:
        """In the order of sort keys; of an index only the keys."""
        if self._partitions is None:
            self._partitions = self._sorted()
        return self._partitions.get(f"{is_index}{name}", [])

    def _sorted(self) -> dict[str, list[tuple[str, Row]]]:
        partitions: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        for (partition, sort_key), row in self._rows.items():
            partitions[f"{False}{partition}"].append((sort_key, row))
            if IPK in row:
                entry = {name: row[name] for name in _KEYS}
                partitions[f"{True}{row[IPK]['S']}"].append((row[ISK]["S"], entry))
        for rows in partitions.values():
            rows.sort(key=_sort_key)
        return dict(partitions)


def _key(row: Row) -> tuple[str, str]:
    return row[PK]["S"], row[SK]["S"]


def _sort_key(place: tuple[str, Row]) -> str:
    return place[0]
