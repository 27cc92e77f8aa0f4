"""Marks while the index lags behind: it still says where a message was that has moved or has been deleted, and does not
know one that has just come."""

from datetime import timedelta
from functools import partial

import pytest

from tests.builders.feeds import LATER, SHARDS, Reader
from tests.builders.late_index import LateIndex
from tests.builders.messages import ENV
from tocsin.domain.errors import ConflictError, NotFoundError
from tocsin.domain.ids import ksuid
from tocsin.domain.messages import Mark, marked
from tocsin.store import keys
from tocsin.store.message_lists import MessageListStore
from tocsin.store.table import Key, Table
from tocsin.usecases.mark_messages import MarkPorts, mark_message, mark_messages

READ = partial(marked, mark=Mark.READ, now=LATER)


def ports(reader: Reader, index: LateIndex) -> MarkPorts:
    return reader._mark_ports()._replace(lists=MessageListStore(index, SHARDS))


def late_index(reader: Reader, names: list[str], late: int = 2) -> LateIndex:
    """As long as it is late, this reader still has the messages."""
    partition = keys.recipient(ENV, reader.ref.collection, reader.ref.id)
    places: dict[str, Key | None] = {
        name: (partition, keys.message(reader.feed.channel_id, name)) for name in names
    }
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


def test_a_mark_of_a_message_that_has_just_come_waits_for_the_index(table: Table) -> None:
    jane = Reader(table)
    name = jane.receives(0, at=LATER)
    index = LateIndex(jane.table, {name: None}, late=2)
    now = LATER + timedelta(seconds=1)
    found = mark_messages(ports(jane, index)._replace(clock=lambda: now), ENV, [name], READ)
    assert [message.id for message in found] == [name]
    assert jane.agrees()


@pytest.mark.parametrize("seconds", [-10, 10])
def test_what_was_not_made_just_now_is_not_waited_for(table: Table, seconds: int) -> None:
    """Somebody's invention, or long deleted."""
    jane = Reader(table)
    index = LateIndex(jane.table, {ksuid(LATER, "nothing"): None}, late=100)
    now = LATER + timedelta(seconds=seconds)
    assert mark_messages(ports(jane, index)._replace(clock=lambda: now), ENV, index.places, READ) == []
    assert index.late == 99
