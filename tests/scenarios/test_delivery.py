"""Delivery: tried again when that may help, given up when it will not, and never two workers at once."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders.emails import only_message, queued_email
from tests.builders.world import World
from tocsin.channels.base import (
    CredentialsError,
    Outgoing,
    RejectedError,
    RetryableError,
    Sent,
    ThrottledError,
)
from tocsin.contract.tasks import Deliver
from tocsin.domain.messages import Mark, Status, marked, moved
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.retries import MAX_ATTEMPTS


def _deliver_until_settled(world: World, jane: RecipientRef, task: Deliver) -> timedelta:
    """Each try in the first second in which it is not too early. Returns how long it took."""
    began = world.now
    while world.deliver(task) == "retry":
        assert world.deliver(task) == "busy"
        world.now = (only_message(world, jane).claimed_until or world.now) + timedelta(seconds=1)
        [task] = world.delivery.take()
    return world.now - began


def test_a_delivered_task_that_comes_again_sends_nothing(world: World) -> None:
    jane, task = queued_email(world)

    assert [world.deliver(task) for _ in range(3)] == ["sent", "settled", "settled"]

    assert world.provider.calls == 1
    assert [event.type for event in only_message(world, jane).events] == ["created", "queued", "sent"]


def test_a_provider_that_fails_once_is_tried_again_later(world: World) -> None:
    jane, task = queued_email(world)
    world.provider.answers = [RetryableError("connection reset")]

    assert world.deliver(task) == "retry"
    assert only_message(world, jane).status is Status.DELIVERY_ATTEMPTED
    world.now += timedelta(seconds=10)
    world.settle()

    assert only_message(world, jane).status is Status.SENT
    assert [event.type for event in only_message(world, jane).events][-2:] == ["delivery_attempted", "sent"]


def test_a_provider_that_keeps_failing_ends_undelivered_after_eight_attempts(world: World) -> None:
    jane, task = queued_email(world)
    world.provider.answers = [RetryableError("503")] * 20

    took = _deliver_until_settled(world, jane, task)

    assert timedelta(minutes=20) < took < timedelta(minutes=31)
    message = only_message(world, jane)
    assert message.status is Status.UNDELIVERED
    assert world.provider.calls == MAX_ATTEMPTS
    attempts = [event.data for event in message.events if event.type == "delivery_attempted"]
    assert [facts["attempt"] for facts in attempts if facts] == list(range(1, 9))
    assert message.events[-1].data == {"failure_reason": "retries_exhausted", "failure_details": "503"}


def test_a_rejected_email_is_given_up_at_once(world: World) -> None:
    jane, task = queued_email(world)
    world.provider.answers = [RejectedError("MessageRejected: address blacklisted")]

    assert world.deliver(task) == "undelivered"

    message = only_message(world, jane)
    assert message.status is Status.UNDELIVERED
    assert message.events[-1].data is not None
    assert message.events[-1].data["failure_reason"] == "fatal_error"


def test_wrong_credentials_are_told_apart(world: World) -> None:
    jane, task = queued_email(world)
    world.provider.answers = [CredentialsError("SendingPausedException")]

    world.deliver(task)

    last = only_message(world, jane).events[-1]
    assert last.data is not None
    assert last.data["failure_reason"] == "invalid_credentials"


def test_retry_after_is_honoured(world: World) -> None:
    _, task = queued_email(world)
    world.provider.answers = [ThrottledError("slow down", after=300)]
    world.deliver(task)

    world.now += timedelta(seconds=200)
    assert world.deliver(task) == "busy"
    world.now += timedelta(seconds=100)
    assert world.deliver(task) == "sent"


def test_a_pause_beyond_what_a_queue_holds_lies_in_the_wheel(world: World) -> None:
    jane, task = queued_email(world)
    world.provider.answers = [ThrottledError("slow down", after=1200)]
    assert world.deliver(task) == "retry"
    assert world.delivery.waiting == []

    world.advance(1199)
    assert world.provider.calls == 1
    world.advance(30)

    assert only_message(world, jane).status is Status.SENT


def test_a_provider_that_asks_for_more_than_it_has_is_given_up(world: World) -> None:
    jane, task = queued_email(world)
    world.provider.answers = [ThrottledError("come back tomorrow", after=86_400)]

    assert world.deliver(task) == "undelivered"
    last = only_message(world, jane).events[-1]
    assert last.data == {"failure_reason": "retries_exhausted", "failure_details": "come back tomorrow"}


def test_two_workers_with_the_same_task_call_the_provider_once(world: World) -> None:
    _, task = queued_email(world)
    send = world.provider.send
    others: list[str] = []

    def send_while_another_worker_tries(outgoing: Outgoing) -> Sent:
        others.append(world.deliver(task))
        return send(outgoing)

    world.provider.send = send_while_another_worker_tries  # type: ignore[method-assign]

    assert world.deliver(task) == "sent"
    assert others == ["busy"]
    assert world.provider.calls == 1


def test_a_worker_that_dies_holding_a_message_loses_it_to_the_next_one(world: World) -> None:
    jane, task = queued_email(world)
    world.provider.answers = [KeyError("killed between claim and call")]
    with pytest.raises(KeyError):
        world.deliver(task)

    assert world.deliver(task) == "busy"
    world.now += timedelta(minutes=2)
    assert world.deliver(task) == "sent"
    assert only_message(world, jane).status is Status.SENT


def test_a_message_that_kills_every_worker_is_given_up_too(world: World) -> None:
    jane, task = queued_email(world)
    world.provider.answers = [KeyError("killed")] * 20

    for _ in range(MAX_ATTEMPTS + 1):
        try:
            world.deliver(task)
        except KeyError:
            world.now += timedelta(minutes=2)

    assert world.provider.calls == MAX_ATTEMPTS
    assert only_message(world, jane).status is Status.UNDELIVERED


def test_a_mark_set_during_the_delivery_is_kept(world: World) -> None:
    jane, task = queued_email(world)
    send = world.provider.send

    def read_meanwhile(outgoing: Outgoing) -> Sent:
        world.services.messages.put("development", marked(only_message(world, jane), Mark.READ, world.now))
        return send(outgoing)

    world.provider.send = read_meanwhile  # type: ignore[method-assign]
    world.deliver(task)

    message = only_message(world, jane)
    assert message.status is Status.SENT
    assert message.is_marked(Mark.READ)


def test_what_another_worker_has_sent_is_not_given_up(world: World) -> None:
    jane, task = queued_email(world)

    def sent_meanwhile(outgoing: Outgoing) -> Sent:
        world.services.messages.put("development", moved(only_message(world, jane), Status.SENT, world.now))
        raise RejectedError(f"MessageRejected: {outgoing.message_id} is a duplicate")

    world.provider.send = sent_meanwhile  # type: ignore[method-assign]

    assert world.deliver(task) == "settled"
    assert only_message(world, jane).status is Status.SENT


def test_a_transaction_under_way_does_not_hide_that_the_email_was_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB refuses a plain write to a row that a transaction is about to write: not for ever, only now."""
    jane, task = queued_email(world)
    client = world.services.table._client
    put_item, refusals = client.put_item, iter([None, "TransactionConflictException"])

    def busy_at_the_second_put(**arguments: Any) -> Any:
        code = next(refusals, None)
        if code is not None:
            raise ClientError({"Error": {"Code": code, "Message": ""}}, "PutItem")
        return put_item(**arguments)

    monkeypatch.setattr(client, "put_item", busy_at_the_second_put)

    assert world.deliver(task) == "sent"
    assert only_message(world, jane).status is Status.SENT


def test_a_message_of_a_deleted_user_is_not_sent(world: World) -> None:
    jane, task = queued_email(world)
    world.delete(jane)

    assert world.deliver(task) == "gone"
    assert world.provider.calls == 0
