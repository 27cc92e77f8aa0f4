"""Steps that depend on what became of others, and on who is in an audience."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from tests.builders.world import EMAIL, ENV, IN_APP, World, delay
from tocsin.channels.base import RejectedError
from tocsin.domain.audiences import Addition, Membership
from tocsin.domain.messages import Mark, Status, marked
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.mark_messages import MarkPorts, mark_message

Json = dict[str, Any]

PLANS = {"jane": "vip", "tom": "free"}
SENT, SEEN = "$message.sent", "$message.seen"


def only_if(step: Json, variable: str, operator: str, argument: object) -> Json:
    condition = {"variable": variable, "operator": operator, "argument": argument}
    return {**step, "conditions": {"all": [condition]}}


def unless_seen(step: Json) -> Json:
    return only_if(step, "refs.in_app_1.engagement_status", "not_contains", SEEN)


def unless_sent(step: Json) -> Json:
    return only_if(step, "refs.email_1.delivery_status", "less_than", SENT)


def see(world: World, ref: RecipientRef) -> None:
    services = world.services
    ports = MarkPorts(services.message_lists, services.messages, services.feeds, world.clock)
    [message] = world.messages_of(ref)
    mark_message(ports, ENV, message.id, partial(marked, mark=Mark.SEEN, now=world.now))


def add_to(world: World, audience: str, user_id: str, tenant: str | None = None) -> None:
    world.services.audiences.create(ENV, audience, world.now)
    world.services.audiences.add_all(ENV, audience, [Addition(Membership(user_id, tenant), world.now)])


def made(world: World, ref: RecipientRef) -> list[str]:
    return [message.source.step_ref for message in world.messages_of(ref)]


def results(world: World, step: str) -> list[Json]:
    [event] = [
        event for event in world.only_run().events
        if event.event == "conditions_evaluated" and event.step_ref == step
    ]  # fmt: skip
    assert event.data is not None
    return list(event.data["results"])


@pytest.mark.parametrize("is_seen", [True, False])
def test_an_email_follows_where_the_feed_was_not_looked_at(world: World, is_seen: bool) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("comment", [IN_APP, delay(300), unless_seen(EMAIL)])
    world.trigger("comment", "jane")
    world.settle()
    if is_seen:
        see(world, jane)

    world.advance(300)

    assert made(world, jane) == (["in_app_1"] if is_seen else ["in_app_1", "email_1"])
    assert results(world, "email_1") == [
        {
            "variable": "refs.in_app_1.engagement_status",
            "operator": "not_contains",
            "argument": SEEN,
            "value": ["seen"] if is_seen else [],
            "result": not is_seen,
        }
    ]


@pytest.mark.parametrize("bounces", [True, False])
def test_the_feed_follows_where_an_email_could_not_be_delivered(world: World, bounces: bool) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.provider.answers = [RejectedError("no such mailbox")] if bounces else []
    world.workflow("comment", [EMAIL, delay(300), unless_sent(IN_APP)])
    world.trigger("comment", "jane")
    world.settle()

    world.advance(300)

    assert made(world, jane) == (["email_1", "in_app_1"] if bounces else ["email_1"])


def test_right_after_its_step_a_message_is_queued_also_before_anything_is_stored(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("comment", [EMAIL, unless_sent(IN_APP)])

    world.trigger("comment", "jane")
    world.settle()

    assert made(world, jane) == ["email_1", "in_app_1"]
    assert results(world, "in_app_1")[0]["value"] == "queued"


def test_a_step_that_was_skipped_counts_as_skipped(world: World) -> None:
    jane = world.user("jane")
    skipped = only_if(IN_APP, "refs.email_1.delivery_status", "equal_to", "$message.skipped")
    world.workflow("comment", [EMAIL, skipped])

    world.trigger("comment", "jane")
    world.settle()

    assert made(world, jane) == ["in_app_1"]


def test_of_a_message_that_is_gone_not_even_a_negation_holds(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("comment", [EMAIL, delay(300), unless_sent(IN_APP)])
    world.trigger("comment", "jane")
    world.settle()
    world.services.messages.delete(ENV, world.messages_of(jane))

    world.advance(300)

    assert made(world, jane) == []
    assert results(world, "in_app_1")[0] | {"value": None, "result": False} == results(world, "in_app_1")[0]


def test_a_message_that_was_made_a_moment_ago_is_never_taken_for_gone(world: World) -> None:
    """A read that lags would find nothing, and of what is gone nothing holds."""
    world.user("jane", email="jane@app.test")
    world.workflow("comment", [EMAIL, delay(1), unless_sent(IN_APP)])
    world.trigger("comment", "jane")
    world.settle()
    asked: list[Json] = []
    events = world.services.table._client.meta.events
    events.register(
        "provide-client-params.dynamodb.BatchGetItem",
        lambda params, **_: asked.extend(params["RequestItems"].values()),
    )

    world.advance(1)

    [one] = [one for one in asked if any(key["sk"]["S"].startswith("M#") for key in one["Keys"])]
    assert one["ConsistentRead"] is True


def test_membership_counts_for_the_tenant_of_the_run_alone(world: World) -> None:
    jane, tom = world.user("jane"), world.user("tom")
    add_to(world, "vip", "jane")
    add_to(world, "vip", "tom", tenant="acme")
    world.workflow("offer", [only_if(IN_APP, "recipient", "is_audience_member", "vip")])

    world.trigger("offer", "jane", "tom")
    world.settle()
    assert (made(world, jane), made(world, tom)) == (["in_app_1"], [])

    world.trigger("offer", "jane", "tom", tenant="acme")
    world.settle()
    assert (made(world, jane), made(world, tom)) == (["in_app_1"], ["in_app_1"])


def test_who_bears_the_name_of_a_deleted_member_is_no_member(world: World) -> None:
    world.user("jane")
    add_to(world, "vip", "jane")
    world.advance(60)
    world.services.removals.end(ENV, RecipientRef("$users", "jane"))
    jane = world.user("jane")
    world.workflow("offer", [only_if(IN_APP, "recipient", "is_audience_member", "vip")])

    world.trigger("offer", "jane")
    world.settle()

    assert made(world, jane) == []


def test_an_object_is_in_no_audience_also_where_a_user_bears_its_name(world: World) -> None:
    world.user("p1")
    add_to(world, "vip", "p1")
    world.workflow("offer", [only_if(delay(60), "recipient", "is_not_audience_member", "vip")])

    world.trigger("offer", {"id": "p1", "collection": "projects", "name": "Apollo"})
    world.settle()

    assert results(world, "delay_1")[0]["result"] is True


def set_channel(world: World, key: str, **changes: Any) -> None:
    channels = world.services.channels
    [channel] = [one for one in channels.all(ENV) if one.key == key]
    channels.put(ENV, replace(channel, **changes))


VIP_ONLY = {"all": [{"variable": "recipient.plan", "operator": "equal_to", "argument": "vip"}]}


def test_a_channel_may_be_there_for_some_runs_alone_and_the_log_tells_why(world: World) -> None:
    jane, tom = (world.user(name, email=f"{name}@app.test", plan=plan) for name, plan in PLANS.items())
    set_channel(world, "email", conditions=VIP_ONLY)
    world.workflow("offer", [EMAIL, IN_APP])

    world.trigger("offer", "jane", "tom")
    world.settle()

    assert (made(world, jane), made(world, tom)) == (["email_1", "in_app_1"], ["in_app_1"])
    [run] = [one for one in world.all_runs() if one.recipient == tom]
    told = [(event.event, event.data) for event in run.events if event.step_ref == "email_1"]
    [result] = [{**VIP_ONLY["all"][0], "value": "free", "result": False}]
    assert told == [
        ("channel_conditions_evaluated", {"channel_key": "email", "passed": False, "results": [result]}),
        ("step_skipped", {"reason": "channel_conditions_not_met", "channel_key": "email"}),
    ]


def test_a_channel_that_is_not_there_is_told_before_an_address_that_is_missing(world: World) -> None:
    world.user("jane")
    set_channel(world, "email", conditions=VIP_ONLY)
    world.workflow("offer", [EMAIL])

    world.trigger("offer", "jane")
    world.settle()

    [reason] = [event.data["reason"] for event in world.only_run().events
                if event.event == "step_skipped" and event.data]  # fmt: skip
    assert reason == "channel_conditions_not_met"


def test_in_a_sandbox_conditions_are_not_asked_and_nothing_is_sent(world: World) -> None:
    jane = world.user("jane", email="jane@app.test", plan="free")
    set_channel(world, "email", conditions=VIP_ONLY, is_sandbox=True)
    world.workflow("offer", [EMAIL])

    world.trigger("offer", "jane")
    world.settle()

    [message] = world.messages_of(jane)
    assert message.status is Status.NOT_SENT
    assert world.provider.calls == 0


def test_the_trigger_itself_can_be_for_an_audience_alone(world: World) -> None:
    jane, tom = world.user("jane"), world.user("tom")
    add_to(world, "vip", "jane")
    member = {"variable": "recipient", "operator": "is_audience_member", "argument": "data.list"}
    world.workflow("offer", [IN_APP], conditions={"all": [member]})

    world.trigger("offer", "jane", "tom", data={"list": "vip"})
    world.settle()

    assert (made(world, jane), made(world, tom)) == (["in_app_1"], [])
