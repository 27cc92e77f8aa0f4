"""The way of a vendor's call: the route, the receipts queue, the message's status."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.hooks.handler import lambda_handler as hooks
from functions.receipts.handler import lambda_handler as receipts
from tests.builders.account import IN_APP_CHANNEL
from tests.builders.hook_calls import CALLS, SECRET, HookCalls
from tests.builders.messages import ENV, an_email, put
from tocsin.aws.clients import client
from tocsin.channels.email.tags import ENVIRONMENT_TAG, MESSAGE_TAG
from tocsin.domain.channels import Channel
from tocsin.domain.clock import system_clock
from tocsin.domain.messages import Status
from tocsin.domain.recipients import user
from tocsin.domain.suppression import SUPPRESSED_EMAIL
from tocsin.lambda_kit.services import Services
from tocsin.usecases.identify import identify
from tocsin.usecases.record_receipt import PATIENCE

JANE = "jane@app.test"
JANE_S = user("jane")
NOBODY = "2nB5Yb6Ym6TzJ8vQ0dXlE1kRfGh"
HOST = "d111.cloudfront.test"

Api = Callable[..., Any]


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 9_000


@pytest.fixture
def sent(services: Services) -> str:
    """An email to Jane that SendGrid took."""
    content = {"__typename": "MessageEmailContent", "to": f"Jane <{JANE}>", "cc": "team@app.test"}
    [message_id] = put(
        services, an_email(1, status=Status.SENT, content=content, carrier_id="email_sendgrid")
    )
    return message_id


def a_channel(services: Services, key: str) -> HookCalls:
    """One of that provider, with what its receipts need. Its id is its key."""
    calls = CALLS[key]
    now = system_clock()
    kind = key.partition("_")[0]
    channel = Channel(key, key.replace("_", "-"), key, kind, key, now, now, calls.settings, calls.secrets)
    services.channels.put(ENV, channel)
    for name in calls.secrets:
        services.channel_secrets.put(ENV, key, name, SECRET)
    return calls


def post(api: Api, calls: HookCalls, told: Any, *, path: str = "", secret: str = SECRET) -> Any:
    """Signed at this moment, and handed on as the edge and the gateway do."""
    path = path or f"/v1/receipts/{ENV}/{calls.key}"
    draft = replace(calls.draft(told, at=system_clock(), secret=secret), url=f"https://{HOST}{path}")
    signed = calls.sign(draft)
    headers = {**signed.headers, "X-Tocsin-Host": HOST, "X-Tocsin-Raw-Path": path}
    return api(hooks, "POST", path, signed.body.decode(), key=None, headers=headers)


def waiting() -> list[dict[str, Any]]:
    """What is on the receipts queue, taken from it."""
    queue = client("sqs")
    url = queue.get_queue_url(QueueName="receipts")["QueueUrl"]
    found: list[Any] = []
    while taken := queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in taken:
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        found += taken
    return found


def recorded(messages: list[dict[str, Any]], receives: int = 1) -> list[str]:
    """Ids of the queue's messages that come back."""
    records = [
        {
            "messageId": one["MessageId"],
            "body": one["Body"],
            "attributes": {"ApproximateReceiveCount": str(receives)},
        }
        for one in messages
    ]
    answer = receipts({"Records": records}, Context())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def event(kind: str, message_id: str, address: str = JANE, **more: str) -> dict[str, str]:
    """SendGrid's."""
    tags = {ENVIRONMENT_TAG: ENV, MESSAGE_TAG: message_id}
    return {"event": kind, "email": address, "sg_message_id": "sg-1.filter", **tags, **more}


def marked(services: Services) -> Any:
    """The address that Jane should get no more emails at."""
    jane = services.recipients.get(ENV, JANE_S)
    assert jane is not None
    return jane.properties.get(SUPPRESSED_EMAIL)


def status(services: Services, message_id: str) -> Status:
    message = services.message_lists.find(ENV, message_id)
    assert message is not None
    return message.status


def test_what_a_vendor_reports_becomes_the_messages_status(api: Api, services: Services, sent: str) -> None:
    sendgrid = a_channel(services, "email_sendgrid")
    answer = post(api, sendgrid, [event("processed", sent), event("delivered", sent)])
    assert (answer.status, answer.json) == (200, {"received": 1})
    assert status(services, sent) is Status.SENT

    assert recorded(waiting()) == []

    message = services.message_lists.find(ENV, sent)
    assert message is not None
    assert (message.status, message.external_id) == (Status.DELIVERED, "sg-1")


def test_a_call_that_the_vendor_did_not_sign_leaves_nothing(api: Api, services: Services, sent: str) -> None:
    sendgrid = a_channel(services, "email_sendgrid")
    answer = post(api, sendgrid, [event("delivered", sent)], secret="somebody-elses")
    assert (answer.status, answer.json["code"], answer.json["type"]) == (
        401,
        "receipt_not_authentic",
        "authentication_error",
    )
    assert waiting() == []


