"""SMS by vendors' HTTP APIs, for the conformance suite."""

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

CONTENT = {"__typename": "MessageSmsContent", "to": "+1 (415) 555-0100", "body": "Code 42 ✓"}
ACCOUNT_SID = "AC" + "0" * 32


def _says(status: int, said: Any) -> bytes:
    return answer(status, json_text.dumps(said).encode())


def _twilio_says(status: int, code: int) -> bytes:
    return _says(status, {"code": code, "message": "no", "status": status})


def _vonage_says(status: int, code: str) -> bytes:
    return _says(status, {"type": f"https://developer.vonage.com/api-errors/messages#{code}", "title": "no"})


def _telnyx_says(status: int, code: str) -> bytes:
    return _says(status, {"errors": [{"code": code, "title": "no"}]})


def _messagebird_says(status: int, code: int, parameter: str | None = None) -> bytes:
    return _says(status, {"errors": [{"code": code, "description": "no", "parameter": parameter}]})


def _play(name: str, taken: bytes, refusals: Refusals, **settings: str) -> Play:
    def at_the_sink(sink: Sink) -> dict[str, Any]:
        return {**settings, "base_url": sink.url}

    return Play(
        key=f"sms_{name}",
        service=name,
        content=CONTENT,
        settings=at_the_sink,
        taken=taken,
        external_id="id-1",
        refusals={
            **HTTP_REFUSALS,
            **refusals,
            _says(400, ["no", {"errors": [[]]}]): RejectedError,
            _says(400, {"code": {}, "type": 5, "errors": [{"code": []}]}): RejectedError,
            _says(200, {"data": [], "id": {}, "sid": "", "message_uuid": []}): RetryableError,
        },
    )


TWILIO_REFUSALS: Refusals = {
    _twilio_says(400, 21211): BouncedError,
    _twilio_says(400, 21614): BouncedError,
    _twilio_says(400, 21610): BouncedError,
    _twilio_says(403, 21408): RejectedError,
    _twilio_says(400, 21606): RejectedError,
    _twilio_says(400, 21611): ThrottledError,
    _twilio_says(401, 20003): CredentialsError,
}

SMS_PLAYS = {
    "sms_twilio": _play(
        "twilio",
        _says(201, {"sid": "id-1", "status": "queued"}),
        TWILIO_REFUSALS,
        account_sid=ACCOUNT_SID,
        **{"from": "+14155550199"},
    ),
    "sms_twilio_service": _play(
        "twilio",
        _says(201, {"sid": "id-1", "status": "accepted"}),
        {},
        account_sid=ACCOUNT_SID,
        messaging_service_sid="MG" + "1" * 32,
    ),
    "sms_vonage": _play(
        "vonage",
        _says(202, {"message_uuid": "id-1"}),
        {
            _vonage_says(422, "1050"): BouncedError,
            _vonage_says(422, "1120"): RejectedError,
            _vonage_says(402, "1070"): CredentialsError,
            _vonage_says(429, "1000"): ThrottledError,
        },
        api_key="abcd1234",
        **{"from": "+14155550199"},
    ),
    "sms_plivo": _play(
        "plivo",
        _says(202, {"message": "message(s) queued", "message_uuid": ["id-1"]}),
        {_says(400, {"error": "src is invalid"}): RejectedError},
        auth_id="MAXXXXXXXXXXXXXXXXXX",
        **{"from": "+14155550199"},
    ),
    "sms_plivo_pool": _play(
        "plivo",
        _says(202, {"message_uuid": ["id-1"]}),
        {},
        auth_id="MAXXXXXXXXXXXXXXXXXX",
        powerpack_uuid="86668fbb-7f3a-4c9b-8d4a-1d6a7b8c9d0e",
    ),
    "sms_telnyx": _play(
        "telnyx",
        _says(200, {"data": {"id": "id-1"}}),
        {
            _telnyx_says(400, "40310"): BouncedError,
            _telnyx_says(403, "40300"): BouncedError,
            _telnyx_says(401, "10009"): CredentialsError,
            _telnyx_says(400, "40305"): RejectedError,
        },
        messaging_profile_id="4001749f-5d1c-4b0e-9a63-6d9f0a7b6b6b",
        **{"from": "App"},
    ),
    "sms_messagebird": _play(
        "messagebird",
        _says(201, {"id": "id-1"}),
        {
            _messagebird_says(401, 2, "access_key"): CredentialsError,
            _messagebird_says(402, 25): CredentialsError,
            _messagebird_says(422, 10, "recipients"): BouncedError,
            _messagebird_says(422, 9, "originator"): RejectedError,
        },
        **{"from": "App"},
    ),
    "sms_sinch": _play(
        "sinch",
        _says(201, {"id": "id-1"}),
        {
            _says(401, {"code": "unauthorized", "text": "no"}): CredentialsError,
            _says(400, {"code": "syntax_constraint_violation", "text": "no"}): RejectedError,
        },
        service_plan_id="jd63jf88477ll123ab4567cd89012ef3",
        **{"from": "+14155550199"},
    ),
}
