"""Runs on a branch: they see its workflows, layouts and partials, and what is development's otherwise."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import Manager, partial, workflow
from tests.builders.ways import note, trigger_workflow
from tests.builders.world import World, delay
from tocsin.domain.errors import WorkflowMissingError

ON = "branch=feature&commit=true"


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    manager = Manager(api)
    manager.save_partial("footer", partial(type="markdown", content="main"), "commit=true")
    manager.save("child", workflow(note("child: {% render 'footer' %}", "in_app_1")), "commit=true")
    manager.save("welcome", workflow(note("{% render 'footer' %}", "in_app_1")), "commit=true")
    manager.call("POST", "/branches/feature")
    manager.save_partial("footer", partial(type="markdown", content="branch"), ON)
    manager.save("child", workflow(note("branch's child: {% render 'footer' %}", "in_app_1")), ON)
    return manager


@pytest.fixture
def branch(world: World, manager: Manager) -> str:
    found = world.services.branches.get("development", "feature")
    assert found is not None
    return found.id


def said(world: World, user_id: str) -> list[str]:
    """What the messages to somebody say, in the order of their words."""
    messages = world.messages_of(world.user(user_id))
    contents = [world.services.messages.content("development", message) for message in messages]
    return sorted(content["blocks"][0]["rendered"] for content in contents)


def test_a_run_stays_on_its_branch_over_waits_and_with_the_workflows_that_it_triggers(
    world: World, manager: Manager, branch: str
) -> None:
    manager.save(
        "welcome",
        workflow(delay(60), note("{% render 'footer' %}", "in_app_1"), trigger_workflow("child")),
        ON,
    )
    for name in ("jane", "joe"):
        world.user(name)
    world.trigger("welcome", "jane", branch=branch)
    world.trigger("welcome", "joe")
    world.settle()
    world.advance(60)

    assert said(world, "jane") == ["<p>branch's child: branch</p>", "<p>branch</p>"]
    assert said(world, "joe") == ["<p>main</p>"]


def test_what_is_only_on_the_branch_cannot_be_triggered_beside_it(
    world: World, manager: Manager, branch: str
) -> None:
    manager.save("new", workflow(note("new", "in_app_1")), ON)
    world.user("jane")
    world.trigger("new", "jane", branch=branch)
    world.settle()

    assert said(world, "jane") == ["<p>new</p>"]
    with pytest.raises(WorkflowMissingError):
        world.trigger("new", "jane")


def test_runs_of_a_deleted_branch_stop_before_their_next_step(
    world: World, manager: Manager, branch: str
) -> None:
    manager.save("welcome", workflow(delay(60), note("late", "in_app_1")), ON)
    world.user("jane")
    world.trigger("welcome", "jane", branch=branch)
    world.settle()
    manager.call("DELETE", "/branches/feature")
    world.advance(60)

    assert said(world, "jane") == []
    assert world.only_run().events[-1].data == {"reason": "workflow_inactive"}


def test_one_idempotency_key_is_another_on_a_branch(world: World, manager: Manager, branch: str) -> None:
    world.user("jane")
    first = world.trigger("welcome", "jane", idempotency_key="k")
    there = world.trigger("welcome", "jane", idempotency_key="k", branch=branch)
    again = world.trigger("welcome", "jane", idempotency_key="k", branch=branch)

    assert first.workflow_run_id != there.workflow_run_id == again.workflow_run_id
