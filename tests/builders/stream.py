"""The table's stream, as the emulator and AWS have it: a record for each row that a call changed, in the order of the
calls. Only records that the event source lets through are kept."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tocsin.store.keys import PK, SK, WATCHED
from tocsin.store.table import Table

WRITES = ("PutItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
Json = dict[str, Any]


class TableStream:
    def __init__(self, table: Table, clock: Callable[[], datetime]) -> None:
        self._client: Any = table._client
        self._name = table._name
        self._clock = clock
        self._rows = self._all()
        self.waiting: list[Json] = []
        for verb in WRITES:
            self._client.meta.events.register(f"after-call.dynamodb.{verb}", self._look)

    def take(self) -> list[Json]:
        taken, self.waiting = self.waiting, []
        return taken

    def _look(self, **_: Any) -> None:
        before, self._rows = self._rows, self._all()
        for key in before.keys() | self._rows.keys():
            old, new = before.get(key), self._rows.get(key)
            record = self._record(key, old, new) if old != new else None
            if record is not None and any(_matches(record, pattern) for pattern in WATCHED):
                self.waiting.append(record)

    def _record(self, key: tuple[str, str], old: Json | None, new: Json | None) -> Json:
        images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
        return {
            "eventName": "MODIFY" if old and new else "INSERT" if new else "REMOVE",
            "dynamodb": {
                "ApproximateCreationDateTime": int(self._clock().timestamp()),
                "Keys": {PK: {"S": key[0]}, SK: {"S": key[1]}},
                **images,
            },
        }

    def _all(self) -> dict[tuple[str, str], Json]:
        rows = self._client.scan(TableName=self._name)["Items"]
        return {(row[PK]["S"], row[SK]["S"]): row for row in rows}


def _matches(part: Any, pattern: Mapping[str, Any]) -> bool:
    """Lambda's rules for a filter, as far as ours use them."""
    return all(
        isinstance(part, dict)
        and (
            _matches(part.get(name), wanted)
            if isinstance(wanted, Mapping)
            else any(_meets(part.get(name), one) for one in wanted)
        )
        for name, wanted in pattern.items()
    )


def _meets(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict) and "prefix" in wanted:
        return isinstance(value, str) and value.startswith(wanted["prefix"])
    if isinstance(wanted, dict):
        return (value is not None) is bool(wanted["exists"])
    return bool(value == wanted)
