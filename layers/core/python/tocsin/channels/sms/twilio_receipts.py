"""Twilio's status callbacks (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status), signed with
the account's own `auth_token` over the address that was called and the form's fields
(https://www.twilio.com/docs/usage/webhooks/webhooks-security).
"""

from collections.abc import Iterator

from tocsin.channels.hooks import Hook, decoded, must_be_hmac
from tocsin.domain.receipts import Receipt


def receipts(hook: Hook) -> Iterator[Receipt]:
    fields = hook.form()
    signed = hook.url + "".join(name + fields[name] for name in sorted(fields))
    signature = decoded(hook.header("x-twilio-signature"))
    must_be_hmac(hook.secret("auth_token"), signed.encode(), signature, "sha1")
    subject = hook.about(hook.message_id, fields.get("MessageSid", ""))
    code = fields.get("ErrorCode", "")
    match fields.get("MessageStatus"):
        case "delivered" | "read":
            yield subject.delivered()
        case "failed":
            yield subject.bounced(code)
        case "undelivered":
            yield subject.undelivered(code)
