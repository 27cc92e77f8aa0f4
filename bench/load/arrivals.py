"""Seeing rows arrive in the table, without asking the API that is measured.

Rows are counted in the shards of the index, above where it ended before: what is counted is what came since, whatever
the table held.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from local.console import LocalError
from tocsin.store.keys import BY_SHARD, IPK, ISK

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PATIENCE, PATIENCE_EACH = 300.0, 0.006  # seconds, and for each row that is awaited


class Arrivals:
    def __init__(self, client: "DynamoDBClient", table: str, partitions: Sequence[str]) -> None:
        self._client, self._table, self._partitions = client, table, partitions
        self._ends: dict[str, str] = {}

    def begin(self) -> None:
        """What is there by now does not count."""
        for partition in self._partitions:
            newest = self._query(partition, ScanIndexForward=False, Limit=1)["Items"]
            self._ends[partition] = newest[0][ISK]["S"] if newest else " "

    def count(self) -> int:
        return sum(map(self._came, self._partitions))

    def wait_for(self, number: int, pause: float) -> float:
        """Seconds until so many had come, from this call on."""
        begun, patience = time.perf_counter(), PATIENCE + number * PATIENCE_EACH
        while (came := self.count()) < number:
            if time.perf_counter() - begun > patience:
                raise LocalError(
                    f"after {patience:.0f} s {came} of {number} rows had arrived in {self._table}"
                )
            time.sleep(pause)
        return time.perf_counter() - begun

    def _came(self, partition: str) -> int:
        total, start = 0, dict[str, Any]()
        while True:
            answer = self._query(partition, after=self._ends[partition], Select="COUNT", **start)
            total += int(answer["Count"])
            if "LastEvaluatedKey" not in answer:
                return total
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _query(self, partition: str, *, after: str = " ", **more: Any) -> Any:
        return self._client.query(
            TableName=self._table,
            IndexName=BY_SHARD.name,
            KeyConditionExpression=f"{IPK} = :partition AND {ISK} > :after",
            ExpressionAttributeValues={":partition": {"S": partition}, ":after": {"S": after}},
            **more,
        )
