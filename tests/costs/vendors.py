"""A channel of each type, and people who can be reached on all of them. Every vendor is one server on loopback, which
takes whatever it is sent."""

from dataclasses import replace
from typing import Any

import boto3

from tests.builders.channels import channel
from tests.builders.hook_calls import SECRET
from tests.builders.http_sink import Sink, answer
from tests.builders.steps import step
from tests.builders.world import EMAIL, ENV, IN_APP, World
from tests.conftest import REGION
from tocsin.domain import json_text
from tocsin.domain.recipients import RecipientRef

# What a yes is to each of them.
YES = answer(
    200,
    json_text.dumps({"sid": f"SM{'0' * 32}", "data": {"status": "ok", "id": f"expo-{'0' * 32}"}}).encode(),
    content_type="application/json",
)
SMS_CHANNEL, PUSH_CHANNEL, CHAT_CHANNEL = "sms_twilio", "push_expo", "chat_slack"
WEBHOOK_CHANNEL = "http_knock_webhook"
# By which Twilio is asked to report what becomes of an SMS.
ASKS_FOR_REPORTS = b"StatusCallback"

SMS = step(SMS_CHANNEL, {"text_body": "{{ data.text }}, {{ recipient.name }}"}, "sms_1")
PUSH = step(PUSH_CHANNEL, {"title": "Hi", "text_body": "{{ data.text }}, {{ recipient.name }}"}, "push_1")
CHAT = step(CHAT_CHANNEL, {"markdown_body": "{{ data.text }}, **{{ recipient.name }}**"}, "chat_1")
# The request is the channel's.
WEBHOOK = step(WEBHOOK_CHANNEL, {}, "http_1")
STEPS = {"in-app": IN_APP, "email": EMAIL, "sms": SMS, "push": PUSH, "chat": CHAT, "webhook": WEBHOOK}
_BODY = '{"text": {{ data.text | json }}, "name": {{ recipient.name | json }}}'


def open_channels(world: World, vendor: Sink) -> None:
    """Emails by SES, SMS by Twilio, push by Expo, chat by Slack, and webhooks; each with a secret, if it cannot do
    without."""
    boto3.client("sesv2", region_name=REGION).create_email_identity(EmailIdentity="hello@app.test")
    vendor.plays = [YES]
    twilio = {"account_sid": f"AC{'0' * 32}", "from": "+14155550199", "base_url": vendor.url}
    for one in (
        replace(channel(SMS_CHANNEL), settings=twilio, secrets=("auth_token",)),
        replace(channel(PUSH_CHANNEL), settings={"base_url": vendor.url}),
        replace(channel(CHAT_CHANNEL), settings={"base_url": vendor.url}),
        replace(channel(WEBHOOK_CHANNEL), settings={"url": f"{vendor.url}/hook", "body": _BODY}),
    ):
        world.services.channels.put(ENV, one)
        for name in one.secrets:
            world.services.channel_secrets.put(ENV, one.id, name, SECRET)


def reader(world: World, user_id: str, name: str) -> RecipientRef:
    """Somebody with an address and a number."""
    return world.user(user_id, name=name, email=f"{user_id}@app.test", phone_number="+14155550100")


def connect(world: World, vendor: Sink, ref: RecipientRef) -> None:
    """And with a device, and a Slack."""
    token = "ExponentPushToken[xxxxxxxxxxxxxxxxxxxxxx]"
    connection = {"incoming_webhook": {"url": f"{vendor.url}/services/T00000000/B00000000/{'x' * 24}"}}
    data: dict[str, dict[str, Any]] = {
        channel(PUSH_CHANNEL).id: {"tokens": [token], "devices": [{"token": token}]},
        channel(CHAT_CHANNEL).id: {"connections": [connection]},
    }
    world.services.channel_data.put(ENV, ref, data)
