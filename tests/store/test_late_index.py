"""Marks while the index lags behind: it still says where a message was that has moved, or has been deleted."""

from functools import partial

import pytest

from tests.builders.feeds import LATER, SHARDS, Reader
from tests.builders.late_index import LateIndex
from tests.builders.messages import ENV
from tocsin.domain.errors import ConflictError, NotFoundError
from tocsin.domain.messages import Mark, marked
from tocsin.store import keys
from tocsin.store.message_lists import MessageListStore
from tocsin.store.table import Table
from tocsin.usecases.mark_messages import MarkPorts, mark_message, mark_messages

READ = partial(marked, mark=Mark.READ, now=LATER)


def ports(reader: Reader, index: LateIndex) -> MarkPorts:
    return reader._mark_ports()._replace(lists=MessageListStore(index, SHARDS))


def late_index(reader: Reader, names: list[str], late: int = 2) -> LateIndex:
    """As long as it is late, this reader still has the messages."""
    partition = keys.recipient(ENV, reader.ref.collection, reader.ref.id)
    places = {name: (partition, keys.message(reader.feed.channel_id, name)) for name in names}
    return LateIndex(reader.table, places, late)


def test_a_mark_finds_a_message_that_has_just_moved_to_another_user(table: Table) -> None:
    jane, tom = Reader(table), Reader(table)
    hers, his = [jane.receives(0), jane.receives(1)], [tom.receives(2), tom.receives(3)]
    index = late_index(tom, his)
    jane.takes_over(tom)
    found = mark_messages(ports(jane, index), ENV, his + hers, READ)
    assert [message.id for message in found] == his + hers
    assert all(message.is_marked(Mark.READ) for message in jane.items())
    assert jane.agrees()
    assert index.late == 0


def test_a_mark_of_a_message_that_has_just_been_deleted_finds_nothing(table: Table) -> None:
    jane = Reader(table)
    index = late_index(jane, [jane.receives(0)])
    jane.is_deleted()
    [name] = index.places
    with pytest.raises(NotFoundError):
        mark_message(ports(jane, index), ENV, name, READ)


def test_who_would_wait_for_the_index_for_long_is_told_to_try_again(table: Table) -> None:
    jane = Reader(table)
    index = late_index(jane, [jane.receives(0)], late=1_000)
    jane.is_deleted()
    with pytest.raises(ConflictError):
        mark_messages(ports(jane, index), ENV, index.places, READ)
