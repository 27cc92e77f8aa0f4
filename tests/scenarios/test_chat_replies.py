"""Chat messages under earlier ones: a reply waits for what it replies to, and says why where there is nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.builders.http_sink import Sink, answer, http_sink
from tests.builders.steps import skipped, slack, step
from tests.builders.world import ENV, World
from tocsin.contract.tasks import Deliver
from tocsin.domain import json_text
from tocsin.domain.messages import Message, Status
from tocsin.domain.recipients import user
from tocsin.domain.send_windows import DAYS

JANE = user("jane")
HOUR = 3600
HERS = [{"channel_id": "C1"}]
MORNINGS = [{"day": day, "type": "send", "from": "09:00:00", "until": "11:00:00"} for day in DAYS]


def said(ts: str) -> bytes:
    return answer(200, json_text.dumps({"ok": True, "ts": ts}).encode())


def chat(ref: str, text: str = "Hi", **settings: Any) -> dict[str, Any]:
    return step("chat_slack", {"markdown_body": text, "settings": settings}, ref=ref)


PARENT, REPLY = chat("parent"), chat("reply", reply_to_step_ref="parent")


@pytest.fixture
def sink(world: World) -> Iterator[Sink]:
    with http_sink() as sink:
        slack(world, sink)
        yield sink


def start(world: World, *steps: dict[str, Any], connections: Any = HERS, **body: Any) -> None:
    """As far as the delivery queue."""
    world.user("jane", name="Jane")
    [channel] = [one for one in world.services.channels.all(ENV) if one.key == "chat_slack"]
    data = {"connections": connections, "token": {"access_token": "xoxb-jane"}}
    world.services.channel_data.put(ENV, JANE, {channel.id: data})
    world.workflow("thread", steps)
    world.trigger("thread", "jane", **body)
    for run in world.runs.take():
        world.run(run)


def messages(world: World) -> dict[str, Message]:
    """By the step that made them."""
    return {message.source.step_ref: message for message in world.messages_of(JANE)}


def tasks(world: World) -> dict[str, Deliver]:
    by_id = {message.id: ref for ref, message in messages(world).items()}
    return {by_id[task.message_id]: task for task in world.delivery.take()}


def why(message: Message) -> str:
    data = message.events[-1].data or {}
    return str(data["failure_details"])


def test_replies_stand_in_the_thread_of_the_first_message_where_that_was_sent(
    world: World, sink: Sink
) -> None:
    start(world, PARENT, REPLY, chat("next", reply_to_step_ref="reply"))
    sink.plays = [said("1.0"), said("2.0"), said("3.0")]
    world.settle()

    sent = [json_text.loads(seen.body) for seen in sink.seen]
    assert [(one["channel"], one.get("thread_ts")) for one in sent] == [
        ("C1", None),
        ("C1", "1.0"),
        ("C1", "1.0"),
    ]
    assert {seen.headers["authorization"] for seen in sink.seen} == {"Bearer xoxb-jane"}
    assert messages(world)["next"].snapshot["channel_id"] == "C1"
    named = {ref: message.external_id for ref, message in messages(world).items()}
    assert named == {"parent": "1.0", "reply": "2.0", "next": "3.0"}


def test_a_reply_that_is_taken_up_before_its_parent_waits_and_has_not_been_tried(
    world: World, sink: Sink
) -> None:
    start(world, PARENT, REPLY)
    found = tasks(world)
    sink.plays = [answer(500), said("1.0"), said("2.0")]

    assert world.deliver(found["parent"]) == "retry"
    again, retried = found["reply"], world.delivery.take()[0]
    for _ in range(10):
        assert world.deliver(again) == "waits"
        [again] = world.delivery.take()
        waiting = messages(world)["reply"]
        assert (waiting.status, waiting.attempts) == (Status.QUEUED, 0)
        world.now += timedelta(minutes=5)
    assert world.deliver(retried) == "sent"
    assert world.deliver(again) == "sent"
    assert json_text.loads(sink.seen[-1].body)["thread_ts"] == "1.0"
    assert [event.type for event in messages(world)["reply"].events] == ["created", "queued", "sent"]


def test_a_reply_whose_parent_was_refused_is_not_sent_either(world: World, sink: Sink) -> None:
    start(world, PARENT, REPLY)
    sink.plays = [answer(200, b'{"ok":false,"error":"msg_too_long"}')]
    world.settle()

    reply = messages(world)["reply"]
    assert reply.status is Status.UNDELIVERED
    assert "ended as undelivered" in why(reply)
    assert len(sink.seen) == 1


def test_a_parent_that_is_never_sent_is_waited_for_a_day(world: World, sink: Sink) -> None:
    start(world, PARENT, REPLY)
    lost = tasks(world)
    world.advance(25 * HOUR)

    assert world.deliver(lost["reply"]) == "undelivered"
    assert "within a day" in why(messages(world)["reply"])
    assert sink.seen == []


def test_a_parent_that_went_to_a_webhook_cannot_be_replied_to(world: World, sink: Sink) -> None:
    start(world, PARENT, REPLY, connections=[{"incoming_webhook": {"url": f"{sink.url}/services/T0/B0/x"}}])
    sink.plays = [answer(200, b"ok")]
    world.settle()

    assert messages(world)["parent"].status is Status.SENT
    assert "incoming webhook" in why(messages(world)["reply"])
    assert len(sink.seen) == 1


def test_many_parents_are_none(world: World, sink: Sink) -> None:
    start(world, PARENT, REPLY, connections=[*HERS, {"channel_id": "C2"}])

    assert skipped(world) == {
        "reason": "no_single_parent_message",
        "reply_to_step_ref": "parent",
        "parent_messages": 2,
    }


def test_a_reply_waits_for_the_send_window_of_its_parent(world: World, sink: Sink) -> None:
    start(world, {**PARENT, "send_windows": MORNINGS}, REPLY)
    sink.plays = [said("1.0"), said("2.0")]
    world.settle()
    parent, reply = messages(world).values()
    assert parent.scheduled_at == reply.scheduled_at is not None
    assert sink.seen == []

    world.advance(21 * HOUR)
    assert [json_text.loads(seen.body).get("thread_ts") for seen in sink.seen] == [None, "1.0"]


def test_a_thread_that_exists_already_is_named_by_what_the_trigger_brings(world: World, sink: Sink) -> None:
    thread = chat("reply", parent_message_id="{{ data.ts }}", send_to="{{ data.channel }}")
    start(world, thread, data={"ts": "9.0", "channel": "C9"})
    sink.plays = [said("9.1")]
    world.settle()

    [sent] = [json_text.loads(seen.body) for seen in sink.seen]
    assert (sent["channel"], sent["thread_ts"]) == ("C9", "9.0")


def test_what_comes_out_empty_is_not_sent_anywhere_else(world: World, sink: Sink) -> None:
    thread = chat("thread", parent_message_id="{{ data.ts }}")
    start(world, thread, chat("place", parent_message_id="9.0", send_to="{{ data.channel }}"))
    world.settle()

    found = messages(world)
    assert "parent_message_id" in why(found["thread"])
    assert "send_to" in why(found["place"])
    assert sink.seen == []
