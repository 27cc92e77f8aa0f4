"""Postmark's webhooks (https://postmarkapp.com/developer/webhooks/webhooks-overview). Secret: `webhook_password`, of
basic authentication: Postmark signs nothing.

Bounce types: https://postmarkapp.com/developer/api/bounce-api#bounce-types.
"""

from collections.abc import Iterator
from typing import Any

from tocsin.channels.email.tagged import tagged
from tocsin.channels.hooks import Hook, Subject, must_know_password, objects, text_at
from tocsin.domain.providers import header_token
from tocsin.domain.receipts import Receipt

SECRETS = {"webhook_password": header_token}

# They come as bounces, and say nothing of whether the email arrived.
ANSWERS = frozenset({"AutoResponder", "Subscribe", "Unsubscribe", "AddressChange", "ChallengeVerification"})
# Postmark goes on trying.
DELAYS = frozenset({"Transient"})
PERMANENT = frozenset({"HardBounce", "BadEmailAddress"})


def receipts(hook: Hook) -> Iterator[Receipt]:
    must_know_password(hook, "webhook_password")
    for event in objects(hook.json()):
        address = text_at(event, "Recipient") or text_at(event, "Email")
        subject = tagged(hook, event.get("Metadata"), text_at(event, "MessageID"), address)
        receipt = _receipt(event, subject) if subject else None
        if receipt:
            yield receipt


def _receipt(event: dict[str, Any], subject: Subject) -> Receipt | None:
    kind = text_at(event, "Type")
    match event.get("RecordType"):
        case "Delivery":
            return subject.delivered()
        case "Bounce" if kind not in ANSWERS | DELAYS:
            details = f"{kind}: {text_at(event, 'Details') or text_at(event, 'Description')}"
            return subject.bounced(details, is_soft=kind not in PERMANENT)
        case "SpamComplaint":
            return subject.complained()
    return None
