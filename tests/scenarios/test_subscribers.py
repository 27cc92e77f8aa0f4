"""A trigger for an object reaches the object and those who follow it, each of them once."""

from datetime import timedelta
from typing import Any

from tests.builders.followers import make, subscribe, unsubscribe
from tests.builders.world import ENV, IN_APP, World, delay
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RunStatus

STEP_FOR_ADMINS = {
    **IN_APP,
    "template": {
        "markdown_body": "{{ recipient.subscription.object.name }}: {{ recipient.subscription.role }}"
    },
    "conditions": {
        "all": [{"variable": "recipient.subscription.role", "operator": "equal_to", "argument": "admin"}]
    },
}


def _project(world: World, object_id: str = "p-1") -> RecipientRef:
    return make(world, "projects", object_id, name=object_id.upper())


def _wire(ref: RecipientRef) -> Any:
    return ref.to_wire()


def _reached(world: World) -> list[RecipientRef]:
    return sorted(run.recipient for run in world.all_runs())


def _texts(world: World, ref: RecipientRef) -> list[str]:
    contents = (world.services.messages.content(ENV, message) for message in world.messages_of(ref))
    return [content["blocks"][0]["rendered"] for content in contents]


def test_the_object_and_each_of_its_subscribers_has_a_run(world: World) -> None:
    jane, tom = world.user("jane"), world.user("tom")
    project = _project(world)
    subscribe(world, project, jane, tom)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", _wire(project))
    world.settle()

    assert _reached(world) == [jane, tom, project]
    assert [len(world.messages_of(ref)) for ref in (jane, tom)] == [1, 1]


def test_a_user_who_is_named_needs_no_fan_out(world: World) -> None:
    world.user("jane")
    world.workflow("hello", [IN_APP])

    world.trigger("hello", "jane")

    assert world.fan_outs.waiting == []


def test_a_run_sees_the_subscription_that_it_came_by_and_the_object(world: World) -> None:
    jane, tom = world.user("jane"), world.user("tom")
    project = _project(world)
    subscribe(world, project, jane, role="admin")
    subscribe(world, project, tom, role="reader")
    world.workflow("hello", [STEP_FOR_ADMINS])

    world.trigger("hello", _wire(project))
    world.settle()

    assert _texts(world, jane) == ["<p>P-1: admin</p>"]
    assert world.messages_of(tom) == []


def test_the_subscription_is_still_seen_after_a_wait_as_it_is_then(world: World) -> None:
    jane, project = world.user("jane"), _project(world)
    subscribe(world, project, jane, role="reader")
    world.workflow("later", [delay(5), STEP_FOR_ADMINS])
    world.trigger("later", _wire(project))
    world.settle()

    subscribe(world, project, jane, role="admin")
    world.advance(7)

    assert _texts(world, jane) == ["<p>P-1: admin</p>"]


def test_who_unsubscribes_during_a_wait_stays_in_the_run_and_the_subscription_is_out_of_sight(
    world: World,
) -> None:
    jane, project = world.user("jane"), _project(world)
    subscribe(world, project, jane, role="admin")
    text = {**IN_APP, "template": {"markdown_body": "role: {{ recipient.subscription.role }}"}}
    world.workflow("later", [delay(5), text])
    world.trigger("later", _wire(project))
    world.settle()

    unsubscribe(world, project, jane)
    world.advance(7)

    assert _texts(world, jane) == ["<p>role:</p>"]


def test_who_is_both_named_and_subscribed_has_one_run_by_name(world: World) -> None:
    jane, project = world.user("jane"), _project(world)
    subscribe(world, project, jane, role="admin")
    text = {**IN_APP, "template": {"markdown_body": "{{ data.from }} {{ recipient.subscription.role }}"}}
    world.workflow("hello", [text])

    world.trigger("hello", _wire(project), {"id": "jane", "$trigger_data": {"from": "by name"}})
    world.settle()

    assert _reached(world) == [jane, project]
    assert _texts(world, jane) == ["<p>by name</p>"]


def test_who_follows_several_of_the_objects_has_one_run(world: World) -> None:
    jane = world.user("jane")
    first, second = _project(world), _project(world, "p-2")
    subscribe(world, first, jane)
    subscribe(world, second, jane)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", _wire(first), _wire(second))
    world.settle()

    assert _reached(world) == [jane, first, second]
    assert len(world.messages_of(jane)) == 1


def test_an_actor_is_not_notified_as_a_subscriber(world: World) -> None:
    jane, tom, project = world.user("jane"), world.user("tom"), _project(world)
    subscribe(world, project, jane, tom)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", _wire(project), actor="jane")
    world.settle()

    assert _reached(world) == [tom, project]


