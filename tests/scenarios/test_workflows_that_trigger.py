"""Workflows that trigger others: once for each run, with what the step says, and never without end."""

import pytest

from tests.builders.ways import note, trigger_workflow
from tests.builders.world import World, delay
from tocsin.domain.runs import RunStatus

CHILD = [note("{{ data.text }}", "in_app_1")]


def events(world: World, workflow: str, name: str) -> list[dict[str, object] | None]:
    runs = [run for run in world.all_runs() if run.workflow == workflow]
    return [event.data for run in runs for event in run.events if event.event == name]


def test_the_child_gets_what_the_parent_had_unless_the_step_says_otherwise(world: World) -> None:
    jane, joe = world.user("jane"), world.user("joe")
    world.workflow("child", CHILD)
    world.workflow(
        "parent",
        [
            trigger_workflow("child"),
            trigger_workflow("child", "child_2", recipients="joe", data='{"text": "For Joe"}', tenant=""),
        ],
    )
    world.trigger("parent", "jane", data={"text": "As it was"}, tenant="acme", actor="joe")
    world.settle()

    [to_jane], [to_joe] = world.messages_of(jane), world.messages_of(joe)
    assert (to_jane.data, to_jane.tenant, to_jane.actor) == ({"text": "As it was"}, "acme", joe)
    assert (to_joe.data, to_joe.tenant) == ({"text": "For Joe"}, None)


def test_each_recipients_run_triggers_it_once_whatever_is_repeated(world: World) -> None:
    people = [world.user(name) for name in ("jane", "joe")]
    world.workflow("child", CHILD)
    world.workflow("parent", [trigger_workflow("child"), delay(60)])
    world.trigger("parent", "jane", "joe", data={"text": "Hi"})
    pages = world.runs.take()
    for page in (*pages, *pages):
        world.run(page)
    for page in (*world.runs.take(), *pages):
        world.run(page)
    world.settle()

    assert [len(world.messages_of(ref)) for ref in people] == [1, 1]


def test_a_crash_before_the_child_was_handed_over_loses_nothing(world: World) -> None:
    jane = world.user("jane")
    world.workflow("child", CHILD)
    world.workflow("parent", [trigger_workflow("child")])
    world.trigger("parent", "jane", data={"text": "Hi"})
    [page] = world.runs.take()
    world.run(page)
    world.runs.take()
    assert world.messages_of(jane) == []

    world.run(page)
    world.settle()

    assert len(world.messages_of(jane)) == 1


def test_the_childs_run_tells_where_it_came_from(world: World) -> None:
    world.user("jane")
    world.workflow("child", CHILD)
    world.workflow("parent", [trigger_workflow("child")])
    world.trigger("parent", "jane", data={"text": "Hi"}, cancellation_key="order-7")
    world.settle()

    runs = {run.workflow: run for run in world.all_runs()}
    assert runs["child"].parent_run_id == runs["parent"].id
    assert runs["child"].cancellation_key == "order-7"
    [data] = events(world, "parent", "workflow_triggered")
    assert data == {"workflow": "child", "workflow_run_id": runs["child"].workflow_run_id}


def test_cancelling_the_parent_leaves_a_child_that_has_started(world: World) -> None:
    jane = world.user("jane")
    world.workflow("child", [delay(60), *CHILD])
    world.workflow("parent", [trigger_workflow("child"), delay(60)])
    world.trigger("parent", "jane", data={"text": "Hi"}, cancellation_key="order-7")
    world.settle()

    world.cancel("parent", "order-7")
    world.settle()
    world.advance(62)

    assert {run.workflow: run.status for run in world.all_runs()} == {
        "parent": RunStatus.CANCELLED,
        "child": RunStatus.COMPLETED,
    }
    assert len(world.messages_of(jane)) == 1


def test_a_workflow_that_triggers_itself_comes_to_an_end(world: World) -> None:
    world.user("jane")
    world.workflow("loop", [trigger_workflow("loop")])
    world.trigger("loop", "jane")
    world.settle()

    assert len(world.all_runs()) == 11
    [data] = events(world, "loop", "step_failed")
    assert data is not None
    assert data["reason"] == "nested_too_deep"


def test_what_a_sandboxed_run_triggers_sends_nothing_either(world: World) -> None:
    world.user("jane", email="jane@app.test")
    email = {
        "type": "channel",
        "ref": "e",
        "channel_key": "email",
        "template": {"subject": "S", "html_body": "B"},
    }
    world.workflow("child", [email])
    world.workflow("parent", [trigger_workflow("child")])
    world.trigger("parent", "jane", settings={"sandbox_mode": True})
    world.settle()
    assert world.provider.sent == []


@pytest.mark.parametrize("exists", [True, False])
def test_a_child_that_cannot_run_is_skipped(world: World, exists: bool) -> None:
    jane = world.user("jane")
    if exists:
        world.workflow("child", CHILD, active=False)
    world.workflow("parent", [trigger_workflow("child"), note("On", "on")])
    world.trigger("parent", "jane")
    world.settle()

    [data] = events(world, "parent", "step_skipped")
    assert data == {"reason": "workflow_invalid", "workflow": "child"}
    assert len(world.messages_of(jane)) == 1


@pytest.mark.parametrize(
    "settings",
    [
        {"recipients": ""},
        {"recipients": "[1"},
        {"recipients": "[]"},
        {"recipients": "a/b"},
        {"data": "[1]"},
        {"data": "nonsense"},
        {"tenant": '{"name": "nobody"}'},
    ],
)
def test_what_is_no_trigger_ends_the_run_and_says_why(world: World, settings: dict[str, str]) -> None:
    jane = world.user("jane")
    world.workflow("child", CHILD)
    world.workflow("parent", [trigger_workflow("child", **settings), note("On", "on")])
    world.trigger("parent", "jane")
    world.settle()

    [data] = events(world, "parent", "step_failed")
    assert data is not None
    assert data["reason"] == "invalid_trigger"
    assert world.messages_of(jane) == []
