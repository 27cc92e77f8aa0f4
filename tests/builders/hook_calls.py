"""Calls of vendors that report later, each signed as its vendor signs: from their pages, not from our checks."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tocsin.channels.hooks import Hook

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ENV = "development"
MESSAGE_ID = "2nB5Yb6Ym6TzJ8vQ0dXlE1kRfGh"
HOST = "https://app.test"
SECRET = "vendor-secret-of-thirty-two-bytes"


@dataclass(frozen=True)
class Draft:
    """A call before it is signed."""

    url: str
    body: bytes
    at: datetime
    secret: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> str:
        return str(int(self.at.timestamp()))

    def digest(self, signed: bytes, digest: str = "sha256") -> str:
        return _base64(hmac.new(self.secret.encode(), signed, digest).digest())


Sign = Callable[[Draft], Draft]


@dataclass(frozen=True)
class HookCalls:
    """How one vendor calls. `proves_body`: not a byte of the body, or of the address in its place, can be changed."""

    key: str
    sign: Sign
    secrets: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    form: str = "json"
    of_message: bool = False
    proves_body: bool = True
    tolerates: timedelta | None = None

    def draft(self, told: Any, *, at: datetime = NOW, secret: str = SECRET) -> Draft:
        url = f"{HOST}/v1/receipts/{ENV}/{self.key}" + (f"/{MESSAGE_ID}" if self.of_message else "")
        if self.form == "query":
            return Draft(f"{url}?{urlencode(told)}", b"", at, secret)
        if isinstance(told, bytes):
            return Draft(url, told, at, secret)
        text = urlencode(told) if self.form == "form" else json.dumps(told)
        return Draft(url, text.encode(), at, secret)

    def signed(self, told: Any, *, at: datetime = NOW, secret: str = SECRET) -> Hook:
        return self.arrived(self.sign(self.draft(told, at=at, secret=secret)))

    def arrived(self, draft: Draft) -> Hook:
        """As our function gets it, on a channel that knows the right secret."""
        written = whsec(SECRET) if self.key == "email_resend" else SECRET
        secrets = dict.fromkeys(self.secrets, written)
        return Hook(
            environment=ENV,
            message_id=MESSAGE_ID if self.of_message else "",
            method="GET" if self.form == "query" else "POST",
            url=draft.url,
            headers=draft.headers,
            body=draft.body,
            now=NOW,
            settings=self.settings,
            read_secret=secrets.get,
        )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _with(draft: Draft, **headers: str) -> Draft:
    return replace(draft, headers={name.replace("_", "-"): value for name, value in headers.items()})


def _elliptic(secret: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(hashlib.sha256(secret.encode()).digest()), ec.SECP256R1())


def _edwards(secret: str) -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(secret.encode()).digest())


def _sendgrid(draft: Draft) -> Draft:
    signature = _elliptic(draft.secret).sign(draft.seconds.encode() + draft.body, ec.ECDSA(hashes.SHA256()))
    return _with(
        draft,
        x_twilio_email_event_webhook_signature=_base64(signature),
        x_twilio_email_event_webhook_timestamp=draft.seconds,
    )


def _telnyx(draft: Draft) -> Draft:
    signature = _edwards(draft.secret).sign(draft.seconds.encode() + b"|" + draft.body)
    return _with(draft, telnyx_signature_ed25519=_base64(signature), telnyx_timestamp=draft.seconds)


def _basic(draft: Draft) -> Draft:
    return _with(draft, authorization="Basic " + _base64(f"tocsin:{draft.secret}".encode()))


def _mailgun(draft: Draft) -> Draft:
    """Stands in the body, if that is an object."""
    try:
        told = json.loads(draft.body)
    except (ValueError, RecursionError):
        return draft
    if not isinstance(told, dict):
        return draft
    token = "e0b5477167110d68991efc6b9f89f0a11066af27834600e123"
    signature = hmac.new(draft.secret.encode(), (draft.seconds + token).encode(), "sha256").hexdigest()
    mark = {"token": token, "timestamp": draft.seconds, "signature": signature}
    return replace(draft, body=json.dumps({"signature": mark, **told}).encode())


def _svix(draft: Draft) -> Draft:
    signed = f"msg_1.{draft.seconds}.".encode() + draft.body
    key = base64.b64decode(whsec(draft.secret).removeprefix("whsec_"))
    signature = _base64(hmac.new(key, signed, "sha256").digest())
    older = _base64(b"0" * 32)
    headers = {
        "svix_id": "msg_1",
        "svix_timestamp": draft.seconds,
        "svix_signature": f"v1,{older} v1,{signature}",
    }
    return _with(draft, **headers)


def whsec(secret: str) -> str:
    return "whsec_" + _base64(secret.encode())


def _hex_of_body(header: str, prefix: str = "") -> Sign:
    def sign(draft: Draft) -> Draft:
        digest = hmac.new(draft.secret.encode(), draft.body, "sha256").hexdigest()
        return _with(draft, **{header: prefix + digest})

    return sign


def _twilio(draft: Draft) -> Draft:
    pairs = sorted(part.split("=") for part in draft.body.decode().split("&"))
    signed = draft.url + "".join(name + value for name, value in pairs)
    return _with(draft, x_twilio_signature=draft.digest(signed.encode(), "sha1"))


def _plivo(draft: Draft) -> Draft:
    nonce = "05429567804466091622"
    signature = draft.digest((draft.url + nonce).encode())
    return _with(draft, x_plivo_signature_v2=signature, x_plivo_signature_v2_nonce=nonce)


def _sinch(draft: Draft) -> Draft:
    nonce = "01FJA8B4A7BM43YGWSG9GBV067"
    signed = draft.body + f".{nonce}.{draft.seconds}".encode()
    return _with(
        draft,
        x_sinch_webhook_signature=draft.digest(signed),
        x_sinch_webhook_signature_nonce=nonce,
        x_sinch_webhook_signature_timestamp=draft.seconds,
        x_sinch_webhook_signature_algorithm="HmacSHA256",
    )


def _vonage(draft: Draft) -> Draft:
    claims = {
        "iat": int(draft.seconds),
        "jti": "c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5",
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(draft.body).hexdigest(),
        "api_key": "abcd1234",
    }
    return _with(draft, authorization="Bearer " + jwt.encode(claims, draft.secret, "HS256"))


def _messagebird(draft: Draft) -> Draft:
    claims = {
        "iss": "MessageBird",
        "nbf": int(draft.seconds),
        "exp": int(draft.seconds) + 60,
        "jti": "c76076f2-e5a0-4bfc-9b4b-0e2f4d5f8d3f",
        "url_hash": hashlib.sha256(draft.url.encode()).hexdigest(),
    }
    return _with(draft, messagebird_signature_jwt=jwt.encode(claims, draft.secret, "HS256"))


_MINUTES, _A_DAY = timedelta(minutes=5), timedelta(days=1)
_PUBLIC_ELLIPTIC = (
    _elliptic(SECRET).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
)
_PUBLIC_EDWARDS = _edwards(SECRET).public_key().public_bytes_raw()
_KEY, _PASSWORD = ("webhook_signing_key",), ("webhook_password",)

CALLS = {
    one.key: one
    for one in (
        HookCalls("chat_whatsapp", _hex_of_body("x_hub_signature_256", "sha256="), ("app_secret",)),
        HookCalls("email_mailersend", _hex_of_body("signature"), _KEY),
        HookCalls("email_mailgun", _mailgun, _KEY, proves_body=False, tolerates=_A_DAY),
        HookCalls("email_mailjet", _basic, _PASSWORD, proves_body=False),
        HookCalls("email_postmark", _basic, _PASSWORD, proves_body=False),
        HookCalls("email_resend", _svix, _KEY, tolerates=_MINUTES),
        HookCalls(
            "email_sendgrid",
            _sendgrid,
            settings={"webhook_public_key": _base64(_PUBLIC_ELLIPTIC)},
            tolerates=_A_DAY,
        ),
        HookCalls("email_sparkpost", _basic, _PASSWORD, proves_body=False),
        HookCalls("sms_messagebird", _messagebird, _KEY, form="query", tolerates=_MINUTES),
        HookCalls("sms_plivo", _plivo, ("auth_token",), form="form", of_message=True, proves_body=False),
        HookCalls("sms_sinch", _sinch, _KEY, tolerates=_A_DAY),
        HookCalls(
            "sms_telnyx",
            _telnyx,
            settings={"webhook_public_key": _base64(_PUBLIC_EDWARDS)},
            tolerates=_MINUTES,
        ),
        HookCalls("sms_twilio", _twilio, ("auth_token",), form="form", of_message=True),
        HookCalls("sms_vonage", _vonage, _KEY, tolerates=_MINUTES),
    )
}
