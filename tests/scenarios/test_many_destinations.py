"""One message for each device, however many there are: in several stretches, each stored by itself, and none twice."""

from dataclasses import replace

import pytest

from tests.builders.crashes import CrashingTable
from tests.builders.steps import contents, has_devices, push
from tests.builders.world import ENV, World
from tocsin.domain.recipients import RecipientRef
from tocsin.engine.outcome import MAX_DESTINATIONS, MAX_MESSAGES

MANY = 40
TOKENS = [f"token-{number}" for number in range(MANY)]


def begun(world: World, tokens: list[str]) -> RecipientRef:
    """A run that has made what fits into its first stretch."""
    jane = world.user("jane")
    has_devices(world, jane, *tokens)
    world.workflow("ping", [push()])
    world.trigger("ping", "jane", data={"text": "you"}, settings={"sandbox_mode": True})
    world.settle()
    return jane


def reached(world: World, jane: RecipientRef) -> list[str]:
    return sorted(content["token"] for content in contents(world, jane))


def test_forty_devices_get_forty_messages(world: World) -> None:
    jane = begun(world, TOKENS)
    assert len(reached(world, jane)) == MAX_MESSAGES
    world.advance(3)

    assert reached(world, jane) == sorted(TOKENS)
    assert world.only_run().status == "completed"
    assert world.only_run().error_count == 0


def test_devices_that_come_and_go_in_between_are_reached_once_or_not_at_all(world: World) -> None:
    jane = begun(world, TOKENS)
    [channel_id] = {message.channel_id for message in world.messages_of(jane)}
    devices = [{"token": token} for token in ("new", *TOKENS[1:])]
    world.services.channel_data.put(ENV, jane, {channel_id: {"devices": devices}})
    world.advance(3)
    assert reached(world, jane) == sorted([*TOKENS, "new"])


def test_a_stretch_that_is_run_again_makes_nothing_twice(world: World) -> None:
    jane = begun(world, TOKENS)
    world.now = world.now.replace(second=world.now.second + 3)
    for wake in world.wheels.take():
        world.wake(wake)
    tasks = world.runs.take()
    for task in [*tasks, *tasks]:
        world.run(task)
    world.settle()

    assert reached(world, jane) == sorted(TOKENS)


def test_a_crash_in_between_makes_nothing_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    jane = begun(world, TOKENS)
    world.now = world.now.replace(second=world.now.second + 3)
    for wake in world.wheels.take():
        world.wake(wake)
    [task] = world.runs.take()
    with monkeypatch.context() as broken:
        broken.setattr(
            world.services.recipient_runs, "_table", CrashingTable(world.services.table, writes_until_crash=0)
        )
        with pytest.raises(ExceptionGroup):
            world.run(task)
    assert len(reached(world, jane)) == MAX_MESSAGES
    world.run(task)
    world.settle()

    assert reached(world, jane) == sorted(TOKENS)


def test_a_run_names_no_more_messages_of_a_step_than_its_row_can_hold_and_the_log_says_so(
    world: World,
) -> None:
    devices = [f"token-{number}" for number in range(60)]
    jane, run = begun(world, devices), world.only_run()
    crowded = run.made * (MAX_DESTINATIONS // MAX_MESSAGES - 1)
    world.services.recipient_runs.commit(ENV, replace(run, made=crowded))
    world.advance(3)

    assert len(reached(world, jane)) == 2 * MAX_MESSAGES
    [left_out] = [event for event in world.only_run().events if event.event == "destinations_left_out"]
    assert left_out.data == {"destinations": 60, "limit": MAX_DESTINATIONS}
