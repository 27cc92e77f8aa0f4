"""Plivo's message status callbacks (https://docs.plivo.com/docs/messaging/api/message/callbacks), signed with the
account's own `auth_token`.

Of messages the signature covers the address without its query, and a nonce
(https://docs.plivo.com/docs/messaging/concepts/signature-validation): so the message's id stands in the path, and only
TLS keeps who has seen a call from writing another status into it.
"""

from collections.abc import Iterator

from tocsin.channels.hooks import Hook, decoded, must_be_hmac
from tocsin.domain.receipts import Receipt


def receipts(hook: Hook) -> Iterator[Receipt]:
    signed = hook.url.partition("?")[0] + hook.header("x-plivo-signature-v2-nonce")
    signature = decoded(hook.header("x-plivo-signature-v2"))
    must_be_hmac(hook.secret("auth_token"), signed.encode(), signature)
    fields = hook.form()
    subject = hook.about(hook.message_id, fields.get("MessageUUID", ""))
    code = fields.get("ErrorCode", "")
    match fields.get("Status"):
        case "delivered" | "read":
            yield subject.delivered()
        case "undelivered":
            yield subject.undelivered(code)
        case "failed" | "rejected":
            yield subject.rejected(code)
