"""Wait for event: a run waits until something happens to its recipient, or until it is too late for that."""

from typing import Any

import pytest

from tests.builders.waits import of_message, that, wait_for
from tests.builders.ways import branch, note, otherwise, when
from tests.builders.world import ENV, World
from tocsin.domain.messages import Mark, marked
from tocsin.domain.recipients import user
from tocsin.domain.runs import RunStatus
from tocsin.usecases.mark_messages import MarkPorts, mark_message

HOUR = 3600
JANE = user("jane")
OF_NOTE = [that("event.step_ref", "note_1")]
READ = of_message("read", "welcome")
STEPS = (note("Hi", "note_1"), wait_for(READ, OF_NOTE), note("Thanks", "note_2"))


@pytest.fixture
def world(world: World) -> World:
    world.user("jane", name="Jane", plan="pro")
    world.listen()
    return world


def start(world: World, *steps: dict[str, Any], **body: Any) -> None:
    world.workflow("welcome", steps)
    world.trigger("welcome", "jane", **body)
    world.settle()


def mark(world: World, mark: Mark = Mark.READ, number: int = 0) -> None:
    """One of Jane's messages."""
    services = world.services
    ports = MarkPorts(services.message_lists, services.messages, services.feeds, world.clock)
    message = world.messages_of(JANE)[number]
    mark_message(ports, ENV, message.id, lambda one: marked(one, mark, world.now))


def read(world: World, number: int = 0) -> None:
    world.now = world.now.replace(second=world.now.second + 1)
    mark(world, number=number)
    world.settle()


def texts(world: World) -> list[str]:
    """By the alphabet: messages of one moment have no order."""
    contents = [world.services.messages.content(ENV, message) for message in world.messages_of(JANE)]
    rendered = (content["blocks"][0]["rendered"] for content in contents)
    return sorted(text.removeprefix("<p>").removesuffix("</p>") for text in rendered)


def waits_of(world: World) -> list[dict[str, Any]]:
    partition = f"{ENV}#RECIPIENT#$users#jane"
    return world.services.table.query_all(partition, prefix="WAIT")


def test_a_run_goes_on_when_its_message_is_read(world: World) -> None:
    start(world, *STEPS)
    assert world.only_run().status is RunStatus.PAUSED
    assert len(waits_of(world)) == 1

    read(world)

    assert texts(world) == ["Hi", "Thanks"]
    assert world.only_run().status is RunStatus.COMPLETED
    assert waits_of(world) == []
    assert world.events() == [
        "run_started",
        "message_enqueued",
        "wait_started",
        "wait_conditions_evaluated",
        "wait_matched",
        "message_enqueued",
        "run_completed",
    ]


def test_by_default_a_run_whose_time_is_up_is_cancelled(world: World) -> None:
    start(world, *STEPS)

    world.advance(HOUR + 60)

    assert texts(world) == ["Hi"]
    assert world.only_run().status is RunStatus.CANCELLED
    assert world.events()[-3:] == ["wait_started", "wait_timed_out", "run_cancelled"]
    assert waits_of(world) == []


def test_later_steps_know_whether_it_happened_and_what(world: World) -> None:
    told = note("{{ refs.wait_1.signal_variables.event_type }} {{ refs.wait_1.matched }}", "note_2")
    ways = branch(when("refs.wait_1.matched", True, told), otherwise(note("Nothing", "note_3")))
    start(world, note("Hi", "note_1"), wait_for(READ, OF_NOTE, on_timeout="continue"), ways)
    read(world)
    world.trigger("welcome", "jane")
    world.settle()
    world.advance(HOUR + 60)

    assert texts(world) == ["Hi", "Hi", "Nothing", "message.read true"]


def test_a_match_can_be_the_end(world: World) -> None:
    start(world, note("Hi", "note_1"), wait_for(READ, OF_NOTE, on_match="halt"), note("Hello?", "note_2"))

    read(world)

    assert texts(world) == ["Hi"]
    assert world.only_run().status is RunStatus.CANCELLED
    assert world.events()[-2:] == ["wait_matched", "run_cancelled"]


