"""Accepts many rows at once. What works on them, `bulk_operations`, is the worker's: who accepts does not load it."""

from datetime import datetime
from typing import Protocol

from tocsin.contract.tasks import BulkChunk
from tocsin.domain.bulk_operations import (
    DONE_AGAIN,
    BulkName,
    BulkOperation,
    Progress,
    Row,
    progress,
    rows_per_chunk,
)
from tocsin.usecases.delete_recipient import SETTLED_AFTER_SECONDS
from tocsin.usecases.ports import Tasks


class NewOperations(Protocol):
    def create(self, env: str, operation: BulkOperation, rows: list[Row]) -> None: ...


def accept(
    operations: NewOperations, bulk: Tasks, env: str, operation: BulkOperation, rows: list[Row]
) -> Progress:
    """Durable before it is answered: the operation, then a message for each chunk. If sending fails the call fails;
    its repeat is a new operation over the same rows. For all rows but those that create schedules, that changes
    nothing that was done already; schedules have ids of their operation and would be made twice."""
    operations.create(env, operation, rows)
    numbers = range(operation.chunk_count)
    tasks = [BulkChunk(env=env, operation_id=operation.id, number=number) for number in numbers]
    if operation.name in DONE_AGAIN:
        again = [task.model_copy(update={"again": True}) for task in tasks]
        bulk.send_many(again, SETTLED_AFTER_SECONDS)
    bulk.send_many(tasks)
    return progress(operation, None, ())


def new_operation(
    operation_id: str, name: BulkName, rows: list[Row], now: datetime, shared: dict[str, Row]
) -> BulkOperation:
    return BulkOperation(operation_id, name, len(rows), rows_per_chunk(name, rows), now, shared)
