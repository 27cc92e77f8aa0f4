"""Mailgun's webhooks (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhooks). Secret:
`webhook_signing_key`, the account's HTTP webhook signing key.

The signature stands in the body and covers a time and a random token, not the event
(https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks): who has seen a call could write
another. Only TLS keeps them from that. Calls are repeated for eight hours, with the signature of the first.
"""

from collections.abc import Iterator
from typing import Any

from tocsin.channels.email.tagged import tagged
from tocsin.channels.hooks import (
    A_DAY,
    Hook,
    Subject,
    decoded_hex,
    found_at,
    must_be_hmac,
    must_be_recent,
    text_at,
)
from tocsin.domain.providers import header_token
from tocsin.domain.receipts import Receipt

SECRETS = {"webhook_signing_key": header_token}

# Why an email failed for good, where it is the address: it bounced just now, or before.
GONE = frozenset({"bounce", "suppress-bounce"})


def receipts(hook: Hook) -> Iterator[Receipt]:
    told = hook.json()
    timestamp, token, signature = (
        text_at(told, "signature", name) for name in ("timestamp", "token", "signature")
    )
    signed = (timestamp + token).encode(errors="replace")
    must_be_hmac(hook.secret("webhook_signing_key"), signed, decoded_hex(signature))
    must_be_recent(hook, timestamp, A_DAY)
    event = found_at(told, "event-data")
    external_id = text_at(event, "message", "headers", "message-id")
    subject = tagged(hook, found_at(event, "user-variables"), external_id, text_at(event, "recipient"))
    receipt = _receipt(event, subject) if subject else None
    if receipt:
        yield receipt


def _receipt(event: Any, subject: Subject) -> Receipt | None:
    """A failure that is temporary is tried again by Mailgun; the last one is permanent."""
    match text_at(event, "event"), text_at(event, "severity"):
        case "delivered", _:
            return subject.delivered()
        case "failed", "permanent":
            status = found_at(event, "delivery-status")
            said = text_at(status, "message") or text_at(status, "description")
            reason = text_at(event, "reason")
            details = f"{reason}: {text_at(status, 'code')} {said}"
            return subject.bounced(details, is_soft=reason not in GONE)
        case "complained", _:
            return subject.complained()
        case "rejected", _:
            return subject.rejected(text_at(event, "reject", "reason"))
    return None
