"""Workflows that start for whoever comes into an audience: once for each membership, and for nobody who leaves."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders.waits import of_workflow, that, wait_for
from tests.builders.ways import note
from tests.builders.world import ENV, IN_APP, World
from tocsin.contract.workflow_recipient_runs import run_out
from tocsin.domain.audiences import Addition, Membership
from tocsin.domain.recipients import TENANTS, RecipientRef, user
from tocsin.domain.runs import RecipientRun, RunStatus
from tocsin.usecases.audience_triggers import set_audience_triggers
from tocsin.usecases.trigger_by_event import RefusedError


@pytest.fixture
def world(world: World) -> World:
    """Whoever becomes a VIP is welcomed."""
    world.user("jane", name="Jane")
    world.workflow("welcome", [IN_APP])
    set_audience_triggers(world.services.definitions, ENV, "vips", ["welcome"])
    world.listen()
    return world


def enter(world: World, user_id: str = "jane", tenant: str | None = None, audience: str = "vips") -> None:
    world.services.audiences.add_all(ENV, audience, [Addition(Membership(user_id, tenant), world.now)])


def leave(world: World, tenant: str | None = None) -> None:
    world.services.audiences.remove_all(ENV, "vips", [Membership("jane", tenant)])


def welcomed(world: World) -> list[RecipientRun]:
    return [run for run in world.all_runs() if run.workflow == "welcome"]


def test_who_comes_in_has_a_run_that_says_so(world: World) -> None:
    enter(world)
    world.settle()

    run = world.only_run()
    assert (run.status, run.recipient, run.tenant) == (RunStatus.COMPLETED, user("jane"), None)
    assert run_out(run)["trigger_source"] == {
        "type": "audience",
        "cancellation_key": None,
        "audience_key": "vips",
    }
    assert len(world.messages_of(user("jane"))) == 1


def test_who_is_in_it_for_two_tenants_has_a_run_for_each(world: World) -> None:
    for tenant in ("acme", "globex"):
        enter(world, tenant=tenant)
    world.settle()

    assert {run.tenant for run in world.all_runs()} == {"acme", "globex"}
    assert world.services.recipients.get(ENV, RecipientRef(TENANTS, "acme")) is not None


def test_who_leaves_has_none_and_who_comes_back_has_another(world: World) -> None:
    enter(world)
    world.settle()
    leave(world)
    world.settle()
    assert len(world.all_runs()) == 1

    world.now += timedelta(hours=1)
    enter(world)
    world.settle()
    assert len(world.all_runs()) == 2


def test_the_same_entry_told_again_days_later_triggers_nothing_more(world: World) -> None:
    enter(world)
    assert world.stream is not None
    records = world.stream.take()
    for _ in range(2):
        world.hear(*records)
        world.settle()
        world.now += timedelta(days=3)

    assert len(world.all_runs()) == 1
    assert len(world.messages_of(user("jane"))) == 1


def test_a_new_user_of_a_deleted_ones_id_comes_in_anew(world: World) -> None:
    """The row of the membership was never gone: it is another's from now on."""
    enter(world)
    world.settle()
    before = world.now
    world.now += timedelta(hours=1)
    again = Addition(Membership("jane", None), world.now, instead_of=before)
    world.services.audiences.add_all(ENV, "vips", [again])
    world.settle()

    assert len(world.all_runs()) == 2


def test_another_audience_triggers_nothing(world: World) -> None:
    enter(world, audience="staff")
    world.settle()

    assert world.all_runs() == []


def test_an_audience_may_trigger_several_workflows_and_stop_doing_so(world: World) -> None:
    world.workflow("tour", [IN_APP])
    definitions = world.services.definitions
    assert set_audience_triggers(definitions, ENV, "vips", ["tour", "welcome", "tour"]) == ("tour", "welcome")
    enter(world)
    world.settle()
    assert sorted(run.workflow for run in world.all_runs()) == ["tour", "welcome"]

    set_audience_triggers(definitions, ENV, "vips", [])
    enter(world, tenant="acme")
    world.settle()
    assert len(world.all_runs()) == 2


def test_a_workflow_lets_its_user_into_an_audience_that_triggers_another(world: World) -> None:
    adds: dict[str, Any] = {
        "type": "update_audience",
        "ref": "ua_1",
        "settings": {"audience_key": "vips", "action": "add"},
    }
    world.services.audiences.create(ENV, "vips", world.now)
    world.workflow("upgrade", [adds])
    for _ in range(2):
        world.trigger("upgrade", "jane")
        world.settle()

    assert len(welcomed(world)) == 1


def test_who_waits_for_such_a_run_is_told_how_it_came_about(world: World) -> None:
    made = [that("event.exec_mode", "audience")]
    world.workflow("patient", [wait_for(of_workflow("completed", "welcome"), made), note("Done", "note_9")])
    world.trigger("patient", "jane")
    world.settle()
    world.now += timedelta(seconds=2)

    enter(world)
    world.settle()

    ended = {run.workflow: run.status for run in world.all_runs()}
    assert ended == {"patient": RunStatus.COMPLETED, "welcome": RunStatus.COMPLETED}
    assert len(world.all_runs()) == 2


def test_a_workflow_that_has_been_switched_off_is_refused_in_words(world: World) -> None:
    world.activate("welcome", active=False)
    enter(world)

    with pytest.raises(RefusedError, match="welcome: workflow_inactive"):
        world.settle()
