"""Vonage's message status webhooks (https://developer.vonage.com/en/api/messages#message-status). Secret:
`webhook_signing_key`, the account's signature secret.

A JWT in the header bears the hash of the body
(https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks).
"""

from collections.abc import Iterator

from tocsin.channels.hooks import Hook, text_at
from tocsin.channels.signed_tokens import must_be_of, signed_claims
from tocsin.domain.providers import header_token
from tocsin.domain.receipts import Receipt

SECRETS = {"webhook_signing_key": header_token}

ISSUER = "Vonage"


def receipts(hook: Hook) -> Iterator[Receipt]:
    """`client_ref` is the message's id, as it was sent."""
    token = hook.header("authorization").removeprefix("Bearer ")
    must_be_of(signed_claims(token, hook.secret("webhook_signing_key")), hook, ISSUER)
    event = hook.json()
    subject = hook.about(text_at(event, "client_ref"), text_at(event, "message_uuid"))
    details = f"{text_at(event, 'error', 'title')} {text_at(event, 'error', 'detail')}".strip()
    match text_at(event, "status"):
        case "delivered" | "read":
            yield subject.delivered()
        case "undeliverable":
            yield subject.undelivered(details)
        case "rejected":
            yield subject.rejected(details)
