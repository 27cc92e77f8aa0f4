"""What DynamoDB would charge, from what really goes over the wire, rounded as AWS rounds.

Reads: a unit for each 4 KB, half of one when eventually consistent; a query's rows are summed first, then rounded.
Writes: a unit for each KB of the larger of the row as it was and as it is; in a transaction twice that, and a
condition check like a write of the row that it looks at. The index holds keys alone, so only a row's coming and
going writes it: a unit each, told apart.
"""

from collections import Counter
from collections.abc import Iterable
from math import ceil
from typing import Any, NamedTuple

from tocsin.store.keys import IPK, ISK, PK, SK

READ_UNIT, WRITE_UNIT = 4096, 1024


def size_of(item: dict[str, Any]) -> int:
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(attribute: dict[str, Any]) -> int:
    [(kind, value)] = attribute.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return ceil(len(value.strip("-")) / 2) + 1
        case "L":
            return 3 + sum(1 + _size(element) for element in value)
        case "M":
            return 3 + size_of(value) + len(value)
    return 1


class Bill(NamedTuple):
    read: float
    written: int
    calls: int


class Meter:
    """A DynamoDB client that keeps the bill. Everything else is the client's own."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.reset()

    def reset(self) -> None:
        self.read, self.written, self.indexed = 0.0, 0, 0
        self.verbs: Counter[str] = Counter()

    def bill(self) -> Bill:
        return Bill(self.read, self.written, self.verbs.total())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def query(self, **arguments: Any) -> Any:
        answer = self._client.query(**arguments)
        rows = self._client.query(**_whole(arguments)) if "ProjectionExpression" in arguments else answer
        self._reads("Query", sum(map(size_of, rows["Items"])), arguments.get("ConsistentRead", False))
        return answer

    def get_item(self, **arguments: Any) -> Any:
        answer = self._client.get_item(**arguments)
        self._reads("GetItem", size_of(answer.get("Item", {})), arguments["ConsistentRead"])
        return answer

    def batch_get_item(self, **arguments: Any) -> Any:
        """Each row is rounded by itself, and one that is not there costs the least."""
        answer = self._client.batch_get_item(**arguments)
        self.verbs["BatchGetItem"] += 1
        for table, request in arguments["RequestItems"].items():
            found = answer["Responses"].get(table, [])
            for size in [*map(size_of, found), *[0] * (len(request["Keys"]) - len(found))]:
                self.read += _read_units(size, request["ConsistentRead"])
        return answer

    def put_item(self, **arguments: Any) -> Any:
        self._writes("PutItem", arguments["TableName"], [("Put", arguments)])
        return self._client.put_item(**arguments)

    def delete_item(self, **arguments: Any) -> Any:
        self._writes("DeleteItem", arguments["TableName"], [("Delete", arguments)])
        return self._client.delete_item(**arguments)

    def update_item(self, **arguments: Any) -> Any:
        """The larger of the row before and after; no index holds a row that is updated in place."""
        place = {"TableName": arguments["TableName"], "Key": arguments["Key"]}
        before = self._client.get_item(**place).get("Item", {})
        answer = self._client.update_item(**arguments)
        after = self._client.get_item(**place)["Item"]
        self.verbs["UpdateItem"] += 1
        self.written += _units(max(size_of(before), size_of(after)), WRITE_UNIT)
        return answer

    def batch_write_item(self, **arguments: Any) -> Any:
        for table, requests in arguments["RequestItems"].items():
            self._writes("BatchWriteItem", table, [one for request in requests for one in request.items()])
        return self._client.batch_write_item(**arguments)

    def transact_write_items(self, **arguments: Any) -> Any:
        writes = [one for write in arguments["TransactItems"] for one in write.items()]
        self._writes("TransactWriteItems", writes[0][1]["TableName"], writes, price=2)
        return self._client.transact_write_items(**arguments)

    def _reads(self, verb: str, size: int, consistent: bool) -> None:
        self.verbs[verb] += 1
        self.read += _read_units(size, consistent)

    def _writes(self, verb: str, table: str, requests: Iterable[tuple[str, Any]], price: int = 1) -> None:
        self.verbs[verb] += 1
        for kind, request in requests:
            item = request.get("Item", {})
            key = request.get("Key") or {name: item[name] for name in (PK, SK)}
            before = self._client.get_item(TableName=table, Key=key).get("Item", {})
            after = before if kind == "ConditionCheck" else item
            self.written += price * _units(max(size_of(before), size_of(after)), WRITE_UNIT)
            self.indexed += _index_writes(before, after)


def _whole(query: dict[str, Any]) -> dict[str, Any]:
    """The same without its projection: rows are charged whole, whatever is brought of them."""
    condition, names = query["KeyConditionExpression"], query["ExpressionAttributeNames"]
    used = {name: attribute for name, attribute in names.items() if name in condition}
    kept = {name: value for name, value in query.items() if name != "ProjectionExpression"}
    return {**kept, "ExpressionAttributeNames": used}


def _read_units(size: int, consistent: bool) -> float:
    return _units(size, READ_UNIT) * (1 if consistent else 0.5)


def _index_writes(before: dict[str, Any], after: dict[str, Any]) -> int:
    """One for a row that comes or goes there; two for one that moves."""
    places = [tuple(map(str, (row[IPK], row[ISK]))) if IPK in row else None for row in (before, after)]
    return 0 if places[0] == places[1] else sum(place is not None for place in places)


def _units(size: int, unit: int) -> int:
    return max(1, ceil(size / unit))


def show(title: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A table for people who run the tests with `-s`."""
    lines = [
        list(headings),
        *([f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print(f"\n\n{title}\n")
    for first, *others in lines:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]))
