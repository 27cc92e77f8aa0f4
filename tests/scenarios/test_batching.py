"""Batches: what comes within a window becomes one message, told by a clock that is moved by hand."""

from datetime import timedelta

from tests.builders.batches import batch, come, feed, said, sliding
from tests.builders.world import World
from tocsin.domain.runs import RunStatus

DAY = 24 * 3600


def test_what_comes_within_the_window_becomes_one_message(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    come(world, 1, 2, 3, after=10)
    assert said(world, jane) == []
    world.advance(60)
    assert said(world, jane) == ["3: 1 2 3"]


def test_a_digest_of_thirty_days_goes_out_on_the_thirtieth(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(30 * DAY), feed()])
    come(world, 1)
    come(world, *range(2, 30), after=DAY)
    world.advance(2 * DAY - 60)
    assert said(world, jane) == []
    world.advance(120)
    assert said(world, jane) == ["29: 1 2 3 4 5 6 7 8 9 10"]


def test_what_comes_when_the_window_is_over_opens_another(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    come(world, 1)
    come(world, 2, after=60)
    come(world, 3, after=60)
    world.advance(120)
    assert said(world, jane) == ["1: 1", "1: 2", "1: 3"]


def test_a_batch_that_is_over_is_joined_by_nobody_though_its_run_has_yet_to_wake(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    come(world, 1)
    world.now += timedelta(seconds=61)  # the wheel is late
    world.trigger("digest", "jane", data={"n": 2})
    world.settle()
    world.advance(0)
    assert said(world, jane) == ["1: 1"]
    world.advance(61)
    assert said(world, jane) == ["1: 1", "1: 2"]


def test_the_runs_of_those_that_joined_are_completed_and_say_so(world: World) -> None:
    world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    come(world, 1, 2)
    carrier, joiner = world.all_runs()
    assert carrier.status is RunStatus.PAUSED
    assert joiner.status is RunStatus.COMPLETED
    assert [event.event for event in joiner.events] == ["run_started", "batch_joined", "run_completed"]


def test_recipients_have_batches_of_their_own(world: World) -> None:
    jane, tom = world.user("jane"), world.user("tom")
    world.workflow("digest", [batch(60), feed()])
    come(world, 1, who="jane")
    come(world, 1, 2, who="tom")
    come(world, 2, who="jane")
    come(world, 3, who="tom")
    world.advance(61)
    assert said(world, jane) == ["2: 1 2"]
    assert said(world, tom) == ["3: 1 2 3"]


def test_a_key_tells_batches_apart_and_what_has_none_is_batched_together(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60, batch_key="page.id"), feed()])
    for number, page in enumerate((7, 8, 7)):
        come(world, number, page={"id": page})
    come(world, 3, 4)
    world.advance(61)
    assert sorted(said(world, jane)) == ["1: 1", "2: 0 2", "2: 3 4"]


def test_a_key_may_be_liquid(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60, batch_key="{{ page }}-{{ recipient.id }}"), feed()])
    for number, page in enumerate("aba"):
        come(world, number, page=page)
    world.advance(61)
    assert sorted(said(world, jane)) == ["1: 1", "2: 0 2"]


def test_triggers_for_different_tenants_join_one_batch_unless_the_key_says_the_tenant(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    world.workflow("by-tenant", [batch(60, batch_key="tenant.id"), feed()])
    for number, tenant in enumerate(("acme", "globex")):
        world.advance(0.01)
        world.trigger("digest", "jane", data={"n": number}, tenant=tenant)
        world.trigger("by-tenant", "jane", data={"n": number}, tenant=tenant)
        world.settle()
    world.advance(61)
    assert sorted(said(world, jane)) == ["1: 0", "1: 1", "2: 0 1"]


def test_a_digest_goes_on_in_the_newest_version_and_takes_in_triggers_of_both(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed("old {{ total_activities }}")])
    come(world, 1)
    world.workflow("digest", [batch(60), feed("new {{ total_activities }}")])
    come(world, 2)
    world.advance(61)
    assert said(world, jane) == ["new 2"]


def test_a_newest_version_without_the_step_is_not_followed(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed("old {{ total_activities }}")])
    come(world, 1)
    world.workflow("digest", [feed("new {{ total_activities }}")])
    world.advance(61)
    assert said(world, jane) == ["old 1"]


def test_pinned_batches_stay_with_their_version(world: World) -> None:
    jane = world.user("jane")
    pinned = batch(60, workflow_version_mode=None)
    world.workflow("digest", [pinned, feed("old {{ total_activities }}")])
    come(world, 1)
    world.workflow("digest", [pinned, feed("new {{ total_activities }}")])
    come(world, 2)
    world.advance(61)
    assert sorted(said(world, jane)) == ["new 1", "old 1"]


def test_pinned_steps_in_two_branches_share_a_batch_and_latest_ones_do_not(world: World) -> None:
    jane = world.user("jane")
    for key, mode in (("pinned", "pinned"), ("latest", "latest")):
        steps = [[batch(60, ref=ref, workflow_version_mode=mode)] for ref in ("left", "right")]
        odd = {"all": [{"variable": "data.n", "operator": "equal_to", "argument": 1}]}
        branches = [{"conditions": odd, "steps": steps[0]}, {"steps": steps[1]}]
        world.workflow(key, [{"type": "branch", "ref": "branch_1", "branches": branches}, feed()])
        come(world, 1, 2, key=key)
        world.advance(61)
    assert sorted(said(world, jane)) == ["1: 1", "1: 2", "2: 1 2"]


def test_a_workflow_that_is_inactive_when_the_window_closes_sends_nothing(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    come(world, 1)
    world.activate("digest", False)
    world.advance(61)
    assert said(world, jane) == []
    world.activate("digest", True)
    come(world, 2)
    world.advance(61)
    assert said(world, jane) == ["1: 2"]


def test_a_workflow_that_is_active_again_when_a_moved_window_closes_sends_everything(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [sliding(60, 600), feed()])
    come(world, 1)
    come(world, 2, after=50)
    world.activate("digest", False)
    world.advance(30)  # the run is woken at the window's first end, and waits on
    world.activate("digest", True)
    world.advance(40)
    assert said(world, jane) == ["2: 1 2"]


def test_a_recipient_who_is_deleted_leaves_nothing_to_a_namesake(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    come(world, 1)
    world.delete(jane)
    world.now += timedelta(seconds=10)
    world.user("jane")
    come(world, 2)
    world.advance(120)
    assert "1: 2" in said(world, jane)
    assert not any("1: 1" in text or "2:" in text for text in said(world, jane))
