"""Bulk operations: what was asked, what is done, and what a poller sees of it.

An operation never changes. Each chunk of its rows that is finished leaves one record, written once, and whatever is
shown is counted from those records: work that is repeated, or done twice at once, cannot be counted twice.

Where the rows are not known beforehand they are walked to (`message_walks.py`): a chunk is then a lane, which leaves
a record for each step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

MAX_ROWS = 1000
# As many as one batch reads. Each chunk reads the rows of the whole operation to find its own.
ROWS_PER_CHUNK = 100
KEPT = timedelta(days=30)

Row = Any  # JSON: an id, or an object with one


class BulkName(StrEnum):
    """What is done to each row; the wire's `name`."""

    IDENTIFY_USERS = "users.identify"
    DELETE_USERS = "users.delete"
    SET_PREFERENCES = "users.set_preferences"
    SET_OBJECTS = "objects.set"
    DELETE_OBJECTS = "objects.delete"
    ADD_SUBSCRIPTIONS = "objects.add_subscriptions"
    DELETE_SUBSCRIPTIONS = "objects.delete_subscriptions"
    SET_TENANTS = "tenants.set"
    DELETE_TENANTS = "tenants.delete"
    CREATE_SCHEDULES = "schedules.create"
    MARK_SEEN = "messages.seen"
    MARK_UNSEEN = "messages.unseen"
    MARK_READ = "messages.read"
    MARK_UNREAD = "messages.unread"
    MARK_ARCHIVED = "messages.archived"
    MARK_UNARCHIVED = "messages.unarchived"
    MARK_INTERACTED = "messages.interacted"
    DELETE_MESSAGES = "messages.delete"


# Rows that are more work each (a transaction, all messages of a recipient) go in smaller chunks: a chunk has to be done
# within one time-out of the worker. Rows that name recipients of their own are as much work as those are many.
RECIPIENTS_PER_CHUNK = 200
_SMALLER_CHUNKS = {
    BulkName.SET_PREFERENCES: 50,
    BulkName.CREATE_SCHEDULES: 25,
    BulkName.DELETE_USERS: 10,
    BulkName.DELETE_OBJECTS: 10,
    BulkName.DELETE_TENANTS: 10,
}
_NAMING_RECIPIENTS = frozenset({BulkName.ADD_SUBSCRIPTIONS, BulkName.DELETE_SUBSCRIPTIONS})

# Done once more a while later, for what was on its way when they were done: see `usecases/delete_recipient.py`.
DONE_AGAIN = frozenset({BulkName.DELETE_USERS, BulkName.DELETE_OBJECTS, BulkName.DELETE_TENANTS})


def rows_per_chunk(name: BulkName, rows: Sequence[Row]) -> int:
    """
    >>> rows_per_chunk(BulkName.ADD_SUBSCRIPTIONS, [{"recipients": ["jane"]}, {"recipients": ["tom"] * 50}])
    4
    """
    most = _SMALLER_CHUNKS.get(name, ROWS_PER_CHUNK)
    if name not in _NAMING_RECIPIENTS:
        return most
    longest = max((len(row["recipients"]) for row in rows), default=0)
    return min(most, max(1, RECIPIENTS_PER_CHUNK // max(1, longest)))


class BulkStatus(StrEnum):
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BulkOperation:
    """`shared` is what all rows have in common, such as the collection. The size of its chunks is its own for good:
    a new version of the code may cut others. `estimate` is for rows that are not known beforehand: how many there may
    be; `total_rows` are then the lanes in which they are looked for."""

    id: str
    name: BulkName
    total_rows: int
    rows_per_chunk: int
    inserted_at: datetime
    shared: dict[str, Any] = field(default_factory=dict)
    estimate: int | None = None

    @property
    def chunk_count(self) -> int:
        return -(-self.total_rows // self.rows_per_chunk)

    def rows_of(self, number: int) -> range:
        """The positions of a chunk's rows."""
        start = number * self.rows_per_chunk
        return range(start, min(start + self.rows_per_chunk, self.total_rows))


@dataclass(frozen=True, slots=True)
class RowError:
    """`abandoned`: nothing was wrong with the row as far as we know; we could not do it, however often we tried."""

    id: str
    code: str
    message: str
    collection: str | None = None
    abandoned: bool = False


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    """A finished chunk, or a finished step of one: written once, never changed. `onwards` is behind which row the next
    step begins, None at the chunk's end."""

    number: int
    rows: int
    finished_at: datetime
    errors: tuple[RowError, ...] = ()
    onwards: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What a poller sees."""

    operation: BulkOperation
    status: BulkStatus
    processed_rows: int
    errors: tuple[RowError, ...]
    updated_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def estimated_total_rows(self) -> int:
        """Where rows are looked for, the end tells how many there were."""
        if self.operation.estimate is None:
            return self.operation.total_rows
        return self.processed_rows if self.ended_at else max(self.operation.estimate, self.processed_rows)

    @property
    def error_count(self) -> int:
        return len(self.errors)

    @property
    def success_count(self) -> int:
        return self.processed_rows - self.error_count


def progress(
    operation: BulkOperation, started_at: datetime | None, chunks: Sequence[ChunkRecord]
) -> Progress:
    """Counts the records. The operation has failed only when not a single row came to an end of its own."""
    errors = tuple(
        error for chunk in sorted(chunks, key=lambda chunk: chunk.number) for error in chunk.errors
    )
    moments = [operation.inserted_at, *(chunk.finished_at for chunk in chunks)]
    if started_at is not None:
        moments.append(started_at)
    status = _status(operation, started_at, chunks, errors)
    return Progress(
        operation=operation,
        status=status,
        processed_rows=sum(chunk.rows for chunk in chunks),
        errors=errors,
        updated_at=max(moments),
        started_at=started_at,
        ended_at=max(moments) if status in (BulkStatus.COMPLETED, BulkStatus.FAILED) else None,
    )


def _status(
    operation: BulkOperation,
    started_at: datetime | None,
    chunks: Sequence[ChunkRecord],
    errors: Sequence[RowError],
) -> BulkStatus:
    if sum(chunk.onwards is None for chunk in chunks) < operation.chunk_count:
        return BulkStatus.PROCESSING if chunks or started_at else BulkStatus.QUEUED
    abandoned = sum(error.abandoned for error in errors)
    all_abandoned = 0 < sum(chunk.rows for chunk in chunks) == abandoned
    return BulkStatus.FAILED if all_abandoned else BulkStatus.COMPLETED
