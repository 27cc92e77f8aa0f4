"""Rows as the engine stores them, written past it: to trigger a hundred thousand times would take hours."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

from bench.load.contestants import SHARDS, names
from bench.load.races import KNOWN
from tests.builders.feeds import NoStorage
from tests.builders.messages import a_draft
from tocsin.domain.clock import system_clock
from tocsin.domain.recipients import Recipient, RecipientRef, user
from tocsin.store.messages import draft_to_writes
from tocsin.store.payloads import Payloads
from tocsin.store.recipients import to_item
from tocsin.store.table import Table, put_if_version

_AT_ONCE = 2000


def messages(table: Table, env: str, channel_id: str, reader: str, number: int) -> None:
    """In-app messages of a year, a while ago, so that the counters of the feed may take them in."""
    end = system_clock() - timedelta(minutes=10)
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


def put_all(table: Table, rows: Iterable[dict[str, Any]]) -> None:
    for chunk in in_chunks(rows, _AT_ONCE):
        table.put_all(chunk)


def in_chunks(things: Iterable[Any], size: int) -> Iterable[list[Any]]:
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk
