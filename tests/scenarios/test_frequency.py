"""Workflows that run once per recipient: the first trigger counts, whatever comes after it or beside it."""

import pytest

from tests.builders.ways import note
from tests.builders.world import World

WELCOME = [note("Welcome", "in_app_1")]


def test_a_recipient_gets_it_once(world: World) -> None:
    jane = world.user("jane")
    world.workflow("welcome", WELCOME, trigger_frequency="once_per_recipient")
    for tenant in (None, "acme", "globex"):
        world.trigger("welcome", "jane", tenant=tenant)
        world.settle()
    assert len(world.messages_of(jane)) == 1
    assert len(world.all_runs()) == 1


def test_or_once_for_each_tenant_and_once_without(world: World) -> None:
    jane = world.user("jane")
    world.workflow("welcome", WELCOME, trigger_frequency="once_per_recipient_per_tenant")
    for tenant in (None, "acme", "acme", "globex", None):
        world.trigger("welcome", "jane", tenant=tenant)
        world.settle()
    tenants = [message.tenant for message in world.messages_of(jane)]
    assert sorted(map(str, tenants)) == ["None", "acme", "globex"]


@pytest.mark.parametrize("again", [False, True])
def test_of_two_triggers_at_once_one_runs_whatever_is_repeated(world: World, again: bool) -> None:
    jane = world.user("jane")
    world.workflow("welcome", WELCOME, trigger_frequency="once_per_recipient")
    world.trigger("welcome", "jane")
    world.trigger("welcome", "jane")
    pages = world.runs.take()

    for page in (*pages, *(pages if again else ())):
        world.run(page)

    assert len(world.messages_of(jane)) == 1


def test_it_is_another_matter_for_another_workflow_and_after_a_deletion(world: World) -> None:
    jane = world.user("jane")
    for key in ("welcome", "hello"):
        world.workflow(key, WELCOME, trigger_frequency="once_per_recipient")
        world.trigger(key, "jane")
        world.settle()
    assert len(world.messages_of(jane)) == 2

    world.delete(jane)
    world.advance(1)
    world.user("jane")
    world.trigger("welcome", "jane")
    world.settle()
    assert len(world.messages_of(jane)) == 1
