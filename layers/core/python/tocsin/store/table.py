"""The only caller of DynamoDB: a handful of verbs over plain dicts, with AWS's refusals as our errors."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import field
from itertools import cycle
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tocsin.domain.errors import ConflictError
from tocsin.domain.values import dataclass
from tocsin.store.attributes import from_attribute, from_attributes, to_attributes
from tocsin.store.keys import (
    BY_SHARD,
    EXPIRES_AT,
    IPK,
    ISK,
    MAX_PARTITION_KEY_BYTES,
    MAX_SORT_KEY_BYTES,
    PK,
    SK,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
Key = tuple[str, str]

MAX_TRANSACTION = 100
MAX_BATCH_GET = 100
MAX_BATCH_WRITE = 25


@dataclass(frozen=True, slots=True)
class Put:
    """Writes a whole row; `only_if` is a condition such as `attribute_not_exists(pk)` or `version = :version`."""

    item: Item
    only_if: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delete:
    key: Key
    only_if: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """Changes nothing: the transaction holds only if the row does."""

    key: Key
    only_if: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in key order; `last` is where to go on from, None at the end. On an index it names four keys."""

    items: list[Item]
    last: Item | None


ABSENT = "attribute_not_exists(pk)"
EXISTS = "attribute_exists(pk)"
SAME_VERSION = "version = :version"


def put_if_version(item: Item, version: int) -> Put:
    """Optimistic locking: version 0 means that the row must not exist yet. The row stored carries `version + 1`."""
    stored = {**item, "version": version + 1}
    return Put(stored, SAME_VERSION, {":version": version}) if version else Put(stored, ABSENT)


