"""Whoever does a run's work may die over it: the sweep finds the run when its lease is over, and the work is asked for
once more. What is answered in time, which is nearly all, costs no turn of the wheel."""

from datetime import timedelta

import pytest

from tests.builders.ways import fetch, note
from tests.builders.world import World, delay
from tocsin.domain.runs import RunStatus
from tocsin.domain.work import Fetched

HELLO = note("{{ data.plan }}", "in_app_1")
LONGER_THAN_A_LEASE = timedelta(minutes=3)


@pytest.fixture(autouse=True)
def api(world: World) -> None:
    world.perform = lambda _: Fetched(200, b'{"plan": "pro"}')
    world.user("jane")


def _lost(world: World, *steps: dict[str, object]) -> None:
    """A run whose work nobody does."""
    world.workflow("welcome", [fetch("https://api.test"), *steps])
    world.trigger("welcome", "jane")
    _lose(world)


def _lose(world: World) -> None:
    for task in world.runs.take():
        world.run(task)
    world.runs.take()
    world.now += LONGER_THAN_A_LEASE


def test_work_that_was_lost_is_asked_for_again_when_its_lease_is_over(world: World) -> None:
    _lost(world, HELLO)

    world.sweep()

    assert len(world.messages_of(world.only_run().recipient)) == 1


def test_work_that_is_always_lost_ends_the_run(world: World) -> None:
    _lost(world, HELLO)
    for _ in range(3):
        world.swept()
        _lose(world)

    failed = [event.data or {} for event in world.only_run().events if event.event == "step_failed"]
    assert [data["reason"] for data in failed] == ["work_lost"]


def test_an_answered_run_is_not_woken_again_and_no_wheel_was_turned_for_it(world: World) -> None:
    world.workflow("welcome", [fetch("https://api.test"), HELLO])
    world.trigger("welcome", "jane")
    world.settle()
    assert world.only_run().status is RunStatus.COMPLETED

    world.now += LONGER_THAN_A_LEASE

    assert world.wheels.waiting == []
    assert world.swept() == 0
    assert world.runs.waiting == []


def test_a_delay_behind_lost_work_ends_in_time(world: World) -> None:
    """What the sweep has woken waits where the wheel wakes it."""
    _lost(world, delay(30), HELLO)
    world.sweep()

    world.advance(31)

    assert len(world.messages_of(world.only_run().recipient)) == 1
