"""What each provider is given in the conformance suite, and what it answers: one entry for each way to send.

A new provider is one more entry here or in `plays_<type>.py`, and its golden request in `tests/unit/channels/golden/`.
"""

from tests.builders.http_sink import answer
from tests.builders.play import HOOK, HTTP_REFUSALS, MESSAGE_ID, SLACK_TOKEN, Play
from tests.builders.plays_apprise import APPRISE_PLAYS
from tests.builders.plays_chat import CHAT_PLAYS
from tests.builders.plays_email import EMAIL_PLAYS
from tests.builders.plays_push import PUSH_PLAYS
from tests.builders.plays_sms import SMS_PLAYS
from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    RejectedError,
    RetryableError,
    ThrottledError,
)
from tocsin.channels.chat import slack
from tocsin.channels.webhook import http


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
    **APPRISE_PLAYS,
    **CHAT_PLAYS,
    **EMAIL_PLAYS,
    **PUSH_PLAYS,
    **SMS_PLAYS,
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
        overrides={"Content": {"Template": {"TemplateName": "violet"}}},
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
        overrides={"Message": "violet"},
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
