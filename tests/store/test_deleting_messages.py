"""Messages deleted from a feed leave its counters right, whoever folds or marks at the same moment."""

import pytest

from tests.builders.feeds import SHARDS, Reader
from tests.builders.messages import ENV
from tocsin.domain.feed import Counts
from tocsin.domain.messages import Mark
from tocsin.store.message_lists import MessageListStore
from tocsin.store.messages import MessageStore
from tocsin.store.table import Table
from tocsin.usecases.delete_messages import delete_messages
from tocsin.usecases.mark_messages import TOGETHER, MarkPorts


@pytest.fixture
def reader(table: Table) -> Reader:
    return Reader(table)


def _delete(reader: Reader, *message_ids: str) -> None:
    messages = MessageStore(reader.table, reader.payloads, SHARDS)
    delete_messages(
        MarkPorts(MessageListStore(reader.table, SHARDS), messages, reader.store), ENV, message_ids
    )


def test_more_than_a_transaction_holds_are_deleted_in_groups(reader: Reader) -> None:
    ids = [reader.receives(number) for number in range(TOGETHER + 3)]
    reader.looks()
    _delete(reader, *ids[1:], "2fXkJzFjVwXYYkUjGKPFs7Y7Z9h")
    assert [message.id for message in reader.items()] == ids[:1]
    assert reader.agrees()


@pytest.mark.parametrize("folded", [True, False])
def test_a_mark_that_meets_a_deletion_counts_or_comes_too_late(reader: Reader, folded: bool) -> None:
    ids = [reader.receives(number) for number in range(3)]
    if folded:
        reader.looks()
    reader.table.before_write = lambda: reader.colleague().marks(ids[1], Mark.SEEN)
    _delete(reader, ids[1])
    assert reader.looks().counts == Counts(2, 2, 2)
    assert reader.agrees()


def test_a_fold_that_has_read_what_is_deleted_at_that_moment_is_refused(reader: Reader) -> None:
    ids = [reader.receives(number) for number in range(3)]
    reader.table.before_write = lambda: _delete(reader.colleague(), *ids[1:])
    reader.looks()
    assert reader.looks().counts == Counts(1, 1, 1)
    assert reader.agrees()


def test_a_deletion_that_meets_a_fold_is_done_again(reader: Reader) -> None:
    ids = [reader.receives(number) for number in range(3)]
    reader.table.before_write = lambda: reader.colleague().looks()
    _delete(reader, ids[0])
    assert {message.id for message in reader.items()} == set(ids[1:])
    assert reader.agrees()


def test_two_who_delete_the_same_take_it_out_of_the_counts_once(reader: Reader) -> None:
    ids = [reader.receives(number) for number in range(4)]
    reader.looks()
    reader.table.before_write = lambda: _delete(reader.colleague(), *ids[:2])
    _delete(reader, *ids[:3])
    assert reader.looks().counts == Counts(1, 1, 1)
    assert reader.agrees()
