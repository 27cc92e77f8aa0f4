"""Emails by vendors' HTTP APIs, for the conformance suite: one email that has everything, and what each vendor says."""

from typing import Any

from tests.builders.http_sink import Sink, answer
from tests.builders.play import HTTP_REFUSALS, Play, Refusals
from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    RejectedError,
    RetryableError,
    ThrottledError,
)
from tocsin.domain import json_text

CONTENT = {
    "__typename": "MessageEmailContent",
    "from": '"Zoë, from App" <hello@app.test>',
    "to": "jane@app.test",
    "cc": "The Team <team@app.test>",
    "bcc": "archive@app.test, JANE@app.test",
    "reply_to": "help@app.test",
    "subject_line": "Hi ✓",
    "html_body": '<p>Hi {{ you }}</p><img src="cid:logo">',
    "text_body": "Hi {{ you }}",
    "attachments": [
        {"name": "logo.png", "content_type": "image/png", "content": "cG5n", "content_id": "logo"},
        {"name": "März.csv", "content_type": "text/csv; charset=utf-8", "content": "YTti"},
    ],
}


def _says(status: int, said: Any, **headers: str) -> bytes:
    return answer(status, json_text.dumps(said).encode(), **headers)


def _postmark_says(code: int) -> bytes:
    return _says(422, {"ErrorCode": code, "Message": "no"})


def _resend_says(status: int, name: str) -> bytes:
    return _says(status, {"statusCode": status, "name": name, "message": "no"})


def _mailjet_says(status: int, code: str, overall: int | None = None) -> bytes:
    error = {"ErrorCode": code, "StatusCode": status, "ErrorMessage": "no"}
    return _says(overall or status, {"Messages": [{"Status": "error", "Errors": [error]}]})


def _sparkpost_says(status: int, code: str) -> bytes:
    return _says(status, {"errors": [{"message": "no", "code": code}]})


def _mailersend_says(kind: str, *addresses: str, **headers: str) -> bytes:
    people = [{"email": one, "name": "", "reasons": ["hard_bounced"]} for one in addresses]
    return _says(202, {"message": "", "warnings": [{"type": kind, "recipients": people}]}, **headers)


def _play(
    name: str, taken: bytes, refusals: Refusals, *, settings: dict[str, str] | None = None, **more: Any
) -> Play:
    def at_the_sink(sink: Sink) -> dict[str, Any]:
        return {**(settings or {}), "base_url": f"{sink.url}/"}

    return Play(
        key=f"email_{name}",
        service=name,
        content=CONTENT,
        settings=at_the_sink,
        taken=taken,
        external_id="id-1",
        refusals={
            **HTTP_REFUSALS,
            **refusals,
            answer(400, b"[]"): RejectedError,
            _says(400, {"ErrorCode": {}, "name": [], "errors": [[]], "Messages": [5]}): RejectedError,
        },
        **more,
    )


NO_IDS: Refusals = {
    _says(200, {"MessageID": "", "id": {}, "results": [], "Messages": []}): RetryableError,
    answer(200): RetryableError,
}

EMAIL_PLAYS = {
    "email_mailersend": _play(
        "mailersend",
        answer(202, b"", x_message_id="id-1"),
        {
            _mailersend_says("ALL_SUPPRESSED", "Jane@app.test", "team@app.test"): BouncedError,
            _mailersend_says("SOME_SUPPRESSED", "jane@app.test", x_message_id="id-1"): BouncedError,
            _says(422, {"message": "no", "errors": {"from.email": ["no"]}}): RejectedError,
            answer(408): RetryableError,
        },
    ),
    "email_mailersend_without_a_copy": _play(
        "mailersend",
        _mailersend_says("SOME_SUPPRESSED", "team@app.test", x_message_id="id-1"),
        {},
    ),
    "email_mailgun": _play(
        "mailgun",
        _says(200, {"id": "<id-1>", "message": "Queued. Thank you."}),
        {
            **NO_IDS,
            _says(400, {"message": "to parameter is not a valid address"}): RejectedError,
            answer(401, b"Forbidden"): CredentialsError,
            _says(402, {"message": "no"}): CredentialsError,
            _says(404, {"message": "Domain not found: app.test"}): CredentialsError,
        },
        settings={"domain": "mg.app.test", "region": "eu"},
    ),
    "email_mailjet": _play(
        "mailjet",
        _says(200, {"Messages": [{"Status": "success", "To": [{"MessageID": "id-1"}]}]}),
        {
            **NO_IDS,
            _mailjet_says(400, "mj-0013"): RejectedError,
            _mailjet_says(403, "send-0008"): CredentialsError,
            _mailjet_says(403, "send-0008", overall=200): CredentialsError,
            _mailjet_says(400, "mj-0004", overall=200): RejectedError,
            _says(401, {"ErrorCode": "mj-0015", "StatusCode": 401}): CredentialsError,
            _says(400, {"ErrorCode": "mj-0001", "StatusCode": 400}): CredentialsError,
        },
    ),
    "email_postmark": _play(
        "postmark",
        _says(200, {"MessageID": "id-1", "ErrorCode": 0, "Message": "OK"}),
        {
            **NO_IDS,
            _postmark_says(10): CredentialsError,
            _postmark_says(100): RetryableError,
            _postmark_says(300): RejectedError,
            _postmark_says(400): CredentialsError,
            _postmark_says(405): CredentialsError,
            _postmark_says(406): BouncedError,
            _postmark_says(412): CredentialsError,
            answer(413): RejectedError,
        },
    ),
    "email_resend": _play(
        "resend",
        _says(200, {"id": "id-1"}),
        {
            **NO_IDS,
            _resend_says(400, "validation_error"): RejectedError,
            _resend_says(403, "invalid_api_key"): CredentialsError,
            _resend_says(409, "concurrent_idempotent_requests"): RetryableError,
            _resend_says(409, "invalid_idempotent_request"): RejectedError,
            _resend_says(422, "invalid_from_address"): CredentialsError,
            _resend_says(429, "daily_quota_exceeded"): ThrottledError,
            _resend_says(451, "security_error"): RejectedError,
            _resend_says(500, "application_error"): RetryableError,
        },
    ),
    "email_sendgrid": _play(
        "sendgrid",
        answer(202, b"", x_message_id="id-1"),
        {
            _says(400, {"errors": [{"message": "no", "field": "from.email"}]}): RejectedError,
            answer(413): RejectedError,
            answer(200): RetryableError,
        },
    ),
    "email_sparkpost": _play(
        "sparkpost",
        _says(200, {"results": {"total_accepted_recipients": 1, "id": "id-1"}}),
        {
            **NO_IDS,
            _sparkpost_says(400, "7001"): CredentialsError,
            _sparkpost_says(420, "2102"): ThrottledError,
            _sparkpost_says(422, "1300"): RejectedError,
            _sparkpost_says(503, "1900"): RetryableError,
        },
    ),
}
