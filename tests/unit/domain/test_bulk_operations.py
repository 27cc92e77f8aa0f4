"""What a poller sees of a bulk operation, counted from what its workers wrote down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.bulk_operations import (
    BulkName,
    BulkOperation,
    BulkStatus,
    ChunkRecord,
    RowError,
    progress,
    rows_per_chunk,
)
from tocsin.domain.subscriptions import MAX_RECIPIENTS

ASKED = datetime(2026, 1, 1, tzinfo=UTC)
STARTED, SOON, LATER = (ASKED + timedelta(seconds=number) for number in (1, 2, 3))
OPERATION = BulkOperation("operation", BulkName.IDENTIFY_USERS, 60, 25, ASKED)
WRONG = RowError("jane", "invalid_params", "is too large")
GIVEN_UP = RowError("tom", "internal_error", "could not be worked on", abandoned=True)


def test_nothing_has_begun() -> None:
    seen = progress(OPERATION, None, [])
    assert (seen.status, seen.processed_rows, seen.started_at, seen.ended_at) == (
        BulkStatus.QUEUED,
        0,
        None,
        None,
    )
    assert seen.updated_at == ASKED


def test_somebody_works_on_it_but_nothing_is_done() -> None:
    seen = progress(OPERATION, STARTED, [])
    assert (seen.status, seen.processed_rows, seen.updated_at) == (BulkStatus.PROCESSING, 0, STARTED)


def test_some_chunks_are_done() -> None:
    seen = progress(OPERATION, STARTED, [ChunkRecord(1, 25, SOON, (WRONG,))])
    assert (seen.status, seen.processed_rows, seen.success_count, seen.error_count) == (
        BulkStatus.PROCESSING,
        25,
        24,
        1,
    )
    assert (seen.updated_at, seen.ended_at) == (SOON, None)


def test_all_chunks_are_done() -> None:
    chunks = [
        ChunkRecord(2, 10, SOON, (GIVEN_UP,)),
        ChunkRecord(0, 25, LATER, (WRONG,)),
        ChunkRecord(1, 25, SOON),
    ]
    seen = progress(OPERATION, STARTED, chunks)
    assert (seen.status, seen.processed_rows, seen.success_count) == (BulkStatus.COMPLETED, 60, 58)
    assert seen.errors == (WRONG, GIVEN_UP)
    assert seen.ended_at == seen.updated_at == LATER


def test_rows_that_are_all_wrong_are_still_an_operation_that_completed() -> None:
    operation = replace(OPERATION, total_rows=1)
    assert progress(operation, STARTED, [ChunkRecord(0, 1, SOON, (WRONG,))]).status is BulkStatus.COMPLETED


def test_it_failed_only_when_no_row_could_be_worked_on() -> None:
    operation = replace(OPERATION, total_rows=2, rows_per_chunk=1)
    one, other = (ChunkRecord(number, 1, SOON, (GIVEN_UP,)) for number in range(2))
    assert progress(operation, STARTED, [one, other]).status is BulkStatus.FAILED
    assert progress(operation, STARTED, [one, ChunkRecord(1, 1, SOON)]).status is BulkStatus.COMPLETED
    assert progress(operation, STARTED, [one]).status is BulkStatus.PROCESSING


def test_an_operation_on_no_rows_has_completed_when_it_was_asked_for() -> None:
    seen = progress(replace(OPERATION, total_rows=0), None, [])
    assert (seen.status, seen.ended_at) == (BulkStatus.COMPLETED, ASKED)


@given(total=st.integers(0, 1000), size=st.integers(1, 40))
def test_every_row_lies_in_one_chunk(total: int, size: int) -> None:
    operation = replace(OPERATION, total_rows=total, rows_per_chunk=size)
    chunks = [operation.rows_of(number) for number in range(operation.chunk_count)]
    assert [position for chunk in chunks for position in chunk] == list(range(total))


@given(st.lists(st.integers(0, 2), unique=True), st.booleans())
def test_the_counts_add_up_whatever_is_done(numbers: list[int], started: bool) -> None:
    chunks = [
        ChunkRecord(number, len(OPERATION.rows_of(number)), LATER, (WRONG,) * number) for number in numbers
    ]
    seen = progress(OPERATION, STARTED if started else None, chunks)
    assert seen.success_count + seen.error_count == seen.processed_rows <= OPERATION.total_rows
    assert (seen.status is BulkStatus.COMPLETED) == (seen.processed_rows == OPERATION.total_rows)
    assert (seen.status is BulkStatus.QUEUED) == (not numbers and not started)


@pytest.mark.parametrize("name", BulkName)
def test_a_chunk_is_never_empty(name: BulkName) -> None:
    assert rows_per_chunk(name, [{"recipients": ["jane"] * MAX_RECIPIENTS}]) > 0


def test_rows_that_name_many_recipients_share_a_chunk_with_few() -> None:
    one, most = ({"recipients": ["jane"] * count} for count in (1, MAX_RECIPIENTS))
    assert rows_per_chunk(BulkName.ADD_SUBSCRIPTIONS, [one, one]) == rows_per_chunk(BulkName.SET_OBJECTS, [])
    assert rows_per_chunk(BulkName.ADD_SUBSCRIPTIONS, [one, most]) == 2
    assert rows_per_chunk(BulkName.DELETE_SUBSCRIPTIONS, [{"recipients": []}]) > 2
