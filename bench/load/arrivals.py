"""Seeing rows arrive in the table, without asking the API that is measured.

To count everything takes the emulator long, for it sorts the whole partition of an index for each query. While
something is waited for, only some are looked at, each in the small partition of its own; once all of them are there,
everything is counted in the shards of the index, above where these ended before.
"""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from local.console import LocalError
from tocsin.store.keys import BY_SHARD, IPK, ISK, PK, SK

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PATIENCE, PATIENCE_EACH = 300.0, 0.012  # seconds, and for each row that is awaited
LOOKED_AT, EVERY = 20, 100  # so many at least are looked at, and of a large number one of each hundred
NONE = " "  # before any sort key


class Arrivals:
    """`place_of` is where the rows of a user lie: their partition, and what their sort keys begin with."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        shards: Sequence[str],
        place_of: Callable[[str], tuple[str, str]],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client, self._table, self._shards = client, table, shards
        self._place_of, self._sleep = place_of, sleep
        self._awaited = 0
        self._newest: dict[str, str] = {}
        self._ends: dict[str, str] = {}

    def begin(self, users: Sequence[str]) -> None:
        """One row of each of them is waited for; what is there by now does not count."""
        self._awaited = len(users)
        self._newest = {user: self._newest_of(user) for user in looked_at(users)}
        self._ends = {}
        if len(self._newest) < len(users):
            self._ends = {shard: self._end(shard) for shard in self._shards}

    def wait(self, pause: float) -> float:
        """Seconds until all had come, from this call on: until those who are looked at had theirs. All are counted
        then, and what that takes is left out, unless some are missing."""
        begun = time.perf_counter()
        deadline = begun + PATIENCE + self._awaited * PATIENCE_EACH
        for user, newest in self._newest.items():
            while self._newest_of(user) <= newest:
                self._pause(pause, deadline, f"the row of {user} had not")
        while True:
            arrived = time.perf_counter()
            if not self._ends or (came := self._count()) >= self._awaited:
                return arrived - begun
            self._pause(pause, deadline, f"only {came} of {self._awaited} rows had")

    def _pause(self, seconds: float, deadline: float, what: str) -> None:
        if time.perf_counter() > deadline:
            raise LocalError(f"patience ended: {what} arrived in {self._table}")
        self._sleep(seconds)

    def _newest_of(self, user: str) -> str:
        partition, prefix = self._place_of(user)
        rows = self._client.query(
            TableName=self._table,
            KeyConditionExpression=f"{PK} = :partition AND begins_with({SK}, :prefix)",
            ExpressionAttributeValues={":partition": {"S": partition}, ":prefix": {"S": prefix}},
            ScanIndexForward=False,
            Limit=1,
        )["Items"]
        return rows[0][SK]["S"] if rows else NONE

    def _end(self, shard: str) -> str:
        newest = self._of_shard(shard, ScanIndexForward=False, Limit=1)["Items"]
        return newest[0][ISK]["S"] if newest else NONE

    def _count(self) -> int:
        return sum(self._came(shard, end) for shard, end in self._ends.items())

    def _came(self, shard: str, end: str) -> int:
        total, start = 0, dict[str, Any]()
        while True:
            answer = self._of_shard(shard, after=end, Select="COUNT", **start)
            total += int(answer["Count"])
            if "LastEvaluatedKey" not in answer:
                return total
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _of_shard(self, shard: str, *, after: str = NONE, **more: Any) -> Any:
        return self._client.query(
            TableName=self._table,
            IndexName=BY_SHARD.name,
            KeyConditionExpression=f"{IPK} = :shard AND {ISK} > :after",
            ExpressionAttributeValues={":shard": {"S": shard}, ":after": {"S": after}},
            **more,
        )


def looked_at(users: Sequence[str]) -> Sequence[str]:
    """The last of each few, who is as a rule the last of those whom one call stores.

    >>> len(looked_at(["somebody"] * 20)), len(looked_at(["somebody"] * 1000)), len(looked_at(["somebody"] * 100_000))
    (20, 20, 1000)
    """
    step = min(EVERY, max(1, len(users) // LOOKED_AT))
    return users[::-step][::-1]
