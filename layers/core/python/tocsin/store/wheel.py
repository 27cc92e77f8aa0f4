"""The wheel's rows: what is parked in a bucket, and which buckets somebody still has to drain."""

from datetime import datetime, timedelta
from typing import Any

from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.errors import ConflictError
from tocsin.domain.runs import Parking
from tocsin.domain.wheel import Parked, ParkedKind, bucket_name
from tocsin.store import keys
from tocsin.store.table import ABSENT, Item, Key, Put, Table

PARKED_ROWS_KEPT = timedelta(days=14)


def parked_item(env: str, kind: ParkedKind, identifier: str, parking: Parking) -> Item:
    """The row that the wheel finds. It is never deleted when it wakes but expires, which is free."""
    pk, sk = parked_key(env, identifier, parking)
    return {
        "pk": pk,
        "sk": sk,
        "kind": kind.value,
        "token": parking.token,
        keys.EXPIRES_AT: int((parking.due + PARKED_ROWS_KEPT).timestamp()),
    }


def parked_key(env: str, identifier: str, parking: Parking) -> Key:
    return keys.parked(env, parking.bucket, parking.shard), identifier


def parking_to_row(parking: Parking | None) -> list[str] | None:
    return [parking.token, to_iso(parking.due), parking.bucket, parking.shard] if parking else None


def parking_from_row(row: list[Any] | None) -> Parking | None:
    return Parking(row[0], from_iso(row[1]), row[2], row[3]) if row else None


class WheelStore:
    """Buckets of what waits, and a marker per bucket that somebody still has to drain."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def mark(self, env: str, bucket: str, shard: str) -> bool:
        """True for the one who is first to park in this bucket, and so has to start its execution."""
        try:
            self._table.put(Put({"pk": keys.wheel(env), "sk": keys.wheel_marker(bucket, shard)}, ABSENT))
        except ConflictError:
            return False
        return True

    def park(self, env: str, kind: ParkedKind, identifier: str, parking: Parking) -> None:
        """Puts something there by itself, in a bucket that is marked. Who parks twice lies there once."""
        self._table.put(Put(parked_item(env, kind, identifier, parking)))

    def unmark(self, env: str, bucket: str, shard: str) -> None:
        self._table.delete_all([(keys.wheel(env), keys.wheel_marker(bucket, shard))])

    def is_waiting(self, env: str) -> bool:
        """Whether any bucket is marked, due or not."""
        return bool(self._table.query(keys.wheel(env), limit=1, consistent=True).items)

    def parked(self, env: str, bucket: str, shard: str, *, after: str | None, limit: int) -> list[Parked]:
        page = self._table.query(keys.parked(env, bucket, shard), after=after, limit=limit, consistent=True)
        return [Parked(ParkedKind(item["kind"]), item["sk"], item["token"]) for item in page.items]

    def overdue(self, env: str, now: datetime, limit: int) -> list[tuple[str, str]]:
        """Markers (bucket, shard) whose bucket was due before `now`: nobody has finished draining them."""
        page = self._table.query(keys.wheel(env), before=bucket_name(now), limit=limit, consistent=True)
        return [keys.wheel_marker_parts(item["sk"]) for item in page.items]
