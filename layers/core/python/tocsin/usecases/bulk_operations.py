"""Bulk operations: many rows are worked on chunk by chunk.

A chunk counts when its record is written, which happens once. Until then it may be begun again by anybody: row work
is idempotent, so a repeat leaves the same rows. What is wrong with a row is that row's error; what is wrong with us
brings the message back, and SQS hands it out again a limited number of times.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Protocol

from tocsin.contract.tasks import BulkChunk
from tocsin.domain.bulk_operations import (
    BulkName,
    BulkOperation,
    ChunkRecord,
    Progress,
    Row,
    RowError,
)
from tocsin.domain.errors import ConflictError, TocsinError
from tocsin.usecases.bulk_rows import ROW_WORK, RowContext, RowPorts, who_is, with_foreseen

# Less than this is not begun with: the record still has to be written.
LONGEST_ROW_MS = 10_000
LONGEST_MESSAGE = 500


class ChunkWork(Protocol):
    """A chunk as its worker finds it."""

    @property
    def operation(self) -> BulkOperation: ...

    @property
    def rows(self) -> list[Row]: ...

    @property
    def is_started(self) -> bool: ...

    @property
    def is_done(self) -> bool: ...


class BulkOperations(Protocol):
    def create(self, env: str, operation: BulkOperation, rows: list[Row]) -> None: ...

    def progress(self, env: str, operation_id: str) -> Progress | None: ...

    def chunk_work(self, env: str, operation_id: str, number: int) -> ChunkWork | None: ...

    def start(self, env: str, operation: BulkOperation, at: datetime) -> None: ...

    def finish(self, env: str, operation: BulkOperation, chunk: ChunkRecord) -> bool:
        """False when the chunk has a record already, which stands."""


class Attempt(Enum):
    """What may still come after this delivery of a chunk's message.

    The last attempt records as abandoned what it cannot do. Should even that be killed (out of memory, time-out), one
    more delivery remains, which does no row work that could kill it again: it only writes the chunk down. Nobody
    polls for ever.
    """

    NORMAL = "normal"
    LAST = "last"
    WRITE_DOWN = "write_down"


def attempt_of(receives: int, max_receives: int) -> Attempt:
    if receives >= max_receives:
        return Attempt.WRITE_DOWN
    return Attempt.LAST if receives == max_receives - 1 else Attempt.NORMAL


@dataclass(frozen=True, slots=True)
class ChunkPorts:
    operations: BulkOperations
    rows: RowPorts
    clock: Callable[[], datetime]
    remaining_ms: Callable[[], int]


def work_on_chunk(ports: ChunkPorts, task: BulkChunk, attempt: Attempt) -> str:
    """Returns a word for the log; raises what brings the message back."""
    work = ports.operations.chunk_work(task.env, task.operation_id, task.number)
    if work is None:
        return "expired"
    if task.again:
        return _work_again(ports, task, work, attempt)
    if work.is_done:
        return "repeated"
    if not work.is_started:
        ports.operations.start(task.env, work.operation, ports.clock())
    errors = _errors_of(ports, task, work.operation, work.rows, attempt)
    record = ChunkRecord(task.number, len(work.rows), ports.clock(), errors)
    return "worked" if ports.operations.finish(task.env, work.operation, record) else "repeated"


def _work_again(ports: ChunkPorts, task: BulkChunk, work: ChunkWork, attempt: Attempt) -> str:
    """What is wrong with a row was recorded the first time."""
    if not work.is_done and attempt is Attempt.NORMAL:
        raise LookupError("the chunk is not done yet, so it cannot be done again")
    _errors_of(ports, task, work.operation, work.rows, attempt)
    return "worked_again"


def _errors_of(
    ports: ChunkPorts, task: BulkChunk, operation: BulkOperation, rows: list[Row], attempt: Attempt
) -> tuple[RowError, ...]:
    each = _each(ports, task, operation, rows)
    if attempt is Attempt.WRITE_DOWN:
        given_up = TimeoutError("the chunk was given up")
        return tuple(_error(context, row, given_up, abandoned=True) for context, row in each)
    ports = replace(ports, rows=with_foreseen(operation.name, ports.rows, each))
    each = _each(ports, task, operation, rows)
    done = (_do(ports, operation.name, context, row, attempt) for context, row in each)
    return tuple(error for error in done if error is not None)


def _each(
    ports: ChunkPorts, task: BulkChunk, operation: BulkOperation, rows: list[Row]
) -> Iterator[tuple[RowContext, Row]]:
    """Its `now` is when the row's turn comes."""
    for position, row in zip(operation.rows_of(task.number), rows, strict=True):
        context = RowContext(
            env=task.env,
            shared=operation.shared,
            now=ports.clock(),
            seed=f"{operation.id}/{position}",
            accepted_at=operation.inserted_at,
        )
        yield context, row


def _do(
    ports: ChunkPorts, name: BulkName, context: RowContext, row: Row, attempt: Attempt
) -> RowError | None:
    """One row: nothing when it is done, its error when it cannot be done."""
    try:
        if ports.remaining_ms() < LONGEST_ROW_MS:
            raise TimeoutError("no time is left for this row")
        ROW_WORK[name](ports.rows, context, row)
    except Exception as error:
        known = isinstance(error, TocsinError) and not isinstance(error, ConflictError)
        if attempt is Attempt.NORMAL and not known:
            raise
        return _error(context, row, error, abandoned=not known)
    return None


def _error(context: RowContext, row: Row, error: Exception, *, abandoned: bool) -> RowError:
    """What broke inside is for the log; the customer learns that the row may be sent again."""
    ref = who_is(context, row)
    known = RowError(
        ref.id, "internal_error", "this row could not be worked on; send it again", ref.collection
    )
    if abandoned or not isinstance(error, TocsinError):
        return replace(known, abandoned=True)
    return replace(known, code=error.code, message=str(error)[:LONGEST_MESSAGE])
