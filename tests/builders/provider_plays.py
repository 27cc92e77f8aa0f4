"""What each provider is given in the conformance suite, and what it answers: one entry for each way to send.

A new provider is one more entry here, and its golden request in `tests/unit/channels/golden/`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config

from tests.builders.http_sink import Sink, answer
from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    Outgoing,
    RejectedError,
    RetryableError,
    Send,
    ThrottledError,
)
from tocsin.channels.chat import slack
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.registry import Tools, sender_of
from tocsin.channels.webhook import http
from tocsin.domain.connections import without_secrets

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MESSAGE_ID = "2nB5Yb6Ym6TzJ8vQ0dXlE1kRfGh"
ENV = "development"
SECRETS = {
    "access_token": "expo-access-token-1",
    # the example of the specification's own libraries
    "signing_key": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}
SLACK_TOKEN = "xoxb-tenant-token-1"
HOOK = "/services/T0/B0/secret-hook-1"
PATIENCE = 0.4

Json = dict[str, Any]
Refusals = dict[bytes, type[DeliveryError]]


def _nothing(_: Sink) -> Json:
    return {}


@dataclass(frozen=True)
class Play:
    """One way to send. `taken` is a yes with `external_id`, `refusals` are noes by what they mean."""

    key: str
    service: str
    content: Json
    taken: bytes
    external_id: str
    refusals: Refusals
    malformed: bytes = answer(200, b"<html>not what you think")
    settings: Callable[[Sink], Json] = _nothing
    connection: Callable[[Sink], Json] = _nothing
    tenant_data: Json = field(default_factory=dict)
    throttled_for: float | None = 7
    shown_path: str | None = None

    def outgoing(self, sink: Sink) -> Outgoing:
        """Addressed to the sink, where content names an address itself."""
        connection = self.connection(sink)
        meant: Json = {"connection": without_secrets(connection)} if connection else {}
        if self.key == "http_knock_webhook":
            meant["url"] = f"{sink.url}/hook?a=1&token=t0p-secret"
        return Outgoing(
            message_id=MESSAGE_ID,
            environment=ENV,
            content={**self.content, **meant},
            settings=self.settings(sink),
            secrets=lambda: SECRETS,
            recipient_data=lambda: {"connections": [connection]},
            tenant_data=lambda: self.tenant_data,
        )

    def provider(self, sink: Sink) -> Send:
        tools = Tools(
            client=lambda service: _aws_client(service, sink.url),
            http=HttpClient(frozenset({sink.host}), PATIENCE).send,
            clock=lambda: NOW,
            ses_configuration_set="tocsin-test",
        )
        send = sender_of(self.key, tools)
        assert send is not None
        return send


@lru_cache
def _aws_client(service: str, url: str) -> Any:
    return botocore.session.get_session().create_client(
        service,
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="aws-secret-1",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE, inject_host_prefix=False),
    )


def _ses_says(status: int, code: str) -> bytes:
    return answer(status, b'{"message":"no"}', x_amzn_errortype=code)


def _sns_says(status: int, code: str) -> bytes:
    text = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    return answer(status, text.encode())


def _slack_says(error: str) -> bytes:
    return answer(200, f'{{"ok":false,"error":"{error}"}}'.encode())


def _expo_says(error: str) -> bytes:
    ticket = f'{{"status":"error","message":"no","details":{{"error":"{error}"}}}}'
    return answer(200, f'{{"data":{ticket}}}'.encode())


HTTP_REFUSALS: Refusals = {
    answer(400): RejectedError,
    answer(401): CredentialsError,
    answer(403): CredentialsError,
    answer(429, retry_after="7"): ThrottledError,
    answer(500): RetryableError,
    answer(503): RetryableError,
    answer(302, location="https://169.254.169.254/"): RejectedError,
}
SLACK_TEMPLATE = {
    "summary": None,
    "json_content": None,
    "blocks": [{"name": "body", "type": "markdown", "content": "Hi **you**", "rendered": "Hi *you* ✓"}],
}
WEBHOOK_CONTENT = {
    "__typename": "MessageHttpContent",
    "method": "PUT",
    "headers": [{"key": "X-Name", "value": "José"}],
    "query_params": [{"key": "q", "value": "a b&c"}],
    "body": '{"text":"✓"}',
}

PLAYS = {
    "email_aws_ses": Play(
        key="email_aws_ses",
        service="aws_ses",
        content={
            "__typename": "MessageEmailContent",
            "from": "App <hello@app.test>",
            "to": "jane@app.test",
            "cc": None,
            "bcc": "archive@app.test",
            "reply_to": "help@app.test",
            "subject_line": "Hi ✓",
            "html_body": "<p>Hi</p>",
            "text_body": "Hi",
        },
        taken=answer(200, b'{"MessageId":"ses-1"}', x_amzn_requestid="r-1"),
        external_id="ses-1",
        refusals={
            _ses_says(400, "MessageRejected"): RejectedError,
            _ses_says(400, "BadRequestException"): RejectedError,
            _ses_says(400, "SendingPausedException"): CredentialsError,
            _ses_says(403, "AccessDeniedException"): CredentialsError,
            _ses_says(429, "TooManyRequestsException"): ThrottledError,
            _ses_says(500, "InternalServiceErrorException"): RetryableError,
            answer(503, b"<html>"): RetryableError,
            answer(200, b"{}"): RetryableError,
        },
        throttled_for=None,
    ),
    "sms_aws_sns": Play(
        key="sms_aws_sns",
        service="aws_sns",
        content={"__typename": "MessageSmsContent", "to": "+1 (415) 555-0100", "body": "Code 42 ✓"},
        settings=lambda _: {"sender_id": "App"},
        taken=answer(
            200,
            b"<PublishResponse><PublishResult><MessageId>sns-1</MessageId></PublishResult>"
            b"<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></PublishResponse>",
        ),
        external_id="sns-1",
        refusals={
            _sns_says(400, "InvalidParameter"): RejectedError,
            _sns_says(400, "ParameterValueInvalid"): RejectedError,
            _sns_says(400, "OptedOut"): BouncedError,
            _sns_says(403, "AuthorizationError"): CredentialsError,
            _sns_says(400, "Throttling"): ThrottledError,
            _sns_says(500, "InternalError"): RetryableError,
            answer(503, b"<html>"): RetryableError,
        },
        throttled_for=None,
    ),
    "push_expo": Play(
        key="push_expo",
        service="expo",
        content={
            "__typename": "MessagePushContent",
            "token": "ExponentPushToken[abc]",
            "title": "Hi",
            "body": "It works ✓",
            "delivery_type": "content",
            "data": {"order": 7, "knock_message_id": MESSAGE_ID},
        },
        settings=lambda sink: {"base_url": sink.url},
        taken=answer(200, b'{"data":{"status":"ok","id":"ticket-1"}}'),
        external_id="ticket-1",
        refusals={
            **HTTP_REFUSALS,
            _expo_says("DeviceNotRegistered"): BouncedError,
            _expo_says("InvalidCredentials"): CredentialsError,
            _expo_says("MessageRateExceeded"): ThrottledError,
            _expo_says("ProviderError"): RetryableError,
            _expo_says("MessageTooBig"): RejectedError,
            answer(200, b'{"data":[]}'): RetryableError,
            answer(200, b'{"data":{"status":"error","details":null}}'): RejectedError,
        },
    ),
    "push_expo_silent": Play(
        key="push_expo",
        service="expo",
        content={
            "__typename": "MessagePushContent",
            "token": "ExponentPushToken[abc]",
            "title": "",
            "body": "",
            "delivery_type": "silent",
            "data": {"knock_message_id": MESSAGE_ID},
        },
        settings=lambda sink: {"base_url": sink.url},
        taken=answer(200, b'{"data":[{"status":"ok","id":"ticket-1"}]}'),
        external_id="ticket-1",
        refusals={},
    ),
    "chat_slack": Play(
        key="chat_slack",
        service="slack",
        content={"__typename": "MessageChatContent", "template": SLACK_TEMPLATE},
        settings=lambda sink: {"base_url": sink.url},
        connection=lambda _: {"channel_id": "C1", "access_token": "xoxb-connection-token-1"},
        tenant_data={"token": {"access_token": SLACK_TOKEN}},
        taken=answer(200, b'{"ok":true,"ts":"1700000000.000001"}'),
        external_id="1700000000.000001",
        refusals={
            **HTTP_REFUSALS,
            **{_slack_says(error): kind for error, kind in slack.ERRORS.items()},
            _slack_says("msg_too_long"): RejectedError,
            answer(200, b"[]"): RetryableError,
        },
    ),
    "chat_slack_webhook": Play(
        key="chat_slack",
        service="slack",
        content={
            "__typename": "MessageChatContent",
            "template": {"summary": "Hi", "blocks": [], "json_content": {"blocks": [{"type": "divider"}]}},
        },
        connection=lambda sink: {"incoming_webhook": {"url": f"{sink.url}{HOOK}"}},
        taken=answer(200, b"ok"),
        external_id="",
        refusals={
            **HTTP_REFUSALS,
            answer(404, b"no_service"): BouncedError,
            answer(410, b"channel_is_archived"): BouncedError,
        },
        malformed=b"no http at all\r\n\r\n",
        shown_path=slack.WEBHOOK_SHOWN,
    ),
    "http_knock_webhook": Play(
        key="http_knock_webhook",
        service="webhook",
        content=WEBHOOK_CONTENT,
        taken=answer(204, b""),
        external_id="",
        refusals={
            **{answer(status): RejectedError for status in http.FINAL},
            **{answer(status): RetryableError for status in (302, 400, 409, 410, 422, 500, 503)},
            answer(429, retry_after="7"): ThrottledError,
        },
        malformed=b"no http at all\r\n\r\n",
    ),
}
