"""A table without a network: botocore serializes, signs and parses as ever, and what would be sent is answered here.

While rows are laid out, writes are kept and reads find them. Once the shelf is closed it takes writes unread, and
answers what is asked again from memory: what is counted then is the work around a call.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zlib import crc32

from botocore.awsrequest import AWSResponse, HeadersDict

from tocsin.store.keys import PK, SK

_HEADERS = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "R" * 52}
_ABOVE_ALL = "\U0010ffff"
Row = dict[str, Any]
Rows = dict[tuple[str, str], Row]


class Shelf:
    """Answers DynamoDB's operations as far as they are measured."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._rows: Rows = {}
        self._known: dict[tuple[str, bytes], bytes] | None = None

    def attach(self, client: Any) -> None:
        client.meta.events.register("before-send.dynamodb", self._send)

    def close(self) -> None:
        self._known = {}

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
        self.calls[operation] += 1
        body = self._answer(operation, request.body)
        headers: Any = HeadersDict({**_HEADERS, "x-amz-crc32": str(crc32(body))})
        return AWSResponse(request.url, 200, headers, _Body(body))

    def _answer(self, operation: str, asked: bytes) -> bytes:
        if self._known is None:
            return self._found(operation, asked)
        if operation in _WRITES:
            return b"{}"
        if (operation, asked) not in self._known:
            self._known[operation, asked] = self._found(operation, asked)
        return self._known[operation, asked]

    def _found(self, operation: str, asked: bytes) -> bytes:
        answer = (_READS | _WRITES)[operation](self._rows, json.loads(asked))
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _get_item(rows: Rows, asked: Any) -> Any:
    row = rows.get(_key(asked["Key"]))
    return {"Item": row} if row else {}


def _batch_get_item(rows: Rows, asked: Any) -> Any:
    [(table, wanted)] = asked["RequestItems"].items()
    found = (rows.get(_key(key)) for key in wanted["Keys"])
    return {"Responses": {table: [row for row in found if row]}, "UnprocessedKeys": {}}


def _query(rows: Rows, asked: Any) -> Any:
    """Of the table itself, by any of the conditions that `store.table` sets."""
    values = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
    after, before = values.get(":after", ""), values.get(":before", _ABOVE_ALL)
    found = [
        rows[key]
        for key in sorted(rows, reverse=not asked["ScanIndexForward"])
        if key[0] == values[":pk"]
        and key[1].startswith(values.get(":prefix", ""))
        and after < key[1] < before
    ]
    page = found[: asked.get("Limit")]
    last = {"LastEvaluatedKey": {name: page[-1][name] for name in (PK, SK)}} if page != found else {}
    return {"Items": projected(page, asked), "Count": len(page), "ScannedCount": len(page), **last}


def projected(page: list[Row], asked: Mapping[str, Any]) -> list[Row]:
    """What a query brings of its rows."""
    if "ProjectionExpression" not in asked:
        return page
    names = [asked["ExpressionAttributeNames"][name] for name in asked["ProjectionExpression"].split(",")]
    return [{name: row[name] for name in names if name in row} for row in page]


def _update_item(_: Rows, asked: Any) -> Any:
    """Of a number that is added to: it never grows."""
    name = asked["UpdateExpression"].split()[1]
    return {"Attributes": {name: asked["ExpressionAttributeValues"][":amount"]}}


def _put_item(rows: Rows, asked: Any) -> Any:
    return _kept(rows, [asked["Item"]])


def _transact_write_items(rows: Rows, asked: Any) -> Any:
    return _kept(rows, [write["Put"]["Item"] for write in asked["TransactItems"] if "Put" in write])


def _batch_write_item(rows: Rows, asked: Any) -> Any:
    [requests] = asked["RequestItems"].values()
    return _kept(rows, [request["PutRequest"]["Item"] for request in requests])


def _kept(rows: Rows, written: Iterable[Row]) -> Any:
    rows.update({_key(row): row for row in written})
    return {}


def _key(row: Row) -> tuple[str, str]:
    return row[PK]["S"], row[SK]["S"]


_READS: dict[str, Callable[[Rows, Any], Any]] = {
    "GetItem": _get_item,
    "BatchGetItem": _batch_get_item,
    "Query": _query,
    "UpdateItem": _update_item,
}
_WRITES: dict[str, Callable[[Rows, Any], Any]] = {
    "PutItem": _put_item,
    "BatchWriteItem": _batch_write_item,
    "TransactWriteItems": _transact_write_items,
}


class _Body:
    """What urllib3 would have read."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterable[bytes]:
        return iter((self._content,))
