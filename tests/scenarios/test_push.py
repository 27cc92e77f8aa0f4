"""Push: one message for each device, and what becomes of devices that are gone."""

from typing import Any

import pytest

from tests.builders.channels import put_channel
from tests.builders.steps import PHONES, contents, has_devices, push, skipped, step
from tests.builders.world import ENV, World, delay
from tocsin.channels.base import BouncedError, Outgoing, Sent
from tocsin.domain.messages import Status


def test_a_push_to_three_devices_makes_three_messages_once_however_often_the_step_repeats(
    world: World,
) -> None:
    jane = world.user("jane")
    has_devices(world, jane, *PHONES)
    world.workflow("ping", [push()])
    world.trigger("ping", "jane", data={"text": "you"})
    [task] = world.runs.take()

    for _ in range(3):
        world.run(task)
    world.settle()

    assert {content["token"] for content in contents(world, jane)} == set(PHONES)
    assert len(world.messages_of(jane)) == world.provider.calls == 3
    assert world.events().count("message_enqueued") == 3


def test_a_push_carries_the_triggers_data_and_the_message_it_is(world: World) -> None:
    jane = world.user("jane")
    has_devices(world, jane, PHONES[0])
    world.workflow("ping", [push()])
    world.trigger("ping", "jane", data={"text": "you", "order": 7})
    world.settle()

    [message] = world.messages_of(jane)
    [outgoing] = world.provider.sent
    assert outgoing.content["data"] == {"text": "you", "order": 7, "knock_message_id": message.id}
    assert (outgoing.content["title"], outgoing.content["body"]) == ("Hi", "you")


def test_overrides_are_kept_with_what_the_message_says_to_each_device(world: World) -> None:
    jane = world.user("jane")
    has_devices(world, jane, {"token": "home"}, {"token": "trip", "locale": "fr"})
    overrides = '{"badge": {{ data.unread }}, "subtitle": {{ recipient.locale | json }}}'
    template = {"title": "Hi", "text_body": "you", "settings": {"payload_overrides": overrides}}
    world.workflow("ping", [step("push_expo", template)])
    world.trigger("ping", "jane", data={"unread": 2})
    world.settle()

    assert {content["token"]: content["payload_overrides"] for content in contents(world, jane)} == {
        "home": {"badge": 2, "subtitle": None},
        "trip": {"badge": 2, "subtitle": "fr"},
    }


def test_overrides_that_are_no_json_end_the_run_as_a_template_error(world: World) -> None:
    has_devices(world, world.user("jane"), PHONES[0])
    settings = {"payload_overrides": '{"badge": {{ data.unread }}}'}
    world.workflow("ping", [step("push_expo", {"title": "Hi", "text_body": "you", "settings": settings})])
    world.trigger("ping", "jane")
    world.settle()

    [data] = [event.data for event in world.only_run().events if event.event == "step_failed"]
    assert data is not None
    assert data["reason"] == "template_error"
    assert "payload_overrides: what was rendered is not JSON" in data["message"]
    assert world.provider.calls == 0


def test_a_device_knows_its_language_and_zone_better_than_its_owner(world: World) -> None:
    jane = world.user("jane", locale="en", timezone="Europe/London")
    has_devices(world, jane, {"token": "home"}, {"token": "trip", "locale": "fr", "timezone": "Asia/Tokyo"})
    text = "{{ recipient.locale }} {{ recipient.timezone }}"
    world.workflow("ping", [step("push_expo", {"title": "Hi", "text_body": text})])
    world.trigger("ping", "jane")
    world.settle()

    assert {content["token"]: content["body"] for content in contents(world, jane)} == {
        "home": "en Europe/London",
        "trip": "fr Asia/Tokyo",
    }


def test_onesignal_may_know_people_by_our_own_ids_and_needs_no_devices(world: World) -> None:
    jane = world.user("jane")
    put_channel(world.services, "push_one_signal")
    [channel] = [one for one in world.services.channels.all(ENV) if one.provider == "push_one_signal"]
    world.workflow("ping", [step("push_one_signal", {"title": "Hi", "text_body": "you"})])

    world.trigger("ping", "jane")
    world.settle()
    assert skipped(world)["reason"] == "missing_channel_data"

    channel.settings["recipient_mode"] = "external_id"
    world.services.channels.put(ENV, channel)
    world.trigger("ping", "jane")
    world.settle()
    [content] = contents(world, jane)
    assert (content["token"], content["recipient_mode"]) == ("jane", "external_id")


def test_a_device_that_is_gone_is_forgotten_and_the_others_are_not(world: World) -> None:
    jane = world.user("jane")
    channel_id = has_devices(world, jane, *PHONES)
    world.workflow("ping", [push()])
    world.trigger("ping", "jane", data={"text": "you"})
    world.provider.answers = [BouncedError("DeviceNotRegistered")]
    world.settle()

    [gone] = [message for message in world.messages_of(jane) if message.status is Status.BOUNCED]
    token = world.services.messages.content(ENV, gone)["token"]
    assert gone.events[-1].data == {
        "failure_reason": "bounced",
        "failure_details": "DeviceNotRegistered",
        "token": token,
    }
    left = world.services.channel_data.get(ENV, jane, channel_id)
    assert left is not None
    assert left["tokens"] == [device["token"] for device in left["devices"]]
    assert set(left["tokens"]) == set(PHONES) - {token}


