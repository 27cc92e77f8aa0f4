"""Delays: for a time, until a moment that lies in somebody's data, and around such a moment."""

from typing import Any

import pytest

from tests.builders.world import IN_APP, World
from tocsin.domain.recipients import user
from tocsin.domain.runs import RunStatus

HOUR, DAY = 3600, 86400
JANE = user("jane")


@pytest.fixture
def world(world: World) -> World:
    """It is Thursday noon in London, and one in the afternoon for Jane."""
    world.user("jane", name="Jane", timezone="Europe/Vienna", wakes={"frequency": "daily", "hours": 9})
    return world


def delayed(world: World, **settings: Any) -> None:
    step = {"type": "delay", "ref": "delay_1", "settings": settings}
    world.workflow("remind", [step, IN_APP])


def start(world: World, **data: Any) -> None:
    world.trigger("remind", "jane", data=data)
    world.settle()


def arrives_after(world: World, seconds: float) -> bool:
    """Whether the message is made after that time and not a minute before."""
    world.advance(seconds - 60)
    before = len(world.messages_of(JANE))
    world.advance(60)
    return (before, len(world.messages_of(JANE))) == (0, 1)


@pytest.mark.parametrize(
    ("due", "seconds"),
    [
        ("2026-01-01T14:00:00Z", 2 * HOUR),
        ("2026-01-02T13:00:00+01:00", DAY),
        ({"unit": "hours", "value": 3}, 3 * HOUR),
        ({"frequency": "hourly", "minutes": 30}, HOUR / 2),
        # Half past seven in Vienna is half past six in London.
        ({"frequency": "daily", "hours": 7, "minutes": 30}, 18.5 * HOUR),
    ],
)
def test_a_run_waits_until_the_moment_in_its_data(world: World, due: Any, seconds: float) -> None:
    delayed(world, delay_until_field_path="data.due")
    start(world, due=due)
    assert arrives_after(world, seconds)


def test_the_moment_may_be_a_habit_of_the_recipient(world: World) -> None:
    delayed(world, delay_until_field_path="recipient.wakes")
    start(world)
    assert arrives_after(world, 20 * HOUR)


@pytest.mark.parametrize(
    ("offset", "seconds"),
    [({"unit": "days", "value": -1}, DAY), ({"unit": "hours", "value": 2}, 2 * DAY + 2 * HOUR)],
)
def test_a_reminder_comes_before_or_after_the_appointment(
    world: World, offset: dict[str, Any], seconds: int
) -> None:
    delayed(world, delay_until_field_path="data.meeting_at", delay_for=offset)
    start(world, meeting_at="2026-01-03T12:00:00Z")
    assert arrives_after(world, seconds)


@pytest.mark.parametrize(
    ("data", "explanation"),
    [
        ({}, "there is nothing at 'data.due'"),
        ({"due": "2026-01-01T11:59:59Z"}, "'data.due' leads to 2026-01-01T11:59:59.000Z, which has passed"),
        (
            {"due": "2027-01-01T12:00:01Z"},
            "'data.due' leads to 2027-01-01T12:00:01.000Z, which is more than 365 days away",
        ),
        ({"due": "soon"}, "'data.due': is no ISO 8601 timestamp, no duration and no window rule"),
    ],
)
def test_what_cannot_be_waited_for_is_not_waited_for(
    world: World, data: dict[str, Any], explanation: str
) -> None:
    delayed(world, delay_until_field_path="data.due")
    start(world, **data)

    run = world.only_run()
    [skipped] = [event for event in run.events if event.event == "step_skipped"]
    assert skipped.data == {"reason": "invalid_window", "message": explanation}
    assert skipped.status.value == "error"
    assert run.status is RunStatus.COMPLETED
    assert len(world.messages_of(JANE)) == 1


def test_the_log_tells_until_when_and_why(world: World) -> None:
    delayed(world, delay_until_field_path="data.due", delay_for={"unit": "hours", "value": -1})
    start(world, due="2026-01-01T14:00:00Z")

    [started] = [event for event in world.only_run().events if event.event == "delay_started"]
    assert started.data == {"until": "2026-01-01T13:00:00.000Z", "reason": "-1 hours from data.due"}


def test_skip_delay_does_not_even_look_at_the_path(world: World) -> None:
    delayed(world, delay_until_field_path="data.due")
    world.trigger("remind", "jane", settings={"skip_delay": True})
    world.settle()

    [skipped] = [event for event in world.only_run().events if event.event == "step_skipped"]
    assert skipped.data == {"reason": "skip_delay"}
