"""What runs can wait for besides messages, and what becomes of events that come twice, late or side by side."""

from collections import Counter
from typing import Any

import pytest

from tests.builders.waits import OF_RECIPIENT, of_audience, of_message, of_workflow, that, wait_for
from tests.builders.ways import note, trigger_workflow, update
from tests.builders.world import ENV, IN_APP, START, World
from tocsin.contract.tasks import TellRuns
from tocsin.domain.audiences import Addition, Membership
from tocsin.domain.messages import Mark, marked
from tocsin.domain.preferences import PreferenceSet
from tocsin.domain.recipients import user
from tocsin.domain.runs import RecipientRun, RunStatus
from tocsin.usecases.mark_messages import MarkPorts, mark_message

JANE = user("jane")
DONE = note("Done", "note_9")


@pytest.fixture
def world(world: World) -> World:
    world.user("jane", name="Jane", plan="free")
    world.user("tom")
    world.listen()
    return world


def start(world: World, *steps: dict[str, Any]) -> None:
    world.workflow("parent", [*steps, DONE])
    world.trigger("parent", "jane")
    world.settle()


def a_moment_later(world: World) -> None:
    world.now = world.now.replace(second=world.now.second + 2)


def parent(world: World) -> RecipientRun:
    [run] = [run for run in world.all_runs() if run.workflow == "parent"]
    return run


def is_done(world: World) -> bool:
    return parent(world).status is RunStatus.COMPLETED


def signal(world: World) -> dict[str, Any]:
    """What woke the run, as it waits on in a delay."""
    stored = world.services.recipient_runs.get(ENV, parent(world).id)
    assert stored is not None
    event: dict[str, Any] = stored.outputs["wait_1"]["signal_variables"]
    return event


PAUSE = {"type": "delay", "ref": "delay_1", "settings": {"delay_for": {"unit": "hours", "value": 1}}}


def test_a_parent_waits_for_the_child_that_it_started_itself(world: World) -> None:
    """The child starts only once the wait is stored, so it cannot be over before."""
    world.workflow("child", [IN_APP])
    matching = [that("event.exec_mode", "workflow_step_trigger"), that("event.notify_data.n", 7)]
    starts = trigger_workflow("child", data='{"n": 7}')
    waits = wait_for(of_workflow("completed", "child"), matching)
    world.workflow("parent", [starts, waits, PAUSE, DONE])
    world.trigger("parent", "jane")
    [first] = world.runs.take()
    world.run(first)
    a_moment_later(world)
    world.settle()

    event = signal(world)
    assert (event["workflow_key"], event["status"], event["recipient"]) == ("child", "completed", "jane")
    world.advance(3600 + 60)
    assert is_done(world)


def test_a_run_of_somebody_else_is_nothing_to_it(world: World) -> None:
    world.workflow("other", [IN_APP])
    start(world, wait_for(of_workflow("started", "other"), [that("event.status", "started")]))
    a_moment_later(world)

    world.trigger("other", "tom")
    world.settle()
    assert not is_done(world)

    world.trigger("other", "jane")
    world.settle()
    assert is_done(world)


def test_a_run_does_not_hear_itself_begin(world: World) -> None:
    start(world, wait_for(of_workflow("started", "parent"), [that("event.status", "started")]))

    assert parent(world).status is RunStatus.PAUSED


def test_a_recipient_that_is_updated(world: World) -> None:
    start(world, wait_for(OF_RECIPIENT, [that("event.properties.plan", "pro")]), PAUSE)
    a_moment_later(world)

    world.user("jane", city="Wien")
    world.settle()
    assert parent(world).events[-1].event == "wait_conditions_evaluated"

    world.user("jane", plan="pro")
    world.settle()
    assert signal(world)["properties"] == {"name": "Jane", "plan": "pro", "city": "Wien"}
    assert signal(world)["knock_traits"] == {"name": "Jane"}


def test_an_update_by_the_step_before_is_none_that_it_waits_for(world: World) -> None:
    start(world, update("user", '{"plan": "pro"}'), wait_for(OF_RECIPIENT))

    assert parent(world).status is RunStatus.PAUSED


def test_preferences_and_channel_data_are_updates_of_their_recipient(world: World) -> None:
    matching = [
        [that("event.preferences.default.workflows.x", False)],
        [that("event.channel_data.c-1.token", "t")],
    ]
    start(world, wait_for(OF_RECIPIENT, *matching))
    a_moment_later(world)
    changed = PreferenceSet("default", {"workflows": {"x": True}})
    world.services.preferences.put(ENV, JANE, changed, world.now)
    world.settle()
    assert not is_done(world)

    world.services.channel_data.put(ENV, JANE, {"c-1": {"token": "t"}})
    world.settle()

    assert is_done(world)
    assert '"t"' not in str([event.data and event.data["results"][0]["value"] for event in _told(world)])


