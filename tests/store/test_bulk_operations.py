"""Bulk operations in the table: immutable rows, written once, read in one query."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tocsin.domain.bulk_operations import BulkName, BulkOperation, BulkStatus, ChunkRecord, RowError
from tocsin.store import keys
from tocsin.store.bulk_operations import BulkOperationStore
from tocsin.store.payloads import Payloads
from tocsin.store.table import Table

ENV, ID = "development", "00000000-0000-4000-8000-0000000000ff"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROWS: list[Any] = [{"id": f"user-{number}", "name": "é"} for number in range(5)]
OPERATION = BulkOperation(ID, BulkName.IDENTIFY_USERS, 5, 2, NOW, {"collection": "$users"})
WRONG = RowError("user-3", "invalid_params", "is too large", "$users")


class Drawer:
    """Object storage in memory."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def put(self, key: str, body: bytes) -> None:
        self.bodies[key] = body

    def get(self, key: str) -> bytes:
        return self.bodies[key]


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
def store(table: Table, drawer: Drawer) -> BulkOperationStore:
    store = BulkOperationStore(table, Payloads(drawer))
    store.create(ENV, OPERATION, ROWS)
    return store


def test_a_worker_finds_its_own_rows_and_what_they_share(store: BulkOperationStore) -> None:
    work = store.chunk_work(ENV, ID, 2)
    assert work is not None
    assert (work.operation, work.rows) == (OPERATION, ROWS[4:])
    assert not work.is_started
    assert not work.is_done


def test_rows_that_no_item_could_hold_travel_by_reference(table: Table, drawer: Drawer) -> None:
    rows = [{"id": str(number), "text": "x" * 1000} for number in range(500)]
    operation = BulkOperation(ID, BulkName.IDENTIFY_USERS, 500, 25, NOW)
    store = BulkOperationStore(table, Payloads(drawer))
    store.create(ENV, operation, rows)

    work = store.chunk_work(ENV, ID, 19)
    assert work is not None
    assert work.rows == rows[475:]
    [name] = drawer.bodies
    assert name.startswith(f"payloads/bulk/{ENV}/{ID}-")


def test_a_poll_reads_no_data_of_the_rows(store: BulkOperationStore, table: Table) -> None:
    store.start(ENV, OPERATION, NOW)
    store.finish(ENV, OPERATION, ChunkRecord(1, 2, NOW, (WRONG,)))

    read = table.query(keys.bulk_operation(ENV, ID), before=keys.BULK_ROWS)
    assert [row["sk"] for row in read.items] == [keys.bulk_chunk(1), keys.OPERATION, keys.BULK_STARTED]


def test_progress_is_what_was_recorded(store: BulkOperationStore) -> None:
    later = NOW + timedelta(seconds=5)
    store.start(ENV, OPERATION, NOW)
    for number, errors in enumerate([(), (WRONG,), ()]):
        assert store.finish(
            ENV, OPERATION, ChunkRecord(number, len(OPERATION.rows_of(number)), later, errors)
        )

    seen = store.progress(ENV, ID)
    assert seen is not None
    assert (seen.status, seen.processed_rows, seen.success_count) == (BulkStatus.COMPLETED, 5, 4)
    assert (seen.errors, seen.started_at, seen.ended_at) == ((WRONG,), NOW, later)


def test_the_first_record_of_a_chunk_stands(store: BulkOperationStore) -> None:
    assert store.finish(ENV, OPERATION, ChunkRecord(0, 2, NOW)) is True
    assert store.finish(ENV, OPERATION, ChunkRecord(0, 2, NOW + timedelta(1), (WRONG,))) is False

    seen = store.progress(ENV, ID)
    assert seen is not None
    assert (seen.processed_rows, seen.error_count, seen.updated_at) == (2, 0, NOW)


def test_a_chunk_that_is_done_is_known_to_be(store: BulkOperationStore) -> None:
    store.start(ENV, OPERATION, NOW)
    store.finish(ENV, OPERATION, ChunkRecord(0, 2, NOW))
    work = store.chunk_work(ENV, ID, 0)
    assert work is not None
    assert (work.is_done, work.is_started) == (True, True)


def test_the_first_start_stands(store: BulkOperationStore) -> None:
    store.start(ENV, OPERATION, NOW)
    store.start(ENV, OPERATION, NOW + timedelta(1))
    seen = store.progress(ENV, ID)
    assert seen is not None
    assert seen.started_at == NOW


def test_what_was_never_asked_for_is_nothing(store: BulkOperationStore) -> None:
    assert store.progress(ENV, "absent") is None
    assert store.progress("production", ID) is None
    assert store.chunk_work("production", ID, 0) is None


def test_every_row_of_an_operation_expires(store: BulkOperationStore, table: Table) -> None:
    store.start(ENV, OPERATION, NOW)
    store.finish(ENV, OPERATION, ChunkRecord(0, 2, NOW))
    rows = table.query_all(keys.bulk_operation(ENV, ID))
    assert len(rows) == 4
    assert {row[keys.EXPIRES_AT] for row in rows} == {int((NOW + timedelta(days=30)).timestamp())}
