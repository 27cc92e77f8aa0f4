"""Telnyx's message webhooks (https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks). Setting:
`webhook_public_key`, the account's.

The signature is Ed25519 over time and body (https://developers.telnyx.com/development/api-fundamentals/webhooks). It
does not cover the address, so the message's id is read from the body, which repeats the address that the message was
sent with.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tocsin.channels.hooks import Hook, decoded, forged, found_at, must_be_recent, text_at
from tocsin.domain.providers import Setting, base64_key
from tocsin.domain.receipts import Receipt

SETTINGS = {"webhook_public_key": Setting(base64_key)}

FINAL = "message.finalized"


def receipts(hook: Hook) -> Iterator[Receipt]:
    timestamp = hook.header("telnyx-timestamp")
    signed = f"{timestamp}|".encode() + hook.body
    _verify(hook.setting("webhook_public_key"), hook.header("telnyx-signature-ed25519"), signed)
    must_be_recent(hook, timestamp)
    event = found_at(hook.json(), "data")
    if text_at(event, "event_type") == FINAL:
        yield from _final(hook, found_at(event, "payload"))


def _final(hook: Hook, payload: object) -> Iterator[Receipt]:
    message_id = urlsplit(text_at(payload, "webhook_url")).path.rpartition("/")[2]
    subject = hook.about(message_id, text_at(payload, "id"))
    details = f"{text_at(payload, 'errors', 0, 'code')} {text_at(payload, 'errors', 0, 'title')}".strip()
    match text_at(payload, "to", 0, "status"):
        case "delivered":
            yield subject.delivered()
        case "delivery_failed":
            yield subject.undelivered(details)
        case "sending_failed" | "expired":
            yield subject.rejected(details)


def _verify(public_key: str, signature: str, signed: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(decoded(public_key)).verify(decoded(signature), signed)
    except (InvalidSignature, ValueError) as error:
        raise forged() from error
