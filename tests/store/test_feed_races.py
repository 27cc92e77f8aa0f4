"""Many clients at one feed at once, on the emulator: afterwards the counters are those of a recount, for every filter.

On the emulator alone: moto forgets other threads' writes when a transaction fails.
"""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import uuid4

import boto3
import pytest

from tests.builders.feeds import DATA_FILTERS, EVERY_FILTER, LARGE, ORDINARY, Reader
from tests.builders.messages import START
from tests.builders.table import create_table
from tests.store.conftest import REGION
from tocsin.domain.errors import ConflictError, NotFoundError
from tocsin.domain.messages import Mark, marked, unmarked
from tocsin.store.table import Table
from tocsin.usecases.mark_messages import Change

CLIENTS = 8
DEEDS = 25
REPEATS = 20
TENANTS = [None, "acme", "globex", "a-tenant-of-a-long-name" * 10]
WORKFLOWS = [("comment", ("a",)), ("billing", ("a", "x")), ("digest", ())]
MARKS = [Mark.SEEN, Mark.READ, Mark.ARCHIVED]


@pytest.fixture
def table(emulator_url: str, monkeypatch: pytest.MonkeyPatch) -> Table:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    client = boto3.client("dynamodb", region_name=REGION, endpoint_url=emulator_url)
    name = f"tocsin-{uuid4()}"
    create_table(client, name)
    return Table(client, name)


class Clock:
    """Goes on by two seconds whenever somebody looks at it: minutes pass while all are at work."""

    def __init__(self) -> None:
        self._ticks = count(1)

    def __call__(self) -> datetime:
        return START + timedelta(seconds=2 * next(self._ticks))


class Client:
    """One of many who use the same feed. What it does comes from its own seed; in which order all of it happens is
    the machine's affair."""

    def __init__(self, reader: Reader, ids: list[str], clock: Clock, seed: int) -> None:
        self.reader, self.ids, self.clock = reader.colleague(), ids, clock
        self.chance = random.Random(seed)
        self.numbers = count(1_000 * (seed + 1))
        self.done: Counter[str] = Counter()

    def lives(self) -> None:
        deeds: list[Callable[[], object]] = [
            *[self.marks_one] * 4,
            *[self.marks_many] * 4,
            *[self.looks] * 4,
            *[self.receives] * 3,
            self.takes_over,
        ]
        for _ in range(DEEDS):
            deed = self.chance.choice(deeds)
            try:
                deed()
                self.done[deed.__name__] += 1
            except (ConflictError, NotFoundError):  # too many at once, or a message that is just being moved
                self.done["refused"] += 1

    def _fields(self) -> dict[str, Any]:
        """As runs store messages: the time in the id is that of a moment ago."""
        workflow, categories = self.chance.choice(WORKFLOWS)
        at = self.clock() - timedelta(seconds=self.chance.randrange(20))
        return {
            "at": at,
            "tenant": self.chance.choice(TENANTS),
            "workflow": workflow,
            "categories": categories,
            "data": self.chance.choice([*ORDINARY, LARGE]),
        }

    def _change(self) -> Change:
        verb, mark = self.chance.choice([marked, unmarked]), self.chance.choice(MARKS)
        return partial(verb, mark=mark, now=self.clock())

    def marks_one(self) -> None:
        self.reader.changes(self.chance.choice(self.ids), self._change())

    def marks_many(self) -> None:
        self.reader.changes_all(self.chance.choices(self.ids, k=self.chance.randint(2, 40)), self._change())

    def looks(self) -> None:
        wanted = self.chance.choice(self.chance.choice([EVERY_FILTER, DATA_FILTERS]))
        self.reader.looks(wanted, now=self.clock())

    def receives(self) -> None:
        self.ids.append(self.reader.receives(next(self.numbers), **self._fields()))

    def takes_over(self) -> None:
        other = Reader(Table(self.reader.table._client, self.reader.table._name))
        ids = other.receives_many([self._fields() for _ in range(3)])
        other.changes_all(ids[:2], self._change())
        self.ids.extend(ids)
        at = self.clock()
        for _ in range(REPEATS):
            with suppress(ConflictError):
                return self.reader.takes_over(other, now=at)
        raise AssertionError("a merge that is repeated comes to its end")


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_many_clients_do_at_once_every_count_is_that_of_a_recount(table: Table, seed: int) -> None:
    reader, clock = Reader(table), Clock()
    ids = [
        reader.receives(number, at=START - timedelta(hours=1, seconds=number), tenant=TENANTS[number % 3])
        for number in range(40)
    ]
    reader.looks(now=START)
    clients = [Client(reader, ids, clock, 100 * seed + number) for number in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as threads:
        for life in [threads.submit(client.lives) for client in clients]:
            life.result()
    done = sum((client.done for client in clients), Counter[str]())
    print(f"\n{dict(done)}, {reader.folded()} folded of {len(ids)}")
    assert len(reader.items()) == len(set(ids)) == 40 + done["receives"] + 3 * done["takes_over"]
    assert 40 < reader.folded() < len(ids)
    assert reader.agrees(now=clock())
    assert reader.agrees(now=clock() + timedelta(hours=1))
    assert reader.folded() == len(ids)
    for wanted in DATA_FILTERS:
        reader.looks(wanted, now=clock() + timedelta(hours=1))
    assert reader.remembered()
    assert reader.agrees(now=clock() + timedelta(hours=1))
