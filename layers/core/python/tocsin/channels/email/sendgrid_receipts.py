"""SendGrid's Signed Event Webhook. Setting: `webhook_public_key`, the verification key of its settings.

The signature is ECDSA over time and body
(https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features);
events and `custom_args` lie side by side
(https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event).
"""

from collections.abc import Iterator
from typing import Any

from tocsin.channels.email.tagged import tagged
from tocsin.channels.hooks import A_DAY, Hook, Subject, decoded, forged, must_be_recent, objects, text_at
from tocsin.domain.providers import Setting, base64_key
from tocsin.domain.receipts import Receipt

SETTINGS = {"webhook_public_key": Setting(base64_key)}

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
# A bounce of this type is a server that refuses for now: neither the end of the message nor of the address.
BLOCKED = "blocked"
# Why SendGrid drops an email without a try, where it is the address; it also does for the sake of what is in it.
GONE = frozenset({"Bounced Address", "Invalid", "Spam Reporting Address"})


def receipts(hook: Hook) -> Iterator[Receipt]:
    timestamp = hook.header(TIMESTAMP)
    _verify(hook.setting("webhook_public_key"), hook.header(SIGNATURE), timestamp.encode() + hook.body)
    must_be_recent(hook, timestamp, A_DAY)
    for event in objects(hook.json()):
        subject = tagged(hook, event, _external_id(event), text_at(event, "email"))
        receipt = _receipt(event, subject) if subject else None
        if receipt:
            yield receipt


def _receipt(event: dict[str, Any], subject: Subject) -> Receipt | None:
    reason = text_at(event, "reason")
    match event.get("event"):
        case "delivered":
            return subject.delivered()
        case "bounce" if event.get("type") != BLOCKED:
            return subject.bounced(f"{text_at(event, 'status')} {reason}".strip())
        case "dropped":
            return subject.bounced(reason, is_soft=reason not in GONE)
        case "spamreport":
            return subject.complained()
    return None


def _external_id(event: dict[str, Any]) -> str:
    """Up to the first dot it is what the sender was told; what follows is the recipient's."""
    return text_at(event, "sg_message_id").partition(".")[0]


def _verify(public_key: str, signature: str, signed: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(decoded(public_key))
        if not isinstance(key, EllipticCurvePublicKey):
            raise forged()
        key.verify(decoded(signature), signed, ECDSA(SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise forged() from error
