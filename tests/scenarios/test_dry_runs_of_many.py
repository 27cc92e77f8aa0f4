"""Dry runs of who is reached on the way: subscribers of objects, and workflows that steps trigger."""

from datetime import timedelta

from tests.builders.dry_runs import feed_texts, play
from tests.builders.followers import a_project, make, subscribe
from tests.builders.ways import note, trigger_workflow
from tests.builders.world import IN_APP, START, World, delay
from tocsin.domain.dry_runs import NoRun
from tocsin.usecases.dry_run_play import MAX_RUNS


def test_subscribers_of_an_object_are_played_and_those_of_objects_among_them(world: World) -> None:
    project, team = a_project(world), make(world, "teams", "t-1")
    jane, tom, ann = (world.user(name) for name in ("jane", "tom", "ann"))
    subscribe(world, project, jane, team, role="owner")
    subscribe(world, team, tom, ann)
    world.workflow("hello", [note("{{ recipient.id }} {{ recipient.subscription.role }}", "n")])

    played = play(world, "hello", project.to_wire(), actor="ann")
    assert {one.run.recipient for one in played.runs} == {project, jane, team, tom}
    assert {text for one in played.runs for text in feed_texts(one)} == {"jane owner", "tom"}


def test_workflows_that_steps_trigger_are_played_at_their_time_and_with_their_own_data(world: World) -> None:
    world.user("jane")
    world.workflow("child", [delay(60), note("{{ data.text }}", "n")])
    world.workflow("hello", [delay(3600), trigger_workflow("child", data='{"text": "from {{ data.n }}"}')])

    parent, child = play(world, "hello", "jane", data={"n": 7}).runs
    assert (parent.run.workflow, child.run.workflow) == ("hello", "child")
    assert (parent.trigger.data, child.trigger.data) == ({"n": 7}, {"text": "from 7"})
    assert feed_texts(child) == ["from 7"]
    assert child.messages[0].message.inserted_at == START + timedelta(seconds=3660)


def test_a_child_that_has_had_its_only_run_is_named_with_its_workflow(world: World) -> None:
    jane = world.user("jane")
    world.workflow("child", [IN_APP], trigger_frequency="once_per_recipient")
    world.workflow("hello", [trigger_workflow("child")])
    world.trigger("child", "jane")
    world.settle()

    assert play(world, "hello", "jane").without_run == (NoRun("child", jane),)


def test_more_runs_than_anybody_looks_at_are_cut_off_and_it_says_so(world: World) -> None:
    world.user("jane")
    steps = [trigger_workflow("hello"), {**trigger_workflow("hello"), "ref": "again"}]
    world.workflow("hello", steps)

    played = play(world, "hello", "jane")
    assert (len(played.runs), played.is_cut) == (MAX_RUNS, True)