def test_a_call_that_cannot_be_read_is_a_400(api: Api, services: Services) -> None:
    answer = post(api, a_channel(services, "email_sendgrid"), b"{")
    assert (answer.status, answer.json["code"]) == (400, "receipt_malformed")
    assert waiting() == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (f"/v1/receipts/{ENV}/nobody", "no channel 'nobody'"),
        ("/v1/receipts/nowhere/email_sendgrid", "in nowhere"),
        (f"/v1/receipts/{ENV}/{IN_APP_CHANNEL}", "reports nothing here"),
    ],
)
def test_where_nothing_is_reported_is_a_404(api: Api, services: Services, path: str, why: str) -> None:
    answer = post(api, a_channel(services, "email_sendgrid"), [], path=path)
    assert (answer.status, answer.json["code"]) == (404, "resource_missing")
    assert why in answer.json["message"]


def test_twilio_signs_the_address_that_the_edge_was_called_at(
    api: Api, services: Services, sent: str
) -> None:
    twilio = a_channel(services, "sms_twilio")
    path = f"/v1/receipts/{ENV}/sms_twilio/{sent}"
    told = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "14155550100"}
    assert post(api, twilio, told, path=path).json == {"received": 1}
    recorded(waiting())
    assert status(services, sent) is Status.DELIVERED

    other = replace(
        twilio, sign=lambda draft: twilio.sign(replace(draft, url=draft.url.replace(HOST, "x.test")))
    )
    assert post(api, other, told, path=path).status == 401


def test_meta_gets_its_challenge_back_as_text(services: Services) -> None:
    a_channel(services, "chat_whatsapp")
    [channel] = [one for one in services.channels.all(ENV) if one.key == "chat-whatsapp"]
    services.channels.put(ENV, replace(channel, secrets=(*channel.secrets, "webhook_verify_token")))
    services.channel_secrets.put(ENV, "chat_whatsapp", "webhook_verify_token", "word")
    call = {
        "rawPath": f"/v1/receipts/{ENV}/chat_whatsapp",
        "rawQueryString": "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=word",
        "headers": {},
        "requestContext": {"http": {"method": "GET"}},
    }
    answer = hooks(call, None)
    assert (answer["statusCode"], answer["body"]) == (200, "1158201444")
    assert hooks({**call, "rawQueryString": "hub.verify_token=other"}, None)["statusCode"] == 401


def test_whatever_the_order_a_bounce_has_the_last_word(api: Api, services: Services, sent: str) -> None:
    sendgrid = a_channel(services, "email_sendgrid")
    bounce, delivery = event("bounce", sent, reason="550 no such user"), event("delivered", sent)
    post(api, sendgrid, [bounce, delivery, bounce, delivery])
    told = waiting()
    assert recorded([*told, *told]) == []

    message = services.message_lists.find(ENV, sent)
    assert message is not None
    assert message.status is Status.BOUNCED
    assert [one.type for one in message.events].count("bounced") == 1


def test_what_became_of_a_copy_says_nothing_of_the_message(api: Api, services: Services, sent: str) -> None:
    sendgrid = a_channel(services, "email_sendgrid")
    post(api, sendgrid, [event("bounce", sent, "team@app.test", reason="550")])
    assert recorded(waiting()) == []
    assert status(services, sent) is Status.SENT


def test_a_message_that_nobody_knows_comes_back_and_is_then_let_go(api: Api, services: Services) -> None:
    sendgrid = a_channel(services, "email_sendgrid")
    post(api, sendgrid, [event("delivered", NOBODY), event("delivered", "no id of ours")])
    told = waiting()
    assert recorded(told) == [one["MessageId"] for one in told]
    assert len(told) == 1
    assert recorded(told, PATIENCE) == []


@pytest.mark.parametrize("told", [{"event": "bounce", "reason": "550 no such user"}, {"event": "spamreport"}])
def test_an_address_that_is_gone_or_calls_it_spam_is_marked(
    api: Api, services: Services, sent: str, told: dict[str, str]
) -> None:
    identify(services.recipients, ENV, JANE_S, {"email": "Jane@App.test", "plan": "pro"}, system_clock())
    sendgrid = a_channel(services, "email_sendgrid")
    post(api, sendgrid, [event(told.pop("event"), sent, **told)])
    told_twice = waiting() * 2
    assert recorded(told_twice) == []

    assert marked(services) == "Jane@App.test"
    jane = services.recipients.get(ENV, JANE_S)
    assert jane is not None
    assert (jane.properties["plan"], jane.version) == ("pro", 2)


@pytest.mark.parametrize("address", ["new@app.test", None])
def test_who_has_another_address_by_now_is_not_marked(
    api: Api, services: Services, sent: str, address: str | None
) -> None:
    identify(services.recipients, ENV, JANE_S, {"email": address}, system_clock())
    post(api, a_channel(services, "email_sendgrid"), [event("bounce", sent, reason="550")])
    assert recorded(waiting()) == []
    assert (marked(services), status(services, sent)) == (None, Status.BOUNCED)


def test_a_channel_that_another_stepped_in_for_cannot_fail_the_message(
    api: Api, services: Services, sent: str
) -> None:
    twilio = a_channel(services, "sms_twilio")
    path = f"/v1/receipts/{ENV}/sms_twilio/{sent}"
    post(api, twilio, {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}, path=path)
    assert recorded(waiting()) == []
    assert status(services, sent) is Status.SENT
