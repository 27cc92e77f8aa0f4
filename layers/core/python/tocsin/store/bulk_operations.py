"""Bulk operations: what was asked, and a row for each chunk that is done.

Under one partition: `CHUNK#…` per finished chunk, `OPERATION`, `STARTED`, and last the rows' own data, so that a poll
reads the first three kinds in one query and never the data.
"""

from datetime import datetime
from typing import Any, NamedTuple

from tocsin.domain.bulk_operations import (
    KEPT,
    BulkName,
    BulkOperation,
    ChunkRecord,
    Progress,
    Row,
    RowError,
    progress,
)
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.errors import ConflictError
from tocsin.store import keys
from tocsin.store.payloads import Payloads
from tocsin.store.rows import optional_date
from tocsin.store.table import ABSENT, Item, Put, Table


class ChunkWork(NamedTuple):
    """What a worker needs to know before it begins."""

    operation: BulkOperation
    rows: list[Row]
    is_started: bool
    is_done: bool


class BulkOperationStore:
    """`payloads` is None where a function only looks."""

    def __init__(self, table: Table, payloads: Payloads | None) -> None:
        self._table = table
        self._payloads = payloads

    def create(self, env: str, operation: BulkOperation, rows: list[Row]) -> None:
        """The data first: an operation that can be seen can be worked on."""
        body = self._packer().pack(f"bulk/{env}/{operation.id}", {"shared": operation.shared, "rows": rows})
        key = row_key(env, operation.id, keys.BULK_ROWS, operation.inserted_at)
        self._table.put(Put({**key, "body": body}))
        self._table.put(Put(_operation_item(env, operation), ABSENT))

    def progress(self, env: str, operation_id: str) -> Progress | None:
        """Everything that is shown, from one consistent query: two polls in a row never go backwards."""
        rows = self._table.query_all(
            keys.bulk_operation(env, operation_id), before=keys.BULK_ROWS, consistent=True
        )
        by_sk = {row["sk"]: row for row in rows}
        if keys.OPERATION not in by_sk:
            return None
        operation = operation_from_item(by_sk.pop(keys.OPERATION))
        started = by_sk.pop(keys.BULK_STARTED, {}).get("started_at")
        return progress(operation, optional_date(started), [chunk_from_item(row) for row in by_sk.values()])

    def chunk_work(self, env: str, operation_id: str, number: int) -> ChunkWork | None:
        """None when the operation has expired."""
        partition, chunk = keys.bulk_operation(env, operation_id), keys.bulk_chunk(number)
        wanted = (keys.OPERATION, keys.BULK_ROWS, keys.BULK_STARTED, chunk)
        found = self._table.batch_get(((partition, sk) for sk in wanted), consistent=True)
        by_sk = {sk: row for (_, sk), row in found.items()}
        if keys.OPERATION not in by_sk or keys.BULK_ROWS not in by_sk:
            return None
        body: Any = self._packer().unpack(by_sk[keys.BULK_ROWS]["body"])
        operation = operation_from_item(by_sk[keys.OPERATION], body["shared"])
        rows = [body["rows"][position] for position in operation.rows_of(number)]
        return ChunkWork(operation, rows, is_started=keys.BULK_STARTED in by_sk, is_done=chunk in by_sk)

    def start(self, env: str, operation: BulkOperation, at: datetime) -> None:
        """Notes when the first worker began; whoever comes second changes nothing."""
        key = row_key(env, operation.id, keys.BULK_STARTED, operation.inserted_at)
        put_once(self._table, {**key, "started_at": to_iso(at)})

    def finish(self, env: str, operation: BulkOperation, chunk: ChunkRecord) -> bool:
        """False when the chunk was recorded already: that record stands, whatever this worker met."""
        key = row_key(env, operation.id, keys.bulk_chunk(chunk.number), operation.inserted_at)
        return put_once(self._table, {**key, **chunk_to_item(chunk)})

    def _packer(self) -> Payloads:
        if self._payloads is None:
            raise RuntimeError("this function has no PAYLOAD_BUCKET, and so no bulk operations to start")
        return self._payloads


def put_once(table: Table, item: Item) -> bool:
    """False when the row was there already: it stands."""
    try:
        table.put(Put(item, ABSENT))
    except ConflictError:
        return False
    return True


def row_key(env: str, operation_id: str, sk: str, inserted_at: datetime) -> Item:
    """All rows of an operation go at the same time."""
    return {
        "pk": keys.bulk_operation(env, operation_id),
        "sk": sk,
        keys.EXPIRES_AT: int((inserted_at + KEPT).timestamp()),
    }


def _operation_item(env: str, operation: BulkOperation) -> Item:
    return {
        **row_key(env, operation.id, keys.OPERATION, operation.inserted_at),
        "id": operation.id,
        "name": operation.name.value,
        "total_rows": operation.total_rows,
        "rows_per_chunk": operation.rows_per_chunk,
        "estimate": operation.estimate,
        "inserted_at": to_iso(operation.inserted_at),
    }


def operation_from_item(item: Item, shared: dict[str, Any] | None = None) -> BulkOperation:
    return BulkOperation(
        id=item["id"],
        name=BulkName(item["name"]),
        total_rows=item["total_rows"],
        rows_per_chunk=item["rows_per_chunk"],
        inserted_at=from_iso(item["inserted_at"]),
        shared=shared or {},
        estimate=item.get("estimate"),
    )


def chunk_to_item(chunk: ChunkRecord) -> Item:
    return {
        "number": chunk.number,
        "rows": chunk.rows,
        "finished_at": to_iso(chunk.finished_at),
        "errors": [_error_to_item(error) for error in chunk.errors],
        "onwards": chunk.onwards,
    }


def chunk_from_item(item: Item) -> ChunkRecord:
    return ChunkRecord(
        number=item["number"],
        rows=item["rows"],
        finished_at=from_iso(item["finished_at"]),
        errors=tuple(RowError(**error) for error in item["errors"]),
        onwards=item.get("onwards"),
    )


def _error_to_item(error: RowError) -> Item:
    return {
        "id": error.id,
        "code": error.code,
        "message": error.message,
        "collection": error.collection,
        "abandoned": error.abandoned,
    }