def test_a_crash_before_the_bounce_is_recorded_does_not_keep_the_device(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    jane = world.user("jane")
    channel_id = has_devices(world, jane, PHONES[0])
    world.workflow("ping", [push()])
    world.trigger("ping", "jane", data={"text": "you"})
    for run in world.runs.take():
        world.run(run)
    [task] = world.delivery.take()
    world.provider.answers = [BouncedError("DeviceNotRegistered")]
    put = world.services.messages.put
    puts = iter([put])

    def crash_at_the_second(*arguments: Any) -> Any:
        return next(puts, _crash)(*arguments)

    monkeypatch.setattr(world.services.messages, "put", crash_at_the_second)
    with pytest.raises(KeyError):
        world.deliver(task)

    left = world.services.channel_data.get(ENV, jane, channel_id)
    assert left is not None
    assert left["tokens"] == []


def _crash(*_: Any) -> Any:
    raise KeyError("killed")


@pytest.mark.parametrize("where", ["channel", "step"])
def test_who_wants_to_keep_devices_that_bounce_keeps_them(world: World, where: str) -> None:
    jane = world.user("jane")
    channel_id = has_devices(world, jane, PHONES[0])
    overrides = {"token_deregistration": False} if where == "step" else {}
    if where == "channel":
        [channel] = [one for one in world.services.channels.all(ENV) if one.id == channel_id]
        channel.settings["token_deregistration"] = False
        world.services.channels.put(ENV, channel)
    world.workflow("ping", [push(channel_overrides=overrides)])
    world.trigger("ping", "jane", data={"text": "you"})
    world.provider.answers = [BouncedError("DeviceNotRegistered")]
    world.settle()

    left = world.services.channel_data.get(ENV, jane, channel_id)
    assert left is not None
    assert left["tokens"] == PHONES[:1]


def test_a_bounce_of_somebody_who_is_deleted_meanwhile_brings_nobody_back(world: World) -> None:
    jane = world.user("jane")
    channel_id = has_devices(world, jane, PHONES[0])
    world.workflow("ping", [push()])
    world.trigger("ping", "jane", data={"text": "you"})

    def deleted_meanwhile(outgoing: Outgoing) -> Sent:
        world.delete(jane)
        raise BouncedError(f"DeviceNotRegistered: {outgoing.message_id}")

    world.provider.send = deleted_meanwhile  # type: ignore[method-assign]
    for run in world.runs.take():
        world.run(run)
    [task] = world.delivery.take()

    assert [world.deliver(task), world.deliver(task)] == ["bounced", "gone"]
    assert world.services.channel_data.get(ENV, jane, channel_id) is None


def test_data_that_no_push_can_carry_is_not_sent_and_the_log_says_how_much_it_was(world: World) -> None:
    jane = world.user("jane")
    has_devices(world, jane, PHONES[0])
    world.workflow("ping", [push(), step("in-app", {"markdown_body": "Hi"})])
    world.trigger("ping", "jane", data={"text": "you", "log": "x" * 4096})
    world.settle()

    facts = skipped(world)
    assert (facts["reason"], facts["limit"]) == ("payload_too_large", 4096)
    assert facts["bytes"] > 4096
    assert [message.channel_type for message in world.messages_of(jane)] == ["in_app_feed"]
    assert world.only_run().error_count == 1


def test_a_silent_push_has_no_words_and_any_other_needs_some(world: World) -> None:
    jane = world.user("jane")
    has_devices(world, jane, PHONES[0])
    empty = {"title": "{{ data.none }}", "text_body": " "}
    silent = step("push_expo", {"settings": {"delivery_type": "silent"}}, "silent")
    world.workflow("ping", [step("push_expo", empty, "empty"), silent])
    world.trigger("ping", "jane", data={"order": 7})
    world.settle()

    assert skipped(world)["reason"] == "empty_message"
    [content] = contents(world, jane)
    assert (content["title"], content["body"], content["delivery_type"]) == ("", "", "silent")


def test_a_push_after_a_wait_goes_to_the_devices_of_then(world: World) -> None:
    jane = world.user("jane")
    channel_id = has_devices(world, jane, PHONES[0])
    world.workflow("ping", [delay(10), push()])
    world.trigger("ping", "jane", data={"text": "you"})
    world.settle()
    world.services.channel_data.put(
        ENV, jane, {channel_id: {"tokens": PHONES[1:2], "devices": [{"token": PHONES[1]}]}}
    )
    world.advance(15)

    assert [content["token"] for content in contents(world, jane)] == PHONES[1:2]
