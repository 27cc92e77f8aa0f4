"""Push services, for the conformance suite."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.builders.http_sink import Sink, answer
from tests.builders.play import HTTP_REFUSALS, MESSAGE_ID, SECRETS, TOKEN_PATH, Play, Refusals, at_the_sink
from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    RejectedError,
    RetryableError,
    ThrottledError,
)
from tocsin.domain import json_text
from tocsin.domain.providers import EXTERNAL_ID

TOKEN_ANSWER = answer(
    200, f'{{"access_token":"{SECRETS["access_token"]}","expires_in":3599,"token_type":"Bearer"}}'.encode()
)
CONTENT = {
    "__typename": "MessagePushContent",
    "token": "device-1",
    "title": "Hi",
    "body": "It works ✓",
    "delivery_type": "content",
    "data": {"order": {"items": [7, None]}, "paid": True, "knock_message_id": MESSAGE_ID},
}
SILENT = {**CONTENT, "title": "", "body": "", "delivery_type": "silent"}
SILENT["data"] = {"knock_message_id": MESSAGE_ID}
ENDPOINT = "arn:aws:sns:us-east-1:123456789012:endpoint/APNS/app/5e3e9847-3183-3f18-a7e8-671c3a57d4b3"


@lru_cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def service_account(sink: Sink, **changes: str) -> dict[str, Any]:
    pem = private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {
        "type": "service_account",
        "project_id": "app-1",
        "client_email": "tocsin@app-1.iam.gserviceaccount.com",
        "private_key": pem,
        "token_uri": sink.url + TOKEN_PATH,
        **changes,
    }
    return {"service_account_json": json_text.dumps(account)}


@lru_cache
def apple_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _apns(sink: Sink) -> dict[str, Any]:
    ids = {"key_id": "ABC123DEFG", "team_id": "TEAM123456", "bundle_id": "com.app.test"}
    return {**at_the_sink(sink), **ids}


def _apns_says(status: int, reason: str) -> bytes:
    return answer(status, f'{{"reason":"{reason}"}}'.encode(), retry_after="7", apns_id="a-1")


def _one_signal(sink: Sink) -> dict[str, Any]:
    return {**at_the_sink(sink), "app_id": "0e3e9847-3183-3f18-a7e8-671c3a57d4b3"}


def _fcm_says(status: int, code: str, detail: str = "") -> bytes:
    details = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": detail}]
    error = {"code": status, "message": "no", "status": code, "details": details if detail else []}
    return answer(status, json_text.dumps({"error": error}).encode(), retry_after="7")


def _sns_says(status: int, code: str) -> bytes:
    text = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    return answer(status, text.encode())


FCM_REFUSALS: Refusals = {
    **HTTP_REFUSALS,
    _fcm_says(404, "NOT_FOUND", "UNREGISTERED"): BouncedError,
    _fcm_says(404, "NOT_FOUND"): RejectedError,
    _fcm_says(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"): RejectedError,
    _fcm_says(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"): CredentialsError,
    _fcm_says(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"): CredentialsError,
    _fcm_says(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"): ThrottledError,
    _fcm_says(503, "UNAVAILABLE", "UNAVAILABLE"): RetryableError,
    _fcm_says(500, "INTERNAL", "INTERNAL"): RetryableError,
    answer(400, b'{"error":"no"}'): RejectedError,
    answer(400, b'{"error":{"details":["no"]}}'): RejectedError,
    answer(200, b"{}"): RetryableError,
}
APNS_REFUSALS: Refusals = {
    **HTTP_REFUSALS,
    _apns_says(410, "Unregistered"): BouncedError,
    _apns_says(410, "ExpiredToken"): BouncedError,
    _apns_says(400, "BadDeviceToken"): BouncedError,
    _apns_says(400, "DeviceTokenNotForTopic"): BouncedError,
    _apns_says(400, "BadTopic"): CredentialsError,
    _apns_says(403, "InvalidProviderToken"): CredentialsError,
    _apns_says(403, "ExpiredProviderToken"): RetryableError,
    _apns_says(413, "PayloadTooLarge"): RejectedError,
    _apns_says(429, "TooManyRequests"): ThrottledError,
    _apns_says(429, "TooManyProviderTokenUpdates"): ThrottledError,
    _apns_says(503, "Shutdown"): RetryableError,
}
APNS_TAKEN = answer(200, b"", apns_id="a-1")
FCM_TAKEN = answer(200, b'{"name":"projects/app-1/messages/1"}')
SNS_TAKEN = answer(
    200,
    b"<PublishResponse><PublishResult><MessageId>sns-1</MessageId></PublishResult>"
    b"<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></PublishResponse>",
)

APNS = Play(
    key="push_apns",
    service="apns",
    content=CONTENT,
    settings=_apns,
    secrets=lambda _: {"auth_key": apple_key()},
    taken=APNS_TAKEN,
    external_id="a-1",
    refusals=APNS_REFUSALS,
)
FCM = Play(
    key="push_fcm",
    service="fcm",
    content=CONTENT,
    settings=at_the_sink,
    secrets=service_account,
    token_answer=TOKEN_ANSWER,
    taken=FCM_TAKEN,
    external_id="projects/app-1/messages/1",
    refusals=FCM_REFUSALS,
)
SNS = Play(
    key="push_aws_sns",
    service="aws_sns",
    content={**CONTENT, "token": ENDPOINT},
    taken=SNS_TAKEN,
    external_id="sns-1",
    refusals={
        _sns_says(400, "EndpointDisabled"): BouncedError,
        _sns_says(404, "NotFound"): BouncedError,
        _sns_says(400, "InvalidParameter"): RejectedError,
        _sns_says(400, "PlatformApplicationDisabled"): CredentialsError,
        _sns_says(403, "AuthorizationError"): CredentialsError,
        _sns_says(400, "Throttling"): ThrottledError,
        _sns_says(500, "InternalError"): RetryableError,
    },
    throttled_for=None,
    overrides={"Message": {"APNS": {"aps": {"sound": "violet"}}}},
)

PUSH_PLAYS = {
    "push_apns": APNS,
    "push_apns_silent": replace(APNS, content=SILENT, refusals={}),
    "push_fcm": FCM,
    "push_fcm_silent": replace(FCM, content=SILENT, refusals={}),
    "push_one_signal": Play(
        key="push_one_signal",
        service="one_signal",
        content=CONTENT,
        settings=_one_signal,
        taken=answer(200, b'{"id":"n-1","external_id":null}'),
        external_id="n-1",
        refusals={
            **HTTP_REFUSALS,
            answer(200, b'{"id":"","errors":["All included players are not subscribed"]}'): BouncedError,
            answer(200, b'{"errors":{"invalid_player_ids":["device-1"]}}'): BouncedError,
            answer(400, b'{"errors":["app_id not found"]}'): RejectedError,
            answer(200, b'{"id":""}'): RetryableError,
        },
    ),
    "push_one_signal_external_id": Play(
        key="push_one_signal",
        service="one_signal",
        content={**SILENT, "token": "jane", "recipient_mode": EXTERNAL_ID},
        settings=_one_signal,
        taken=answer(200, b'{"id":"n-1","external_id":null}'),
        external_id="n-1",
        refusals={
            answer(200, b'{"id":"n-1","errors":{"invalid_aliases":{"external_id":["jane"]}}}'): BouncedError,
        },
    ),
    "push_aws_sns": SNS,
    "push_aws_sns_silent": replace(SNS, content={**SILENT, "token": ENDPOINT}, refusals={}),
}
