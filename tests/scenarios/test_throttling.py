"""Throttles: so many runs of a recipient pass within a window; the others end there, and say so."""

import pytest

from tests.builders.ways import note, throttle
from tests.builders.world import World
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RunStatus

HOUR = 3600


def passed(world: World, ref: RecipientRef) -> int:
    return len(world.messages_of(ref))


def test_a_window_lets_one_pass_and_the_next_window_another(world: World) -> None:
    jane = world.user("jane")
    world.workflow("alert", [throttle(), note("Fire", "in_app_1")])

    for _ in range(3):
        world.trigger("alert", "jane")
        world.settle()
    assert passed(world, jane) == 1

    world.advance(HOUR)
    world.trigger("alert", "jane")
    world.settle()
    assert passed(world, jane) == 2


def test_who_is_held_back_has_a_run_that_tells_why(world: World) -> None:
    world.user("jane")
    world.workflow("alert", [throttle(), note("Fire", "in_app_1")])
    world.trigger("alert", "jane")
    world.settle()
    world.trigger("alert", "jane")
    world.settle()

    last = world.all_runs()[-1]
    assert (last.status, last.error_count) == (RunStatus.COMPLETED, 0)
    assert [event.event for event in last.events] == ["run_started", "run_throttled", "run_completed"]
    assert last.events[1].data == {"limit": 1, "closes_at": "2026-01-01T13:00:00.000Z"}


def test_the_window_is_fixed_it_does_not_roll(world: World) -> None:
    jane = world.user("jane")
    world.workflow("alert", [throttle(limit=2), note("Fire", "in_app_1")])
    world.trigger("alert", "jane")
    world.settle()
    world.advance(HOUR - 60)
    world.trigger("alert", "jane")
    world.settle()
    world.advance(120)

    world.trigger("alert", "jane")
    world.settle()

    assert passed(world, jane) == 3


def test_keys_recipients_and_steps_count_apart(world: World) -> None:
    jane, joe = world.user("jane"), world.user("joe")
    steps = [
        throttle(throttle_key="alert_id"),
        note("Fire", "in_app_1"),
        throttle(ref="throttle_2"),
        note("Still", "in_app_2"),
    ]
    world.workflow("alert", steps)

    for alert in ("a-1", "a-2", "a-1"):
        world.trigger("alert", "jane", "joe", data={"alert_id": alert})
        world.settle()

    assert (passed(world, jane), passed(world, joe)) == (3, 3)


def test_runs_at_the_same_time_do_not_take_the_same_place(world: World) -> None:
    jane = world.user("jane")
    world.workflow("alert", [throttle(limit=3), note("Fire", "in_app_1")])
    for _ in range(6):
        world.trigger("alert", "jane")
    pages = world.runs.take()

    for page in (*pages, *reversed(pages)):
        world.run(page)

    assert passed(world, jane) == 3


@pytest.mark.parametrize(
    ("settings", "data", "reason"),
    [
        ({"throttle_key": "alert_id"}, {}, "invalid_key"),
        ({"throttle_key": "{{ data.long }}"}, {"long": "x" * 64}, "invalid_key"),
        ({"throttle_window": None, "throttle_window_field_path": "data.until"}, {}, "invalid_window"),
        (
            {"throttle_window": None, "throttle_window_field_path": "data.until"},
            {"until": "2025-01-01T00:00:00Z"},
            "invalid_window",
        ),
    ],
)
def test_a_throttle_that_cannot_be_worked_out_holds_nobody_back(
    world: World, settings: dict[str, object], data: dict[str, str], reason: str
) -> None:
    jane = world.user("jane")
    world.workflow("alert", [throttle(**settings), note("Fire", "in_app_1")])  # type: ignore[arg-type]

    world.trigger("alert", "jane", data=data)
    world.settle()

    [skipped] = [event for event in world.only_run().events if event.event == "step_skipped"]
    assert (skipped.status.value, skipped.data and skipped.data["reason"]) == ("error", reason)
    assert passed(world, jane) == 1


def test_a_window_ends_when_the_data_says(world: World) -> None:
    jane = world.user("jane")
    step = throttle(throttle_window=None, throttle_window_field_path="data.until")
    world.workflow("alert", [step, note("Fire", "in_app_1")])
    data = {"until": "2026-01-01T12:10:00Z"}

    for _ in range(2):
        world.trigger("alert", "jane", data=data)
        world.settle()
    assert passed(world, jane) == 1

    world.advance(600)
    world.trigger("alert", "jane", data={"until": "2026-01-01T13:00:00Z"})
    world.settle()
    assert passed(world, jane) == 2