def test_an_actor_who_is_named_is_notified_all_the_same(world: World) -> None:
    jane, project = world.user("jane"), _project(world)
    subscribe(world, project, jane)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", _wire(project), "jane", actor="jane")
    world.settle()

    assert _reached(world) == [jane, project]


def test_an_object_that_follows_is_followed_once_more_and_no_further(world: World) -> None:
    member, stranger = world.user("member"), world.user("stranger")
    company, team, squad = (
        make(world, "companies", "c"),
        make(world, "teams", "t"),
        make(world, "squads", "s"),
    )
    subscribe(world, company, team)
    subscribe(world, team, member, squad, role="member")
    subscribe(world, squad, stranger)
    text = {**IN_APP, "template": {"markdown_body": "{{ recipient.subscription.object.id }}"}}
    world.workflow("hello", [text])

    world.trigger("hello", _wire(company))
    world.settle()

    assert _reached(world) == sorted([company, team, squad, member])
    assert _texts(world, member) == ["<p>t</p>"]
    assert world.messages_of(stranger) == []


def test_objects_that_follow_each_other_end(world: World) -> None:
    jane, here, there = world.user("jane"), _project(world, "here"), _project(world, "there")
    subscribe(world, here, there)
    subscribe(world, there, here, jane)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", _wire(here))
    world.settle()

    assert _reached(world) == [jane, here, there]


def test_the_data_given_to_an_object_alone_is_not_its_subscribers(world: World) -> None:
    jane, project = world.user("jane"), _project(world)
    subscribe(world, project, jane)
    text = {**IN_APP, "template": {"markdown_body": "{{ data.whose }}"}}
    world.workflow("hello", [text])

    world.trigger(
        "hello",
        {"id": "p-1", "collection": "projects", "$trigger_data": {"whose": "the object's"}},
        data={"whose": "all"},
    )
    world.settle()

    assert _texts(world, jane) == ["<p>all</p>"]


def test_a_cancellation_stops_subscribers_by_name_and_leaves_the_others(world: World) -> None:
    jane, tom, project = world.user("jane"), world.user("tom"), _project(world)
    subscribe(world, project, jane, tom)
    world.workflow("later", [delay(60), IN_APP])
    world.trigger("later", _wire(project), cancellation_key="k")
    world.settle()

    world.cancel("later", "k", jane)
    world.settle()
    world.advance(62)

    assert [len(world.messages_of(ref)) for ref in (jane, tom)] == [0, 1]


def test_a_cancellation_counts_for_subscribers_whom_the_fan_out_has_not_reached_yet(world: World) -> None:
    jane, project = world.user("jane"), _project(world)
    subscribe(world, project, jane)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", _wire(project), cancellation_key="k")

    world.cancel("hello", "k")
    world.settle()

    assert {run.status for run in world.all_runs()} == {RunStatus.CANCELLED}
    assert world.messages_of(jane) == []


def test_who_unsubscribes_or_is_deleted_before_the_page_starts_has_no_run(world: World) -> None:
    jane, tom, ann, project = world.user("jane"), world.user("tom"), world.user("ann"), _project(world)
    subscribe(world, project, jane, tom, ann)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", _wire(project))
    [walk] = world.fan_outs.take()
    world.split(walk)

    unsubscribe(world, project, jane)
    world.delete(tom)
    world.settle()

    assert _reached(world) == [ann, project]


def test_a_namesake_made_anew_inherits_no_notification(world: World) -> None:
    """The row of the deleted user's subscription may still lie there when the new user is triggered for."""
    jane, project = world.user("jane"), _project(world)
    subscribe(world, project, jane)
    world.services.removals.end(ENV, jane)
    world.now += timedelta(seconds=1)
    world.user("jane")
    world.workflow("hello", [IN_APP])

    world.trigger("hello", _wire(project))
    world.settle()

    assert _reached(world) == [project]


def test_a_subscriber_who_comes_in_during_the_fan_out_is_reached_or_not_but_never_twice(world: World) -> None:
    jane, tom, project = world.user("jane"), world.user("tom"), _project(world)
    subscribe(world, project, jane)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", _wire(project))
    [walk] = world.fan_outs.take()
    world.split(walk)

    subscribe(world, project, tom)
    world.split(walk)
    world.settle()

    assert _reached(world) == [jane, tom, project]
    assert [len(world.messages_of(ref)) for ref in (jane, tom)] == [1, 1]


def test_a_page_of_subscribers_with_no_time_left_hands_the_rest_over(world: World) -> None:
    everybody = [world.user(f"user-{number}") for number in range(5)]
    project = _project(world)
    subscribe(world, project, *everybody)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", _wire(project))
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
    jane, project = world.user("jane"), _project(world)
    subscribe(world, project, jane)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", *(f"user-{number}" for number in range(100)), _wire(project))
    world.settle()

    assert len(_reached(world)) == 102
    assert len(world.messages_of(jane)) == 1