class Table:
    """Every method raises ConflictError where a condition did not hold; other AWS errors pass through."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        if not _may_exist(key):
            return None
        answer = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=consistent)
        return from_attributes(answer["Item"]) if "Item" in answer else None

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Item]:
        """Any number of rows, in calls of a hundred; what does not exist is absent from the answer."""
        wanted = list(filter(_may_exist, dict.fromkeys(keys)))
        found: dict[Key, Item] = {}
        for start in range(0, len(wanted), MAX_BATCH_GET):
            pending: Any = {
                self._name: {
                    "Keys": [_key(key) for key in wanted[start : start + MAX_BATCH_GET]],
                    "ConsistentRead": consistent,
                }
            }
            while pending:
                answer = self._client.batch_get_item(RequestItems=pending)
                rows = map(from_attributes, answer["Responses"].get(self._name, []))
                found.update({(row[PK], row[SK]): row for row in rows})
                pending = answer.get("UnprocessedKeys")
        return found

    def put(self, put: Put) -> None:
        """A write whose answer was lost is sent again by the client, and then meets itself: that is no conflict."""
        arguments = _put_arguments(put)
        try:
            self._client.put_item(TableName=self._name, **arguments)
        except ClientError as error:
            refusal = _translated(error)
            if not isinstance(refusal, ConflictError) or not self._is_by_us(arguments["Item"], error):
                raise refusal from error

    def _is_by_us(self, item: Any, error: ClientError) -> bool:
        """Whether the very row lies there, and this was not the first time that it was sent."""
        sent_again = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0
        stored = from_attributes(item)
        return sent_again and self.get((stored[PK], stored[SK]), consistent=True) == stored

    def delete(self, delete: Delete) -> bool:
        """True when there was a row."""
        arguments = _conditional(
            {"Key": _key(delete.key), "ReturnValues": "ALL_OLD"}, delete.only_if, delete.values
        )
        try:
            answer = self._client.delete_item(TableName=self._name, **arguments)
        except ClientError as error:
            raise _translated(error) from error
        return "Attributes" in answer

    def add(self, key: Key, attribute: str, amount: int, expires_at: int) -> int:
        """Adds to a number that begins at nothing, and returns the sum. Whoever asks twice has added twice."""
        change = f"ADD {attribute} :amount SET {EXPIRES_AT} = :expires_at"
        return self._update(key, change, {":amount": amount, ":expires_at": expires_at}, attribute)

    def advance(self, key: Key, attribute: str, amount: int, floor: int, expires_at: int) -> int:
        """The same for a number that is never below a floor."""
        below = f"attribute_not_exists({attribute}) OR {attribute} < :floor"
        limits = {":floor": floor, ":expires_at": expires_at}
        attempts = (
            (f"{attribute} + :amount", {**limits, ":amount": amount}, f"{attribute} >= :floor"),
            (":start", {**limits, ":start": floor + amount}, below),
        )
        for value, values, condition in cycle(attempts):
            change = f"SET {attribute} = {value}, {EXPIRES_AT} = :expires_at"
            with suppress(ConflictError):
                return self._update(key, change, values, attribute, condition)
        raise AssertionError("a cycle has no end")

    def _update(
        self, key: Key, change: str, values: dict[str, Any], attribute: str, only_if: str | None = None
    ) -> int:
        """The number as it is afterwards."""
        arguments = _conditional({"Key": _key(key), "UpdateExpression": change}, only_if, values)
        try:
            answer = self._client.update_item(TableName=self._name, **arguments, ReturnValues="UPDATED_NEW")
        except ClientError as error:
            raise _translated(error) from error
        return int(from_attribute(answer["Attributes"][attribute]))

    def delete_all(self, keys: Iterable[Key]) -> None:
        self._write_all([{"DeleteRequest": {"Key": _key(key)}} for key in keys])

    def put_all(self, items: Iterable[Item]) -> None:
        """Unconditional and not all at once; no key may come twice."""
        self._write_all([{"PutRequest": {"Item": to_attributes(item)}} for item in items])

    def _write_all(self, requests: Sequence[Any]) -> None:
        for start in range(0, len(requests), MAX_BATCH_WRITE):
            pending: Any = {self._name: requests[start : start + MAX_BATCH_WRITE]}
            while pending:
                pending = self._client.batch_write_item(RequestItems=pending).get("UnprocessedItems")

    def transact(self, writes: Sequence[Put | Delete | Check]) -> None:
        """All or nothing. More than a hundred writes are a mistake of ours, never split silently."""
        if len(writes) > MAX_TRANSACTION:
            raise ValueError(f"{len(writes)} writes do not fit one transaction of {MAX_TRANSACTION}")
        items: list[Any] = []
        for write in writes:
            if isinstance(write, Put):
                items.append({"Put": _put_arguments(write) | {"TableName": self._name}})
            elif isinstance(write, Check):
                arguments = _conditional({"Key": _key(write.key)}, write.only_if, write.values)
                items.append({"ConditionCheck": {"TableName": self._name, **arguments}})
            else:
                arguments = _conditional({"Key": _key(write.key)}, write.only_if, write.values)
                items.append({"Delete": {"TableName": self._name, **arguments}})
        try:
            self._client.transact_write_items(TransactItems=items)
        except ClientError as error:
            raise _translated(error) from error

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
        """One page of a partition. `after`/`before` bound the sort key exclusively and exclude `prefix`; `only` names
        the attributes to bring, the sort key among them, and is not for the index, which has keys alone."""
        if after is not None and before is not None and after >= before:
            return Page([], None)  # nothing lies between them, and DynamoDB refuses to look
        pk, sk = (IPK, ISK) if index else (PK, SK)
        condition, values = _sort_key_condition(prefix, after, before)
        brought = {"#" + name: name for name in only}
        arguments: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "#pk = :pk" + condition,
            "ExpressionAttributeNames": {"#pk": pk, **({"#sk": sk} if condition else {}), **brought},
            **({"ProjectionExpression": ",".join(brought)} if brought else {}),
            "ExpressionAttributeValues": to_attributes({":pk": partition, **values}),
            "ScanIndexForward": not descending,
            **({"Limit": limit} if limit is not None else {}),
            **({"ExclusiveStartKey": to_attributes(start)} if start is not None else {}),
            **({"IndexName": BY_SHARD.name} if index else {"ConsistentRead": consistent}),
        }
        answer = self._client.query(**arguments)
        items = [from_attributes(item) for item in answer["Items"]]
        if after is not None and before is not None:
            items = [item for item in items if after < item[sk] < before]
        last = answer.get("LastEvaluatedKey")
        return Page(items, from_attributes(last) if last else None)

    def query_all(self, partition: str, **bounds: Any) -> list[Item]:
        """Every row of a bounded query, page by page: only for partitions that stay small by design."""
        items: list[Item] = []
        start: Item | None = None
        while True:
            page = self.query(partition, start=start, **bounds)
            items.extend(page.items)
            if page.last is None:
                return items
            start = page.last


def _sort_key_condition(
    prefix: str | None, after: str | None, before: str | None
) -> tuple[str, dict[str, str]]:
    """The rest of a key condition and its values."""
    if prefix is not None:
        return " AND begins_with(#sk, :prefix)", {":prefix": prefix}
    if after is not None and before is not None:
        # DynamoDB takes one condition on the sort key, and BETWEEN includes its ends; the caller drops those.
        return " AND #sk BETWEEN :after AND :before", {":after": after, ":before": before}
    if after is not None:
        return " AND #sk > :after", {":after": after}
    if before is not None:
        return " AND #sk < :before", {":before": before}
    return "", {}


def _may_exist(key: Key) -> bool:
    """DynamoDB refuses to look for a key that no row can have; for who asks, the row is simply not there."""
    partition, sort_key = key
    return (
        0 < len(partition.encode()) <= MAX_PARTITION_KEY_BYTES
        and 0 < len(sort_key.encode()) <= MAX_SORT_KEY_BYTES
    )


def _key(key: Key) -> dict[str, Any]:
    return {PK: {"S": key[0]}, SK: {"S": key[1]}}


def _put_arguments(put: Put) -> dict[str, Any]:
    return _conditional({"Item": to_attributes(put.item)}, put.only_if, put.values)


def _conditional(arguments: dict[str, Any], only_if: str | None, values: dict[str, Any]) -> dict[str, Any]:
    if only_if is not None:
        arguments["ConditionExpression"] = only_if
    if values:
        arguments["ExpressionAttributeValues"] = to_attributes(values)
    return arguments


def _translated(error: ClientError) -> Exception:
    """A failed condition is a ConflictError; so is a write that met a transaction. The rest stays what it is."""
    code = error.response["Error"]["Code"]
    if code in ("ConditionalCheckFailedException", "TransactionConflictException"):
        return ConflictError("the row has changed since it was read")
    reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
    if code == "TransactionCanceledException" and reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
        return ConflictError("a row of the transaction has changed since it was read")
    return error
