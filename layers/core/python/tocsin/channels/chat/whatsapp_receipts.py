"""WhatsApp's webhooks, by Meta
(https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status). Secrets:
`app_secret`, which signs, and `webhook_verify_token`, a word of your own that Meta repeats when you enter the address
(https://developers.facebook.com/docs/graph-api/webhooks/getting-started).
"""

from collections.abc import Iterator

from tocsin.channels.hooks import Hook, decoded_hex, found_at, must_be_hmac, must_equal, objects, text_at
from tocsin.domain.providers import header_token
from tocsin.domain.receipts import Receipt

SECRETS = {"app_secret": header_token, "webhook_verify_token": header_token}

PREFIX = "sha256="


def challenge(hook: Hook) -> str | None:
    """Meta calls an address only after it has answered this."""
    if hook.method != "GET":
        return None
    must_equal(hook.secret("webhook_verify_token"), hook.query.get("hub.verify_token", ""))
    return hook.query.get("hub.challenge", "")


def receipts(hook: Hook) -> Iterator[Receipt]:
    """`biz_opaque_callback_data` is the message's id, as it was sent. Who has read it has it, and `read` may come
    alone."""
    signature = decoded_hex(hook.header("x-hub-signature-256").removeprefix(PREFIX))
    must_be_hmac(hook.secret("app_secret"), hook.body, signature)
    for entry in objects(found_at(hook.json(), "entry")):
        for change in objects(entry.get("changes")):
            for status in objects(found_at(change, "value", "statuses")):
                yield from _receipt(hook, status)


def _receipt(hook: Hook, status: dict[str, object]) -> Iterator[Receipt]:
    subject = hook.about(text_at(status, "biz_opaque_callback_data"), text_at(status, "id"))
    match status.get("status"):
        case "delivered" | "read":
            yield subject.delivered()
        case "failed":
            error = found_at(status, "errors", 0)
            yield subject.undelivered(f"{text_at(error, 'code')} {text_at(error, 'title')}")
