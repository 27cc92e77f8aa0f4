"""Wait for event: a run waits until something happens to its recipient, or until it is too late for that."""

from typing import Any

import pytest

from tests.builders.waits import of_message, that, wait_for
from tests.builders.ways import note
from tests.builders.world import ENV, World
from tocsin.domain.messages import Mark, marked
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.runs import RunStatus
from tocsin.usecases.mark_messages import MarkPorts, mark_message

HOUR = 3600
JANE = user("jane")
READ = wait_for(of_message("read", "welcome"), [that("event.step_ref", "note_1")], on_timeout="continue")


@pytest.fixture
def world(world: World) -> World:
    world.user("jane", name="Jane", plan="pro")
    world.listen()
    return world


def read(world: World, ref: RecipientRef = JANE, number: int = -1, mark: Mark = Mark.READ) -> None:
    services = world.services
    ports = MarkPorts(services.message_lists, services.messages, services.feeds, world.clock)
    message = world.messages_of(ref)[number]
    mark_message(ports, ENV, message.id, lambda one: marked(one, mark, world.now))
    world.settle()


def start(world: World, *steps: dict[str, Any], workflow: str = "welcome") -> None:
    world.workflow(workflow, steps)
    world.trigger(workflow, "jane")
    world.settle()


def test_a_run_goes_on_when_its_message_is_read(world: World) -> None:
    start(world, note("Hi", "note_1"), READ, note("Thanks", "note_2"))
    assert world.only_run().status is RunStatus.PAUSED

    world.advance(60)
    read(world)

    assert len(world.messages_of(JANE)) == 2
    assert world.only_run().status is RunStatus.COMPLETED
    assert world.events() == [
        "run_started",
        "message_enqueued",
        "wait_started",
        "wait_conditions_evaluated",
        "wait_matched",
        "message_enqueued",
        "run_completed",
    ]
