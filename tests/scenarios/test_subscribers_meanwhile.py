"""What happens to an object's subscribers while a trigger is on its way to them, and while they wait."""

from datetime import timedelta

from tests.builders.followers import a_project, make, reached, subscribe, texts, unsubscribe
from tests.builders.world import ENV, IN_APP, World, delay
from tocsin.domain.runs import RunStatus

ROLE = {**IN_APP, "template": {"markdown_body": "role: {{ recipient.subscription.role }}"}}


def test_the_subscription_is_still_seen_after_a_wait_as_it_is_then(world: World) -> None:
    jane, project = world.user("jane"), a_project(world)
    subscribe(world, project, jane, role="reader")
    world.workflow("later", [delay(5), ROLE])
    world.trigger("later", project.to_wire())
    world.settle()

    subscribe(world, project, jane, role="admin")
    world.advance(7)

    assert texts(world, jane) == ["<p>role: admin</p>"]


def test_who_unsubscribes_during_a_wait_stays_in_the_run_and_the_subscription_is_out_of_sight(
    world: World,
) -> None:
    jane, project = world.user("jane"), a_project(world)
    subscribe(world, project, jane, role="admin")
    world.workflow("later", [delay(5), ROLE])
    world.trigger("later", project.to_wire())
    world.settle()

    unsubscribe(world, project, jane)
    world.advance(7)

    assert texts(world, jane) == ["<p>role:</p>"]


def test_an_object_reached_on_two_ways_is_walked_on_one_of_them_whatever_is_repeated(world: World) -> None:
    jane, team = world.user("jane"), make(world, "teams", "t")
    first, second = a_project(world), a_project(world, "p-2")
    subscribe(world, first, team)
    subscribe(world, second, team)
    subscribe(world, team, jane)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", first.to_wire(), second.to_wire())
    of_first, of_second = world.fan_outs.take()

    for task in (of_second, of_first, of_second):
        world.split(task)

    walked = [task.object_id for task in world.fan_outs.waiting]
    assert walked == ["t", "t"]  # both times for the second project, which came first
    world.settle()
    assert reached(world) == [jane, first, second, team]


def test_a_cancellation_stops_subscribers_by_name_and_leaves_the_others(world: World) -> None:
    jane, tom, project = world.user("jane"), world.user("tom"), a_project(world)
    subscribe(world, project, jane, tom)
    world.workflow("later", [delay(60), IN_APP])
    world.trigger("later", project.to_wire(), cancellation_key="k")
    world.settle()

    world.cancel("later", "k", jane)
    world.settle()
    world.advance(62)

    assert [len(world.messages_of(ref)) for ref in (jane, tom)] == [0, 1]


def test_a_cancellation_counts_for_subscribers_whom_the_fan_out_has_not_reached_yet(world: World) -> None:
    jane, project = world.user("jane"), a_project(world)
    subscribe(world, project, jane)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", project.to_wire(), cancellation_key="k")

    world.cancel("hello", "k")
    world.settle()

    assert {run.status for run in world.all_runs()} == {RunStatus.CANCELLED}
    assert world.messages_of(jane) == []


def test_who_unsubscribes_or_is_deleted_before_the_page_starts_has_no_run(world: World) -> None:
    jane, tom, ann, project = world.user("jane"), world.user("tom"), world.user("ann"), a_project(world)
    subscribe(world, project, jane, tom, ann)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", project.to_wire())
    [walk] = world.fan_outs.take()
    world.split(walk)

    unsubscribe(world, project, jane)
    world.delete(tom)
    world.settle()

    assert reached(world) == [ann, project]


def test_a_namesake_made_anew_inherits_no_notification(world: World) -> None:
    """The row of the deleted user's subscription may still lie there when the new user is triggered for."""
    jane, project = world.user("jane"), a_project(world)
    subscribe(world, project, jane)
    world.services.removals.end(ENV, jane)
    world.now += timedelta(seconds=1)
    world.user("jane")
    world.workflow("hello", [IN_APP])

    world.trigger("hello", project.to_wire())
    world.settle()

    assert reached(world) == [project]


def test_a_subscriber_who_comes_in_during_the_fan_out_is_reached_or_not_but_never_twice(world: World) -> None:
    jane, tom, project = world.user("jane"), world.user("tom"), a_project(world)
    subscribe(world, project, jane)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", project.to_wire())
    [walk] = world.fan_outs.take()
    world.split(walk)

    subscribe(world, project, tom)
    world.split(walk)
    world.settle()

    assert reached(world) == [jane, tom, project]
    assert [len(world.messages_of(ref)) for ref in (jane, tom)] == [1, 1]


def test_a_page_of_subscribers_with_no_time_left_hands_the_rest_over(world: World) -> None:
    everybody = [world.user(f"user-{number}") for number in range(5)]
    project = a_project(world)
    subscribe(world, project, *everybody)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", project.to_wire())
    [walk] = world.fan_outs.take()
    world.runs.take()
    world.split(walk)
    [page] = world.runs.take()

    world.run(page, remaining=0)
    [rest] = world.runs.waiting
    assert rest.recipients == page.recipients[1:]
    world.settle()

    assert [len(world.messages_of(ref)) for ref in everybody] == [1] * 5


def test_a_large_trigger_reaches_subscribers_too(world: World) -> None:
    jane, project = world.user("jane"), a_project(world)
    subscribe(world, project, jane)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", *(f"user-{number}" for number in range(100)), project.to_wire())
    world.settle()

    assert len(reached(world)) == 102
    assert len(world.messages_of(jane)) == 1
