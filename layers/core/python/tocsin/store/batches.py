"""Batches: the open windows of a recipient, what they took in, and what is kept of closed ones.

All of it lies under the recipient, and goes with the recipient.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, assert_never

from tocsin.domain.activities import Activity
from tocsin.domain.batches import (
    KEPT,
    BatchKey,
    ClosedBatch,
    EndBatch,
    HoldBatch,
    Joined,
    KeepBatch,
    KeptBatch,
    OpenBatch,
    TakeIn,
)
from tocsin.domain.changes import BatchChange
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.recipients import RecipientRef
from tocsin.store import keys
from tocsin.store.payloads import Payloads
from tocsin.store.rows import ref_from_row, ref_to_row
from tocsin.store.table import (
    ABSENT,
    SAME_VERSION,
    Check,
    Delete,
    Item,
    Key,
    Put,
    Table,
    put_if_version,
)

Write = Put | Delete | Check


class BatchStore:
    def __init__(self, table: Table, payloads: Payloads) -> None:
        self._table = table
        self._payloads = payloads

    def open_batch(self, env: str, key: BatchKey) -> OpenBatch | None:
        item = self._table.get(_open_key(env, key), consistent=True)
        return _open_from_item(key, item) if item else None

    def joined(self, env: str, recipient: RecipientRef, batch_id: str) -> list[Joined]:
        """All that a batch took in, oldest first."""
        partition, prefix = _partition(env, recipient), keys.activities(batch_id)
        rows = self._table.query_all(partition, prefix=prefix, consistent=True)
        return [self._joined(row) for row in rows]

    def kept(self, env: str, names: Iterable[tuple[RecipientRef, str]]) -> dict[str, KeptBatch]:
        """By their ids, batches that have closed, of these recipients."""
        places = {
            (_partition(env, recipient), keys.closed_batch(batch_id)): (recipient, batch_id)
            for recipient, batch_id in names
        }
        rows = self._table.batch_get(places)
        return {places[key][1]: self._kept(row, places[key][0]) for key, row in rows.items()}

    def _joined(self, row: Item) -> Joined:
        data: Any = self._payloads.unpack(row["data"]) if "data" in row else None
        return Joined(
            id=row["id"],
            at=from_iso(row["at"]),
            workflow_run_id=row["workflow_run_id"],
            actor=ref_from_row(row.get("actor")),
            cancellation_key=row.get("cancellation_key"),
            data=data,
        )

    def _kept(self, row: Item, recipient: RecipientRef) -> KeptBatch:
        body: Any = self._payloads.unpack(row["body"])
        data, activities, cancelled = body
        return KeptBatch(
            from_iso(row["inserted_at"]),
            data,
            tuple(_activity_from_row(one, recipient) for one in activities),
            tuple(cancelled),
        )


def writes(env: str, change: BatchChange, payloads: Payloads) -> list[Write]:
    match change:
        case TakeIn():
            batch, joined = change.batch, change.joined
            opened = put_if_version(_open_to_item(env, batch), batch.version)
            return [opened, _joined_put(env, batch, joined, payloads)] if joined else [opened]
        case HoldBatch():
            return [Check(_open_key(env, change.batch.key), SAME_VERSION, _seen(change.batch))]
        case EndBatch():
            return [Delete(_open_key(env, change.batch.key), SAME_VERSION, _seen(change.batch))]
        case KeepBatch():
            return [_kept_put(env, change, payloads)]
        case _:
            assert_never(change)


def _seen(batch: OpenBatch) -> dict[str, int]:
    return {":version": batch.version}


def _open_key(env: str, key: BatchKey) -> Key:
    place = keys.open_batch(key.workflow, key.step_ref, key.version_id, key.key)
    return _partition(env, key.recipient), place


def _partition(env: str, recipient: RecipientRef) -> str:
    return keys.recipient(env, recipient.collection, recipient.id)


def _open_to_item(env: str, batch: OpenBatch) -> Item:
    pk, sk = _open_key(env, batch.key)
    return {
        "pk": pk,
        "sk": sk,
        "id": batch.id,
        "inserted_at": to_iso(batch.opened_at),
        "closes_at": to_iso(batch.closes_at),
        "ends_by": to_iso(batch.ends_by),
        "carrier": batch.carrier,
        "total": batch.total,
        keys.EXPIRES_AT: _expiry(batch.ends_by),
    }


def _open_from_item(key: BatchKey, item: Item) -> OpenBatch:
    return OpenBatch(
        key=key,
        id=item["id"],
        opened_at=from_iso(item["inserted_at"]),
        closes_at=from_iso(item["closes_at"]),
        ends_by=from_iso(item["ends_by"]),
        carrier=item.get("carrier"),
        total=item["total"],
        version=item["version"],
    )


def _expiry(closed_at: datetime) -> int:
    return int((closed_at + KEPT).timestamp())


def _joined_put(env: str, batch: OpenBatch, joined: Joined, payloads: Payloads) -> Put:
    """A trigger joins a batch once."""
    row: Item = {
        "pk": _partition(env, batch.key.recipient),
        "sk": keys.activity(batch.id, joined.id),
        "id": joined.id,
        "at": to_iso(joined.at),
        "inserted_at": to_iso(joined.at),
        "workflow_run_id": joined.workflow_run_id,
        "actor": ref_to_row(joined.actor),
        "cancellation_key": joined.cancellation_key,
        keys.EXPIRES_AT: _expiry(batch.ends_by),
    }
    if joined.data is not None:
        row["data"] = payloads.pack(f"activities/{env}/{batch.id}/{joined.id}", joined.data)
    return Put(row, ABSENT)


def _kept_put(env: str, change: KeepBatch, payloads: Payloads) -> Put:
    batch = change.batch
    activities = [_activity_to_row(one) for one in batch.activities]
    body = payloads.pack(
        f"batches/{env}/{batch.id}", [change.data, activities, change.cancelled], tightly=True
    )
    return Put(
        {
            "pk": _partition(env, change.recipient),
            "sk": keys.closed_batch(batch.id),
            "inserted_at": to_iso(batch.closed_at),
            "body": body,
            keys.EXPIRES_AT: _expiry(batch.closed_at),
        }
    )


def _activity_to_row(activity: Activity) -> list[Any]:
    return [activity.id, to_iso(activity.at), ref_to_row(activity.actor), activity.data]


def _activity_from_row(row: list[Any], recipient: RecipientRef) -> Activity:
    name, at, actor, data = row
    return Activity(name, from_iso(at), recipient, ref_from_row(actor), data)


def batch_to_row(batch: ClosedBatch) -> list[Any]:
    """What even those see of a run who cannot read its state."""
    return [batch.id, to_iso(batch.closed_at), batch.total_activities, batch.total_actors]


def batched_to_row(batch: ClosedBatch) -> list[Any]:
    """What only its own next stretch needs."""
    return [[_activity_to_row(one) for one in batch.activities], batch.first_data]


def batch_from_row(row: list[Any], batched: list[Any] | None, recipient: RecipientRef) -> ClosedBatch:
    activities, first_data = batched or ((), {})
    return ClosedBatch(
        row[0],
        from_iso(row[1]),
        int(row[2]),
        int(row[3]),
        tuple(_activity_from_row(one, recipient) for one in activities),
        first_data,
    )