def test_what_does_not_match_is_told_and_the_wait_goes_on_to_the_same_end(world: World) -> None:
    start(world, note("Hi", "note_1"), note("Psst", "note_0"), wait_for(READ, OF_NOTE))
    before = world.only_run().parking

    read(world, number=1)

    run = world.only_run()
    assert (run.status, run.parking) == (RunStatus.PAUSED, before)
    rejected = run.events[-1]
    assert rejected.event == "wait_conditions_evaluated"
    assert rejected.data is not None
    assert rejected.data["passed"] is False
    read(world, number=0)
    assert world.only_run().status is RunStatus.COMPLETED


def test_one_of_several_groups_is_enough_with_all_of_its_conditions(world: World) -> None:
    groups = [
        [*OF_NOTE, that("recipient.plan", "free")],
        [*OF_NOTE, that("data.n", 1), that("event.source.key", "welcome")],
    ]
    start(world, note("Hi", "note_1"), wait_for(READ, *groups), data={"n": 1})

    read(world)

    assert world.only_run().status is RunStatus.COMPLETED


def test_the_log_does_not_grow_with_every_event_that_does_not_match(world: World) -> None:
    start(
        world,
        note("Hi", "note_1"),
        wait_for(READ, [that("event.step_ref", "another")], on_timeout="continue"),
    )

    for _ in range(14):
        read(world)
    world.advance(HOUR + 60)

    run = world.only_run()
    assert [event.event for event in run.events].count("wait_conditions_evaluated") == 10
    [timed_out] = [event for event in run.events if event.event == "wait_timed_out"]
    assert timed_out.data == {"rejected": 14}


def test_what_happened_before_the_wait_does_not_count(world: World) -> None:
    pause = {"type": "delay", "ref": "delay_1", "settings": {"delay_for": {"unit": "seconds", "value": 60}}}
    start(world, note("Hi", "note_1"), pause, wait_for(READ, OF_NOTE))
    mark(world)
    assert world.stream is not None
    late = world.stream.take()

    world.advance(61)
    world.hear(*late)
    world.settle()

    assert world.only_run().status is RunStatus.PAUSED
    assert "wait_conditions_evaluated" not in world.events()


def test_what_happens_after_the_end_does_not_count_though_nobody_has_woken_the_run_yet(world: World) -> None:
    start(world, *STEPS)
    world.now = world.now.replace(hour=13, second=1)

    mark(world)
    world.settle()

    assert world.only_run().status is RunStatus.PAUSED


def test_a_message_of_the_step_before_is_delivered_while_the_run_waits_for_that(world: World) -> None:
    """It is stored with the wait, at once and as delivered."""
    delivered = wait_for(of_message("delivered", "welcome"), OF_NOTE)
    start(world, note("Hi", "note_1"), delivered, note("Thanks", "note_2"))

    assert texts(world) == ["Hi", "Thanks"]


def test_a_cancelled_run_leaves_no_wait(world: World) -> None:
    start(world, *STEPS, cancellation_key="order-7")

    world.cancel("welcome", "order-7")
    world.settle()
    assert (world.only_run().status, waits_of(world)) == (RunStatus.CANCELLED, [])

    read(world)
    assert texts(world) == ["Hi"]


def test_a_workflow_that_was_switched_off_ends_its_runs_when_they_hear_something(world: World) -> None:
    start(world, *STEPS)
    world.activate("welcome", active=False)

    read(world)

    assert world.only_run().events[-1].data == {"reason": "workflow_inactive"}
    assert waits_of(world) == []


def test_a_step_whose_conditions_do_not_hold_does_not_wait(world: World) -> None:
    step = {**wait_for(READ, OF_NOTE), "conditions": {"all": [that("recipient.plan", "free")]}}
    start(world, note("Hi", "note_1"), step, note("Bye", "note_2"))

    assert texts(world) == ["Bye", "Hi"]


def test_the_run_is_the_version_that_it_began_with(world: World) -> None:
    start(world, *STEPS)
    world.workflow("welcome", [note("New", "note_9")])

    read(world)

    assert texts(world) == ["Hi", "Thanks"]
