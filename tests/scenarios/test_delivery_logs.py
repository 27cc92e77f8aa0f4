"""What a message remembers of its provider's answers."""

from collections import Counter
from datetime import timedelta

import boto3

from tests.builders.emails import only_message, queued_email
from tests.builders.world import World
from tocsin.channels.base import Outgoing, RejectedError, RetryableError, Sent, ThrottledError
from tocsin.channels.email.ses import SesProvider
from tocsin.domain import json_text
from tocsin.domain.exchanges import LONGEST_ANSWER, Exchange
from tocsin.domain.messages import Mark, marked


def _exchange(status: int | None, answer: str) -> Exchange:
    return Exchange("sink", "POST", "sink.test", "/send", status=status, answer=answer)


def test_every_call_of_a_provider_is_remembered_with_its_answer(world: World) -> None:
    jane, task = queued_email(world)
    answers = [
        RetryableError("no answer", exchange=_exchange(None, "connection reset")),
        ThrottledError("slow down", after=2, exchange=_exchange(429, "slow down")),
    ]

    def send(outgoing: Outgoing) -> Sent:
        if answers:
            raise answers.pop(0)
        return Sent("external-1", exchange=_exchange(202, "x" * 5000))

    world.provider.send = send  # type: ignore[method-assign]
    began = world.now
    while world.deliver(task) == "retry":
        [task] = world.delivery.take()
        world.now += timedelta(seconds=900)

    message = only_message(world, jane)
    assert [(one.status, one.answer) for _, one in message.exchanges] == [
        (None, "connection reset"),
        (429, "slow down"),
        (202, "x" * LONGEST_ANSWER),
    ]
    assert [at for at, _ in message.exchanges] == [began + timedelta(seconds=900 * n) for n in range(3)]
    assert message.external_id == "external-1"


def test_a_rejection_is_remembered_once_and_a_message_that_was_never_sent_has_none(world: World) -> None:
    jane, task = queued_email(world)
    world.provider.answers = [RejectedError("malformed", exchange=_exchange(400, "no such address"))]
    world.deliver(task)
    assert [one.answer for _, one in only_message(world, jane).exchanges] == ["no such address"]

    tom = world.user("tom", email="tom@app.test")
    world.provider.answers = [RejectedError("the email cannot be written")]
    world.trigger("mail", "tom")
    world.settle()
    assert only_message(world, tom).exchanges == ()


def test_a_mark_set_during_the_delivery_and_the_providers_answer_are_both_kept(world: World) -> None:
    jane, task = queued_email(world)

    def read_meanwhile(outgoing: Outgoing) -> Sent:
        world.services.messages.put("development", marked(only_message(world, jane), Mark.READ, world.now))
        return Sent("external-1", exchange=_exchange(200, "ok"))

    world.provider.send = read_meanwhile  # type: ignore[method-assign]
    world.deliver(task)

    message = only_message(world, jane)
    assert message.is_marked(Mark.READ)
    assert [one.answer for _, one in message.exchanges] == ["ok"]
    assert [event.type for event in message.events] == ["created", "queued", "read", "sent"]


def test_remembering_the_answer_takes_no_call_of_its_own(world: World) -> None:
    jane, task = queued_email(world)
    calls: Counter[str] = Counter()
    events = world.services.table._client.meta.events
    events.register("before-call", lambda model, **_: calls.update([model.name]))
    world.provider.send = lambda outgoing: Sent("1", exchange=_exchange(200, "ok"))  # type: ignore[method-assign]

    assert world.deliver(task) == "sent"

    # The message and its content are read, and its channel; the claim and the end of the attempt are written.
    assert calls == {"Query": 1, "BatchGetItem": 1, "PutItem": 2}
    assert len(only_message(world, jane).exchanges) == 1


def test_ses_says_whom_it_called_and_what_came_back(world: World) -> None:
    client = boto3.client("sesv2", region_name="us-east-1")
    client.create_email_identity(EmailIdentity="hello@app.test")
    jane, task = queued_email(world)
    world.provider.send = SesProvider(client, "tocsin-test").send  # type: ignore[method-assign]

    assert world.deliver(task) == "sent"

    message = only_message(world, jane)
    [(_, exchange)] = message.exchanges
    assert (exchange.service, exchange.method) == ("aws_ses", "POST")
    assert (exchange.host, exchange.path) == ("email.us-east-1.amazonaws.com", "/v2/email/outbound-emails")
    assert (exchange.status, json_text.loads(exchange.answer)) == (200, {"MessageId": message.external_id})


def test_what_ses_refuses_is_remembered_in_its_own_words(world: World) -> None:
    jane, task = queued_email(world)
    client = boto3.client("sesv2", region_name="us-east-1")  # which knows no sender
    world.provider.send = SesProvider(client, "tocsin-test").send  # type: ignore[method-assign]

    assert world.deliver(task) == "undelivered"

    [(_, exchange)] = only_message(world, jane).exchanges
    assert exchange.status == 400
    assert json_text.loads(exchange.answer)["Code"] == "MessageRejected"
