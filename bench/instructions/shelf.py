"""A table without a network: botocore serializes, signs and parses as ever, and what would be sent is answered here.

While rows are laid out, writes are kept and reads find them. Once the shelf is closed it answers each request as it
did the first time, from memory, and keeps nothing: what is counted then is the work around a call.
"""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any
from zlib import crc32

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict

from tocsin.store.keys import PK, SK

_HEADERS = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "R" * 52}
_ABOVE_ALL = "\U0010ffff"
Key = tuple[str, str]
Row = dict[str, Any]


class Shelf:
    """Answers DynamoDB's operations as far as they are measured."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._rows: dict[Key, Row] = {}
        self._answers: dict[tuple[str, bytes], bytes] | None = None

    def attach(self, client: Any) -> None:
        client.meta.events.register("before-send.dynamodb", self._send)

    def close(self) -> None:
        self._answers = {}

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
        self.calls[operation] += 1
        body = self._body(operation, request.body)
        headers = HeadersDict({**_HEADERS, "x-amz-crc32": str(crc32(body))})
        return AWSResponse(request.url, 200, headers, _Body(body))

    def _body(self, operation: str, asked: bytes) -> bytes:
        if self._answers is None:
            return self._answered(operation, asked)
        if (operation, asked) not in self._answers:
            self._answers[operation, asked] = self._answered(operation, asked)
        return self._answers[operation, asked]

    def _answered(self, operation: str, asked: bytes) -> bytes:
        answer = _ANSWERS[operation](self, json.loads(asked))
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()

    def _get_item(self, asked: Any) -> Any:
        row = self._rows.get(_key(asked["Key"]))
        return {"Item": row} if row else {}

    def _batch_get_item(self, asked: Any) -> Any:
        [(table, wanted)] = asked["RequestItems"].items()
        rows = (self._rows.get(_key(key)) for key in wanted["Keys"])
        return {"Responses": {table: [row for row in rows if row]}, "UnprocessedKeys": {}}

    def _query(self, asked: Any) -> Any:
        """Of the table itself, by any of the conditions that `store.table` sets."""
        values = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
        after, before = values.get(":after", ""), values.get(":before", _ABOVE_ALL)
        found = [
            self._rows[key]
            for key in sorted(self._rows, reverse=not asked["ScanIndexForward"])
            if key[0] == values[":pk"]
            and key[1].startswith(values.get(":prefix", ""))
            and after < key[1] < before
        ]
        page = found[: asked.get("Limit")]
        last = {"LastEvaluatedKey": {name: page[-1][name] for name in (PK, SK)}} if page != found else {}
        return {"Items": page, "Count": len(page), "ScannedCount": len(page), **last}

    def _put_item(self, asked: Any) -> Any:
        return self._written([asked["Item"]])

    def _update_item(self, asked: Any) -> Any:
        """Of a number that is added to: it never grows."""
        name = asked["UpdateExpression"].split()[1]
        return {"Attributes": {name: asked["ExpressionAttributeValues"][":amount"]}}

    def _transact_write_items(self, asked: Any) -> Any:
        return self._written(write["Put"]["Item"] for write in asked["TransactItems"] if "Put" in write)

    def _batch_write_item(self, asked: Any) -> Any:
        [requests] = asked["RequestItems"].values()
        self._written(request["PutRequest"]["Item"] for request in requests)
        return {"UnprocessedItems": {}}

    def _written(self, rows: Iterable[Row]) -> Any:
        if self._answers is None:
            self._rows.update({_key(row): row for row in rows})
        return {}


_ANSWERS = {
    "GetItem": Shelf._get_item,
    "BatchGetItem": Shelf._batch_get_item,
    "Query": Shelf._query,
    "PutItem": Shelf._put_item,
    "UpdateItem": Shelf._update_item,
    "BatchWriteItem": Shelf._batch_write_item,
    "TransactWriteItems": Shelf._transact_write_items,
}


def _key(row: Row) -> Key:
    return row[PK]["S"], row[SK]["S"]


class _Body:
    """What urllib3 would have read."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterable[bytes]:
        return iter((self._content,))
