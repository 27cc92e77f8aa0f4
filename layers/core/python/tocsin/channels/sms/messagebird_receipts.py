"""MessageBird's status reports (https://developers.messagebird.com/api/sms-messaging/#handle-a-status-report), which
come as a GET. Secret: `webhook_signing_key`, the account's signing key.

A JWT in a header bears the hash of the address that was called, with its query
(https://developers.messagebird.com/api/#verifying-http-requests).
"""

import hashlib
from collections.abc import Iterator

from tocsin.channels.hooks import Hook, must_equal, text_at
from tocsin.channels.signed_tokens import must_be_of, signed_claims
from tocsin.domain.providers import header_token
from tocsin.domain.receipts import Receipt

SECRETS = {"webhook_signing_key": header_token}

ISSUER = "MessageBird"


def receipts(hook: Hook) -> Iterator[Receipt]:
    """`reference` is the message's id, as it was sent."""
    claims = signed_claims(hook.header("messagebird-signature-jwt"), hook.secret("webhook_signing_key"))
    must_be_of(claims, hook, ISSUER)
    must_equal(hashlib.sha256(hook.url.encode()).hexdigest(), text_at(claims, "url_hash").lower())
    event = hook.query
    subject = hook.about(event.get("reference", ""), event.get("id", ""))
    details = f"{event.get('statusReason', '')} {event.get('statusErrorCode', '')}".strip()
    match event.get("status"):
        case "delivered":
            yield subject.delivered()
        case "delivery_failed" | "expired":
            yield subject.undelivered(details)
