"""What all channels have in common: SMS as the simplest, sandboxes, and how much one step and one stretch can hold."""

from tests.builders.channels import put_channel
from tests.builders.steps import PHONES, contents, has_devices, push, skipped, step
from tests.builders.world import World
from tocsin.channels.base import RetryableError
from tocsin.domain.messages import Status
from tocsin.engine.outcome import MAX_MESSAGES


def test_an_sms_without_a_number_is_skipped_and_the_log_says_why(world: World) -> None:
    put_channel(world.services, "sms_twilio")
    jane, tom = world.user("jane", phone_number="+1 415 555 0100"), world.user("tom")
    world.workflow("code", [step("sms_twilio", {"text_body": "Code {{ data.code }}\n"})])
    world.trigger("code", "tom", data={"code": 42})
    world.settle()
    assert skipped(world) == {"reason": "missing_channel_data", "channel_type": "sms"}
    assert world.messages_of(tom) == []

    world.trigger("code", "jane", data={"code": 42})
    world.settle()
    [content] = contents(world, jane)
    assert (content["to"], content["body"]) == ("+1 415 555 0100", "Code 42")
    assert content["segments"] == {"count": 1, "encoding": "GSM-7"}


def test_an_sms_goes_to_the_number_that_its_template_names(world: World) -> None:
    put_channel(world.services, "sms_twilio")
    jane = world.user("jane", phone_number="+14155550100")
    template = {"text_body": "Hi", "settings": {"to_number": " {{ data.number }}\n"}}
    world.workflow("code", [step("sms_twilio", template)])
    world.trigger("code", "jane", data={"number": "+4930123456"})
    world.settle()

    assert [content["to"] for content in contents(world, jane)] == ["+4930123456"]


def test_a_stretch_that_makes_more_messages_than_fit_goes_on_in_another(world: World) -> None:
    jane = world.user("jane")
    has_devices(world, jane, *(f"token-{number}" for number in range(MAX_MESSAGES - 5)))
    world.workflow("ping", [push(ref="first"), push(ref="second"), push(ref="third")])
    world.trigger("ping", "jane", data={"text": "you"}, settings={"sandbox_mode": True})
    world.settle()
    assert world.only_run().status == "paused"

    world.advance(3)
    world.advance(3)

    assert world.only_run().status == "completed"
    assert len(world.messages_of(jane)) == 3 * (MAX_MESSAGES - 5)
    waits = [event.data for event in world.only_run().events if event.event == "delay_started"]
    assert [wait and wait["reason"] for wait in waits] == ["many_messages"] * 2


def test_in_a_sandbox_everything_is_made_and_nothing_but_in_app_is_sent(world: World) -> None:
    put_channel(world.services, "sms_twilio")
    put_channel(world.services, "http_knock_webhook")
    jane = world.user("jane", phone_number="+14155550100")
    has_devices(world, jane, *PHONES)
    steps = [
        step("sms_twilio", {"text_body": "Hi"}),
        push(),
        step("http_knock_webhook", {"url": "https://x.test"}),
        step("in-app", {"markdown_body": "Hi"}),
    ]
    world.workflow("all", steps)
    world.trigger("all", "jane", data={"text": "x"}, settings={"sandbox_mode": True})
    world.settle()

    statuses = {message.channel_type: message.status for message in world.messages_of(jane)}
    assert statuses == {
        "sms": Status.NOT_SENT,
        "push": Status.NOT_SENT,
        "http": Status.NOT_SENT,
        "in_app_feed": Status.DELIVERED,
    }
    assert world.provider.calls == 0


def test_what_fails_is_tried_again_whatever_the_channel(world: World) -> None:
    put_channel(world.services, "sms_twilio")
    jane = world.user("jane", phone_number="+14155550100")
    world.workflow("code", [step("sms_twilio", {"text_body": "Hi"})])
    world.provider.answers = [RetryableError("503")]
    world.trigger("code", "jane")
    for run in world.runs.take():
        world.run(run)
    [task] = world.delivery.take()
    assert world.deliver(task) == "retry"
    world.advance(10)

    assert [message.status for message in world.messages_of(jane)] == [Status.SENT]
