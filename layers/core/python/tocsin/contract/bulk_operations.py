"""Bulk operations on the wire: how far one is."""

from typing import Any

from pydantic import Field

from tocsin.contract.model import Model
from tocsin.domain.bulk_operations import BulkStatus, Progress, RowError
from tocsin.domain.clock import to_iso
from tocsin.domain.recipients import USERS


class BulkErrorItemOut(Model):
    id: str
    collection: str | None = None
    code: str
    message: str


class BulkOperationOut(Model):
    """`completed` is an end, not praise: rows with something wrong are counted in `error_count` and named in
    `error_items`. `failed` means that no row could be worked on."""

    typename: str = Field(alias="__typename")
    id: str
    name: str
    status: BulkStatus
    estimated_total_rows: int
    processed_rows: int
    success_count: int
    error_count: int
    error_items: list[BulkErrorItemOut]
    progress_path: str
    inserted_at: str
    updated_at: str
    started_at: str | None
    completed_at: str | None
    failed_at: str | None


def bulk_operation_out(progress: Progress) -> dict[str, Any]:
    operation = progress.operation
    ended_at = to_iso(progress.ended_at) if progress.ended_at else None
    return {
        "__typename": "BulkOperation",
        "id": operation.id,
        "name": operation.name.value,
        "status": progress.status.value,
        "estimated_total_rows": progress.estimated_total_rows,
        "processed_rows": progress.processed_rows,
        "success_count": progress.success_count,
        "error_count": progress.error_count,
        "error_items": [_error_out(error) for error in progress.errors],
        "progress_path": f"/v1/bulk_operations/{operation.id}",
        "inserted_at": to_iso(operation.inserted_at),
        "updated_at": to_iso(progress.updated_at),
        "started_at": to_iso(progress.started_at) if progress.started_at else None,
        "completed_at": ended_at if progress.status is BulkStatus.COMPLETED else None,
        "failed_at": ended_at if progress.status is BulkStatus.FAILED else None,
    }


def _error_out(error: RowError) -> dict[str, Any]:
    """A user has no collection on the wire."""
    collection = None if error.collection == USERS else error.collection
    return {"id": error.id, "collection": collection, "code": error.code, "message": error.message}
