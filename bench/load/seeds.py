"""Rows as the engine stores them, written past it: to trigger a hundred thousand times would take hours."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from bench import job
from bench.load.contestants import KNOWN, names
from bench.load.memory import Memory
from bench.load.stack import SHARDS
from tests.builders.feeds import NoStorage
from tests.builders.messages import a_draft
from tocsin.domain.clock import system_clock
from tocsin.domain.feed import Feed, FeedFilter
from tocsin.domain.listing import Span
from tocsin.domain.recipients import USERS, Recipient, RecipientRef, user
from tocsin.domain.subscriptions import Subscription
from tocsin.store import keys
from tocsin.store.attributes import from_attributes
from tocsin.store.feeds import FeedStore
from tocsin.store.messages import draft_to_writes
from tocsin.store.payloads import Payloads
from tocsin.store.recipients import to_item
from tocsin.store.subscriptions import SubscriptionStore
from tocsin.store.table import Table, put_if_version
from tocsin.usecases.read_feed import read_feed

_AT_ONCE = 2000
SUBSCRIPTIONS_AT_ONCE = 50


def counted_feed(table: Table, env: str, channel_id: str, reader: str, number: int) -> None:
    """A feed whose counters have taken in all of it: they were asked in memory, where each query costs the same."""
    memory, now = in_memory(Memory()), system_clock()
    for into in (memory, table):
        messages(into, env, channel_id, reader, number, now)
    look_at_feed(memory, env, channel_id, reader)
    counters = memory.get((keys.recipient(env, USERS, reader), keys.feed_counters(channel_id)))
    put_all(table, [counters] if counters else [])


def look_at_feed(table: Table, env: str, channel_id: str, reader: str) -> None:
    """The newest fifty with their counts, which take in what is new."""
    store, whose = FeedStore(table, SHARDS), Feed(user(reader), channel_id)
    read_feed(store, env, whose, FeedFilter(), Span(), job.PAGE, system_clock(), lambda _: {})


def messages(table: Table, env: str, channel_id: str, reader: str, number: int, now: datetime) -> None:
    """In-app messages of a year, a while ago, so that the counters of the feed may take them in."""
    end = now - timedelta(minutes=10)
    payloads = Payloads(NoStorage())

    def rows() -> Iterable[dict[str, Any]]:
        for place in range(number):
            at = end - timedelta(minutes=5 * (number - place))
            made = a_draft(place, recipient=user(reader), at=at, workflow="bench")
            draft = replace(made, message=replace(made.message, channel_id=channel_id))
            yield from (write.item for write in draft_to_writes(env, draft, SHARDS, payloads))

    put_all(table, rows())


def recipients(table: Table, env: str, collection: str, number: int) -> None:
    """Users, or objects of a collection: a listing is one of either."""
    begin = system_clock() - timedelta(days=400)
    made = [
        Recipient(
            RecipientRef(collection, name),
            begin + timedelta(seconds=place),
            begin + timedelta(seconds=place),
            {"name": f"Number {place}", "email": f"{place}@example.com", "plan": "pro"},
        )
        for place, name in enumerate(names(KNOWN, number))
    ]
    put_all(table, (put_if_version(to_item(env, one, SHARDS), 0).item for one in made))


def followed(table: Table, env: str, object_: RecipientRef, number: int) -> None:
    """An object that so many users follow."""
    memory, begin = Memory(), system_clock() - timedelta(days=1)
    subscribe(in_memory(memory), env, object_, [user(name) for name in names(KNOWN, number)], begin, SHARDS)
    itself = put_if_version(to_item(env, Recipient(object_, begin, begin, {}), SHARDS), 0).item
    put_all(table, [itself, *map(from_attributes, memory.rows())])


def subscribe(
    table: Table, env: str, object_: RecipientRef, who: Sequence[RecipientRef], at: datetime, shards: int
) -> None:
    store = SubscriptionStore(table, shards)
    for some in in_chunks(who, SUBSCRIPTIONS_AT_ONCE):
        store.put_all(env, [Subscription(object_, one, at, at, {}) for one in some])


def in_memory(memory: Memory) -> Table:
    client: Any = memory
    return Table(client, "tocsin")


def put_all(table: Table, rows: Iterable[dict[str, Any]]) -> None:
    for chunk in in_chunks(rows, _AT_ONCE):
        table.put_all(chunk)


def in_chunks(things: Iterable[Any], size: int) -> Iterable[list[Any]]:
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk
