"""Pages of a lane, and the rows that a step leaves."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.builders.account import EMAIL_CHANNEL, IN_APP_CHANNEL
from tests.builders.feeds import NoStorage
from tests.builders.messages import ENV, START, a_draft, an_email
from tocsin.domain.bulk_operations import BulkName, BulkOperation, BulkStatus, ChunkRecord
from tocsin.domain.ids import earliest_ksuid
from tocsin.domain.listing import Span
from tocsin.domain.message_walks import Lane, LanePage, StepRows
from tocsin.domain.recipients import user
from tocsin.engine.outcome import MessageDraft
from tocsin.store.bulk_operations import BulkOperationStore
from tocsin.store.feeds import FeedStore
from tocsin.store.message_walks import PAGE, MessageWalkStore
from tocsin.store.messages import draft_to_writes
from tocsin.store.payloads import Payloads
from tocsin.store.table import Table

SHARDS = 2
NOW = START + timedelta(days=1)
ROWS = [{"recipient": "jane"}, {"shard": "001"}]
OPERATION = BulkOperation("operation", BulkName.MARK_READ, 2, 1, NOW, {"action": "read"}, estimate=9)
ODD = user("ann é😀+x@y:z$")
# Above the newest message.
TOP = Span(below=earliest_ksuid(NOW))


@pytest.fixture
def store(table: Table) -> MessageWalkStore:
    return MessageWalkStore(table, Payloads(NoStorage()), SHARDS)


def _put(table: Table, drafts: list[MessageDraft]) -> list[str]:
    writes = [draft_to_writes(ENV, draft, SHARDS, Payloads(NoStorage())) for draft in drafts]
    table.put_all(write.item for rows in writes for write in rows)
    return [draft.message.id for draft in drafts]


def _walked(store: MessageWalkStore, lane: Lane, channel_id: str, span: Span = TOP) -> Iterator[str]:
    while True:
        page = store.page(ENV, lane, channel_id, span)
        yield from (message.id for message in page.messages)
        if page.onwards is None:
            return
        span = span.narrowed(below=page.onwards)


def test_a_recipient_s_messages_on_a_channel_come_newest_first_and_without_the_counters(
    store: MessageWalkStore, table: Table
) -> None:
    ids = _put(table, [a_draft(number, recipient=ODD) for number in range(2 * PAGE + 1)])
    _put(table, [an_email(1, recipient=ODD), a_draft(2)])
    feed = FeedStore(table, SHARDS)
    first = store.page(ENV, Lane(recipient=ODD), IN_APP_CHANNEL, TOP).messages[0]
    feed.save_marked(ENV, [(first, first)])
    assert list(_walked(store, Lane(recipient=ODD), IN_APP_CHANNEL)) == ids[::-1]
    between = Span(above=ids[3], below=ids[9])
    assert list(_walked(store, Lane(recipient=ODD), IN_APP_CHANNEL, between)) == ids[8:3:-1]
    assert list(_walked(store, Lane(recipient=ODD), IN_APP_CHANNEL, Span())) == ids[::-1]


def test_nothing_lies_between_bounds_that_are_the_wrong_way_round(
    store: MessageWalkStore, table: Table
) -> None:
    """Such as `newer_than` in the future, or what is left of a range once a walk has come to its end."""
    ids = _put(table, [a_draft(number, recipient=ODD) for number in range(3)])
    for lane in (Lane(recipient=ODD), *store.lanes()):
        for span in (Span(above=ids[2], below=ids[0]), Span(above=ids[1], below=ids[1])):
            assert store.page(ENV, lane, IN_APP_CHANNEL, span) == LanePage([], None)


def test_the_lanes_of_an_environment_hold_each_message_of_a_channel_once(
    store: MessageWalkStore, table: Table
) -> None:
    people = [ODD, user("jane")]
    ids = _put(table, [a_draft(number, recipient=people[number % 2]) for number in range(2 * PAGE)])
    mails = _put(table, [an_email(number) for number in range(0, 2 * PAGE, 2)])
    assert len(store.lanes()) == SHARDS
    lanes = [list(_walked(store, lane, IN_APP_CHANNEL)) for lane in store.lanes()]
    assert sorted(name for lane in lanes for name in lane) == sorted(ids)
    assert all(lane == sorted(lane, reverse=True) for lane in lanes)
    found = [name for lane in store.lanes() for name in _walked(store, lane, EMAIL_CHANNEL)]
    assert sorted(found) == sorted(mails)


def test_the_first_choice_of_a_step_stands_and_so_does_its_first_record(
    store: MessageWalkStore, table: Table
) -> None:
    operations = BulkOperationStore(table, Payloads(NoStorage()))
    operations.create(ENV, OPERATION, ROWS)
    work = store.step_work(ENV, "operation", 1, 0)
    assert work is not None
    assert (work.operation, work.lane, work.found, work.done) == (OPERATION, ROWS[1], None, None)

    first, second = StepRows(("a", "b"), "b"), StepRows((), None)
    assert store.choose(ENV, OPERATION, 1, 0, first) == first
    assert store.choose(ENV, OPERATION, 1, 0, second) == first
    record = ChunkRecord(1, 2, NOW, (), "b")
    assert store.finish(ENV, OPERATION, 0, record) is True
    assert store.finish(ENV, OPERATION, 0, ChunkRecord(1, 0, NOW)) is False

    work = store.step_work(ENV, "operation", 1, 0)
    assert work is not None
    assert (work.found, work.done, work.is_next_begun) == (first, record, False)
    assert store.choose(ENV, OPERATION, 1, 1, second) == second
    work = store.step_work(ENV, "operation", 1, 0)
    assert work is not None
    assert work.is_next_begun


def test_an_operation_has_completed_when_each_lane_has_its_last_record(
    store: MessageWalkStore, table: Table
) -> None:
    operations = BulkOperationStore(table, Payloads(NoStorage()))
    operations.create(ENV, OPERATION, ROWS)
    expected = [
        (BulkStatus.PROCESSING, 8, 9),
        (BulkStatus.PROCESSING, 13, 13),
        (BulkStatus.COMPLETED, 14, 14),
    ]
    steps = [(0, ChunkRecord(0, 8, NOW, (), "m")), (0, ChunkRecord(1, 5, NOW)), (1, ChunkRecord(0, 1, NOW))]
    for (number, record), wanted in zip(steps, expected, strict=True):
        store.choose(ENV, OPERATION, record.number, number, StepRows(("m",), record.onwards))
        store.finish(ENV, OPERATION, number, record)
        seen = operations.progress(ENV, "operation")
        assert seen is not None
        assert (seen.status, seen.processed_rows, seen.estimated_total_rows) == wanted


def test_a_step_of_what_has_expired_is_nothing(store: MessageWalkStore) -> None:
    assert store.step_work(ENV, "absent", 0, 0) is None
