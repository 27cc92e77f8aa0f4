"""A trigger for an object reaches the object and those who follow it, each of them once."""

from tests.builders.followers import a_project, make, reached, subscribe, texts
from tests.builders.world import IN_APP, World

STEP_FOR_ADMINS = {
    **IN_APP,
    "template": {
        "markdown_body": "{{ recipient.subscription.object.name }}: {{ recipient.subscription.role }}"
    },
    "conditions": {
        "all": [{"variable": "recipient.subscription.role", "operator": "equal_to", "argument": "admin"}]
    },
}


def test_the_object_and_each_of_its_subscribers_has_a_run(world: World) -> None:
    jane, tom = world.user("jane"), world.user("tom")
    project = a_project(world)
    subscribe(world, project, jane, tom)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", project.to_wire())
    world.settle()

    assert reached(world) == [jane, tom, project]
    assert [len(world.messages_of(ref)) for ref in (jane, tom)] == [1, 1]


def test_a_user_who_is_named_needs_no_fan_out(world: World) -> None:
    world.user("jane")
    world.workflow("hello", [IN_APP])

    world.trigger("hello", "jane")

    assert world.fan_outs.waiting == []


def test_a_run_sees_the_subscription_that_it_came_by_and_the_object(world: World) -> None:
    jane, tom = world.user("jane"), world.user("tom")
    project = a_project(world)
    subscribe(world, project, jane, role="admin")
    subscribe(world, project, tom, role="reader")
    world.workflow("hello", [STEP_FOR_ADMINS])

    world.trigger("hello", project.to_wire())
    world.settle()

    assert texts(world, jane) == ["<p>P-1: admin</p>"]
    assert world.messages_of(tom) == []


def test_the_log_of_a_run_tells_the_object_it_came_by(world: World) -> None:
    jane, project = world.user("jane"), a_project(world)
    subscribe(world, project, jane)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", project.to_wire())
    world.settle()

    started = {run.recipient: run.events[0].data for run in world.all_runs()}
    assert started == {jane: {"subscribed_to": {"collection": "projects", "id": "p-1"}}, project: None}


def test_who_is_both_named_and_subscribed_has_one_run_by_name(world: World) -> None:
    jane, project = world.user("jane"), a_project(world)
    subscribe(world, project, jane, role="admin")
    text = {**IN_APP, "template": {"markdown_body": "{{ data.from }} {{ recipient.subscription.role }}"}}
    world.workflow("hello", [text])

    world.trigger("hello", project.to_wire(), {"id": "jane", "$trigger_data": {"from": "by name"}})
    world.settle()

    assert reached(world) == [jane, project]
    assert texts(world, jane) == ["<p>by name</p>"]


def test_who_follows_several_of_the_objects_has_one_run(world: World) -> None:
    jane = world.user("jane")
    first, second = a_project(world), a_project(world, "p-2")
    subscribe(world, first, jane)
    subscribe(world, second, jane)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", first.to_wire(), second.to_wire())
    world.settle()

    assert reached(world) == [jane, first, second]
    assert len(world.messages_of(jane)) == 1


def test_an_actor_is_not_notified_as_a_subscriber(world: World) -> None:
    jane, tom, project = world.user("jane"), world.user("tom"), a_project(world)
    subscribe(world, project, jane, tom)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", project.to_wire(), actor="jane")
    world.settle()

    assert reached(world) == [tom, project]


def test_an_actor_who_is_named_is_notified_all_the_same(world: World) -> None:
    jane, project = world.user("jane"), a_project(world)
    subscribe(world, project, jane)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", project.to_wire(), "jane", actor="jane")
    world.settle()

    assert reached(world) == [jane, project]


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

    world.trigger("hello", company.to_wire())
    world.settle()

    assert reached(world) == sorted([company, team, squad, member])
    assert texts(world, member) == ["<p>t</p>"]
    assert world.messages_of(stranger) == []


def test_objects_that_follow_each_other_end(world: World) -> None:
    jane, here, there = world.user("jane"), a_project(world, "here"), a_project(world, "there")
    subscribe(world, here, there)
    subscribe(world, there, here, jane)
    world.workflow("hello", [IN_APP])

    world.trigger("hello", here.to_wire())
    world.settle()

    assert reached(world) == [jane, here, there]


def test_the_data_given_to_an_object_alone_is_not_its_subscribers(world: World) -> None:
    jane, project = world.user("jane"), a_project(world)
    subscribe(world, project, jane)
    text = {**IN_APP, "template": {"markdown_body": "{{ data.whose }}"}}
    world.workflow("hello", [text])

    world.trigger(
        "hello",
        {"id": "p-1", "collection": "projects", "$trigger_data": {"whose": "the object's"}},
        data={"whose": "all"},
    )
    world.settle()

    assert texts(world, jane) == ["<p>all</p>"]