def _told(world: World) -> list[Any]:
    return [event for event in parent(world).events if event.event == "wait_conditions_evaluated"]


@pytest.mark.parametrize("transition", ["enter", "exit"])
def test_an_audience_that_is_entered_or_left(world: World, transition: str) -> None:
    member, audiences = Membership("jane", "acme"), world.services.audiences
    start(world, wait_for(of_audience(transition, "vip")), PAUSE)
    a_moment_later(world)

    audiences.add_all(ENV, "vip", [Addition(member, world.now)])
    audiences.remove_all(ENV, "vip", [member])
    world.settle()

    event = signal(world)
    assert (event["audience_id"], event["transition"]) == ("vip", transition)


def test_what_comes_twice_and_out_of_order_counts_once(world: World) -> None:
    start(
        world,
        note("Hi", "note_1"),
        wait_for(of_message("seen", "parent"), [that("event.step_ref", "note_1")]),
    )
    a_moment_later(world)
    _mark(world, Mark.SEEN)
    _mark(world, Mark.READ)
    assert world.stream is not None
    records = world.stream.take()

    world.hear(*reversed(records), *records)
    tellings = world.runs.take()
    for telling in (*tellings, *tellings):
        world.run(telling)
    world.settle()

    assert [event.event for event in parent(world).events].count("wait_matched") == 1
    assert len(world.messages_of(JANE)) == 2


def test_two_events_at_the_same_time_are_both_heard(world: World) -> None:
    """One that does not match is stored between the reading and the storing of one that does."""
    start(world, wait_for(OF_RECIPIENT, [that("event.properties.plan", "pro")]))
    a_moment_later(world)
    world.user("jane", city="Wien")
    world.user("jane", plan="pro")
    assert world.stream is not None
    world.hear(*world.stream.take())
    [first, second] = world.runs.take()
    _in_between(world, lambda: world.run(first))

    world.run(second)

    assert is_done(world)
    assert len(_told(world)) == 2


def test_a_cancellation_wins_over_an_event_that_comes_later(world: World) -> None:
    world.workflow("parent", [wait_for(OF_RECIPIENT), DONE])
    world.trigger("parent", "jane", cancellation_key="k")
    world.settle()
    a_moment_later(world)
    world.user("jane", plan="pro")
    assert world.stream is not None
    world.hear(*world.stream.take())
    world.cancel("parent", "k")
    tellings = world.runs.take()
    world.settle()

    for telling in tellings:
        assert isinstance(telling, TellRuns)
        world.run(telling)

    assert parent(world).status is RunStatus.CANCELLED
    assert world.messages_of(JANE) == []


def test_where_nobody_waits_a_batch_of_changes_costs_one_query(world: World) -> None:
    for number in range(5):
        world.user(f"user-{number}", name="x")
    world.workflow("hello", [IN_APP])
    world.trigger("hello", *(f"user-{number}" for number in range(5)))
    world.settle()
    _mark_all(world)
    assert world.stream is not None
    records = world.stream.take()
    calls = _counted(world)

    world.hear(*records)

    assert len(records) >= 5
    assert calls == {"Query": 1}


def test_a_workflow_that_is_waited_for_makes_no_others_dearer(world: World) -> None:
    start(world, wait_for(of_message("read", "another"), [that("event.step_ref", "x")]))
    world.workflow("hello", [IN_APP])
    world.trigger("hello", "tom")
    for task in world.runs.take():
        world.run(task)
    assert world.stream is not None
    calls = _counted(world)

    world.hear(*world.stream.take())

    assert calls == {"Query": 1}


def _counted(world: World) -> Counter[str]:
    calls: Counter[str] = Counter()
    events: Any = world.services.table._client.meta.events
    events.register("before-call", lambda model, **_: calls.update([model.name]))
    return calls


def _mark(world: World, mark: Mark) -> None:
    services = world.services
    ports = MarkPorts(services.message_lists, services.messages, services.feeds, world.clock)
    mark_message(ports, ENV, world.messages_of(JANE)[0].id, lambda one: marked(one, mark, world.now))


def _mark_all(world: World) -> None:
    services = world.services
    ports = MarkPorts(services.message_lists, services.messages, services.feeds, world.clock)
    for number in range(5):
        [message] = world.messages_of(user(f"user-{number}"))
        mark_message(ports, ENV, message.id, lambda one: marked(one, Mark.READ, START))


def _in_between(world: World, deed: Any) -> None:
    """Before the next transaction gets through, once."""
    events: Any = world.services.table._client.meta.events

    def interrupt(**_: Any) -> None:
        events.unregister("before-call.dynamodb.TransactWriteItems", interrupt)
        deed()

    events.register("before-call.dynamodb.TransactWriteItems", interrupt)
