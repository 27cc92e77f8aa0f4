"""Whose clock counts: the recipient's, and for those who name none the environment's."""

from dataclasses import replace

import pytest

from tests.builders.schedules import NINE, schedule
from tests.builders.world import ENV, IN_APP, World
from tocsin.domain.clock import to_iso
from tocsin.domain.runs import RunStatus

RULE = {"frequency": "daily", "hours": 18}
UNTIL_SIX = {"type": "delay", "ref": "delay_1", "settings": {"delay_until_field_path": "data.at"}}


@pytest.fixture
def world(world: World) -> World:
    """It is noon in UTC, nine in the evening in Tokyo, seven in the morning in New York."""
    development = world.services.environments.get(ENV)
    assert development is not None
    world.services.environments.put(replace(development, default_timezone="Asia/Tokyo"))
    world.workflow("evening", [UNTIL_SIX, IN_APP])
    return world


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ({}, "2026-01-02T09:00:00.000Z"),
        ({"timezone": "America/New_York"}, "2026-01-01T23:00:00.000Z"),
        ({"timezone": "Nowhere/Land"}, "2026-01-02T09:00:00.000Z"),
    ],
)
def test_a_wait_until_six_in_the_evening(world: World, said: dict[str, str], due: str) -> None:
    world.user("jane", **said)
    world.trigger("evening", "jane", data={"at": RULE})
    world.settle()
    run = world.only_run()
    assert (run.status, run.parking and to_iso(run.parking.due)) == (RunStatus.PAUSED, due)


def test_a_schedule_at_nine(world: World) -> None:
    world.user("jane")
    [daily] = schedule(world, "evening", "jane", repeats=[NINE])
    assert daily.next_occurrence_at is not None
    assert to_iso(daily.next_occurrence_at) == "2026-01-02T00:00:00.000Z"
