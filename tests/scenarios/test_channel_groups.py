"""A step that names a channel group: each channel of it is gone through as if the step named it."""

from collections import Counter
from typing import Any

import pytest

from tests.builders.channels import put_channel
from tests.builders.steps import skipped
from tests.builders.world import ENV, START, World
from tocsin.domain.channel_groups import ChannelGroup, ChannelRule, GroupOperator, RuleType
from tocsin.domain.recipients import RecipientRef
from tocsin.engine.outcome import MAX_MESSAGES
from tocsin.usecases.configure_variables import VariablePorts, set_variable

STEP = {
    "type": "channel",
    "ref": "push_1",
    "channel_group_key": "mobile",
    "template": {"title": "Hi", "text_body": "Hi {{ recipient.id }}"},
}
ALWAYS = (ChannelRule("push_expo", RuleType.ALWAYS), ChannelRule("push_fcm", RuleType.ALWAYS))


@pytest.fixture
def world(world: World) -> World:
    for provider in ("push_expo", "push_fcm"):
        put_channel(world.services, provider)
    world.workflow("ping", [STEP])
    return world


def group(world: World, *rules: ChannelRule, operator: str = "all") -> None:
    world.services.channel_groups.put(
        ChannelGroup("mobile", "Mobile", "push", GroupOperator(operator), rules or ALWAYS, START, START)
    )


def has(world: World, ref: RecipientRef, **tokens: list[str]) -> None:
    ids = {channel.key: channel.id for channel in world.services.channels.all(ENV)}
    data = {
        ids[key]: {"tokens": listed, "devices": [{"token": token} for token in listed]}
        for key, listed in tokens.items()
    }
    world.services.channel_data.put(ENV, ref, data)


def ping(world: World, user: str = "jane") -> None:
    world.trigger("ping", user)
    world.settle()


def reached(world: World, ref: RecipientRef) -> list[str]:
    keys = {channel.id: channel.key for channel in world.services.channels.all(ENV)}
    return sorted(keys[message.channel_id] for message in world.messages_of(ref))


def logged(world: World, event: str) -> list[Any]:
    return [one.data for one in world.only_run().events if one.event == event]


def test_every_channel_that_matches_makes_its_messages_from_one_template(world: World) -> None:
    jane = world.user("jane")
    has(world, jane, push_expo=["a"], push_fcm=["a", "b"])
    group(world)
    ping(world)

    assert reached(world, jane) == ["push_expo", "push_fcm", "push_fcm"]
    assert len({message.id for message in world.messages_of(jane)}) == 3
    assert logged(world, "channels_chosen") == [
        {"channel_group_key": "mobile", "channel_keys": ["push_expo", "push_fcm"]}
    ]


def test_the_first_channel_that_matches_is_the_only_one_of_any(world: World) -> None:
    jane, tom = world.user("jane", os="ios"), world.user("tom", os="android")
    for ref in (jane, tom):
        has(world, ref, push_expo=["a"], push_fcm=["b"])
    ios = ChannelRule("push_expo", RuleType.IF, "recipient.os", "equal_to", "ios")
    group(world, ios, ChannelRule("push_fcm", RuleType.ALWAYS), operator="any")
    world.trigger("ping", "jane", "tom")
    world.settle()

    assert (reached(world, jane), reached(world, tom)) == (["push_expo"], ["push_fcm"])


def test_a_step_that_is_repeated_makes_the_same_messages(world: World) -> None:
    jane = world.user("jane")
    has(world, jane, push_expo=["a"], push_fcm=["a"])
    group(world)
    world.trigger("ping", "jane")
    [task] = world.runs.take()
    world.run(task)
    made = [message.id for message in world.messages_of(jane)]
    world.run(task)
    world.settle()

    assert [message.id for message in world.messages_of(jane)] == made
    assert len(made) == 2


def test_a_channel_that_cannot_reach_somebody_holds_up_no_other(world: World) -> None:
    jane = world.user("jane")
    has(world, jane, push_fcm=["b"])
    group(world)
    ping(world)

    assert reached(world, jane) == ["push_fcm"]
    [passed_over] = logged(world, "channel_skipped")
    assert (passed_over["channel_key"], passed_over["reason"]) == ("push_expo", "missing_channel_data")
    assert logged(world, "step_skipped") == []


def test_where_no_channel_makes_anything_the_step_is_skipped_and_says_why(world: World) -> None:
    world.user("jane")
    group(world)
    ping(world)
    assert skipped(world) == {"reason": "missing_channel_data", "channel_group_key": "mobile"}


def test_where_no_rule_holds_the_step_is_skipped(world: World) -> None:
    jane = world.user("jane", os="android")
    has(world, jane, push_expo=["a"])
    group(world, ChannelRule("push_expo", RuleType.IF, "recipient.os", "equal_to", "ios"))
    ping(world)
    assert skipped(world) == {"reason": "channel_conditions_not_met", "channel_group_key": "mobile"}


def test_a_group_that_is_gone_or_has_no_channel_here_is_not_configured(world: World) -> None:
    world.user("jane")
    ping(world)
    assert skipped(world) == {"reason": "channel_not_configured", "channel_group_key": "mobile"}
    assert world.only_run().error_count == 1


def test_more_messages_than_one_stretch_holds_are_made_on_all_channels_of_the_group(world: World) -> None:
    jane = world.user("jane")
    tokens = [f"token-{number}" for number in range(MAX_MESSAGES - 10)]
    has(world, jane, push_expo=tokens, push_fcm=tokens)
    group(world)
    ping(world)
    world.advance(3)

    made = Counter(message.channel_id for message in world.messages_of(jane))
    assert list(made.values()) == [15, 15]
    assert world.only_run().status == "completed"


def test_a_secret_variable_is_there_for_templates(world: World) -> None:
    jane = world.user("jane")
    has(world, jane, push_expo=["a"])
    group(world)
    world.workflow("ping", [{**STEP, "template": {"title": "{{ vars.token }}", "text_body": "Hi"}}])
    ports = VariablePorts(world.services.environments, world.services.variables)
    set_variable(ports, "token", {"type": "secret", "value": "s3cr3t"}, START)
    ping(world)

    [message] = world.messages_of(jane)
    assert world.services.messages.content(ENV, message)["title"] == "s3cr3t"
