"""Whatever happens at the same time, twice or late: nothing in a batch is lost or told twice, no window is open twice.

Triggers, repeats, wakes and cancellations come in an order made from a seed. What runs may be stored at any moment in
between another run's reading and writing: the race is played at the one place where it is decided.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from tests.builders.batches import batch, feed, said, sliding
from tests.builders.world import ENV, World
from tocsin.contract.tasks import RunWork
from tocsin.domain.clock import to_iso
from tocsin.lambda_kit.services import Services
from tocsin.usecases.advance_ports import AdvancePorts

KEYS = ("left", "right")
WINDOWS = {
    "fixed": batch(60, batch_key="key", batch_items_render_limit=100),
    "sliding": sliding(40, 90, batch_key="key", batch_items_render_limit=100),
    "full": batch(60, batch_key="key", batch_items_render_limit=100, batch_items_max_limit=3),
    "leading": batch(60, batch_key="key", batch_items_render_limit=100, batch_execution_mode="flush_leading"),
}
DEPTH = 3


class Race(World):
    """A world in which other work comes between what a run has read and what it stores."""

    def __init__(self, services: Services, seed: int) -> None:
        super().__init__(services)
        self.random = Random(seed)
        self.seen: list[RunWork] = []
        self.cancelled: set[int] = set()
        self._depth = 0

    def advance_ports(self) -> AdvancePorts:
        return replace(super().advance_ports(), recipient_runs=self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.services.recipient_runs, name)

    def commit(self, *stored: Any) -> None:
        self._something_else()
        self.services.recipient_runs.commit(*stored)

    def commit_many(self, *stored: Any) -> set[str]:
        self._something_else()
        return self.services.recipient_runs.commit_many(*stored)

    def _something_else(self) -> None:
        if self._depth < DEPTH and self.random.random() < 0.5:
            self._depth += 1
            self.some_run()
            self._depth -= 1

    def some_run(self) -> None:
        """One that waits, in any order, or one that was delivered before."""
        waiting = self.runs.waiting
        if waiting:
            self.seen.append(waiting.pop(self.random.randrange(len(waiting))))
            self.run(self.seen[-1])
        elif self.seen and self.random.random() < 0.3:
            self.run(self.random.choice(self.seen))

    def everything(self) -> None:
        while self.runs.waiting:
            self.some_run()
        self.settle()

    def step(self, number: int) -> None:
        """A trigger, and what happens around it."""
        data = {"n": number, "key": self.random.choice(KEYS)}
        self.trigger("digest", "jane", data=data, cancellation_key=str(number))
        for _ in range(self.random.randrange(3)):
            self.some_run()
        if self.random.random() < 0.15:
            gone = self.random.randrange(number + 1)
            self.cancelled.add(gone)
            self.cancel("digest", str(gone))
        if self.random.random() < 0.3:
            self.everything()
        self.turn(self.random.choice((0.001, 0.001, 0.001, 1, 30, 61)))


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("kind", WINDOWS)
def test_no_trigger_is_lost_or_told_twice_and_no_window_is_open_twice(
    services: Services, kind: str, seed: int
) -> None:
    world = Race(services, seed)
    jane = world.user("jane")
    world.workflow("digest", [WINDOWS[kind], feed()])
    for number in range(24):
        world.step(number)
    for _ in range(4):
        world.everything()
        world.advance(120)
    told = Counter(_numbers(said(world, jane)))
    assert max(told.values()) == 1
    assert set(range(24)) - world.cancelled <= set(told)
    assert not world.runs.waiting
    _assert_one_window_at_a_time(world, min if kind == "full" else max)


def _numbers(texts: Sequence[str]) -> list[int]:
    numbers = []
    for text in texts:
        total, _, listed = text.partition(": ")
        assert int(total) == len(listed.split())
        numbers += [int(number) for number in listed.split()]
    return numbers


def _assert_one_window_at_a_time(world: Race, last_word: Callable[[list[str]], str]) -> None:
    """The next window of a key opens when the one before it has closed. Of a sliding one the latest end counts that
    was said, of a full one the earliest."""
    opened: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    ends: dict[str, list[str]] = defaultdict(list)
    for run in world.all_runs():
        trigger = world.services.workflow_runs.get(ENV, run.workflow_run_id)
        assert trigger is not None
        for event in run.events:
            if event.data and "closes_at" in event.data:
                ends[event.data["batch_id"]].append(event.data["closes_at"])
            if event.data and event.event == "batch_opened":
                opened[trigger.data["key"]].append((event.at, event.data["batch_id"]))
    for windows in opened.values():
        for (_, name), (next_opened, _) in pairwise(sorted(windows)):
            assert last_word(ends[name]) <= to_iso(next_opened)
