"""MailerSend's webhooks (https://developers.mailersend.com/api/v1/webhooks.html). Secret: `webhook_signing_key`, the
webhook's signing secret: HMAC over the body. Its signatures bear no time.
"""

from collections.abc import Iterator
from typing import Any

from tocsin.channels.email.tagged import tagged
from tocsin.channels.hooks import Hook, Subject, decoded_hex, found_at, must_be_hmac, text_at
from tocsin.domain.providers import header_token
from tocsin.domain.receipts import Receipt

SECRETS = {"webhook_signing_key": header_token}


def receipts(hook: Hook) -> Iterator[Receipt]:
    must_be_hmac(hook.secret("webhook_signing_key"), hook.body, decoded_hex(hook.header("signature")))
    event = hook.json()
    email = found_at(event, "data", "email")
    external_id, address = text_at(email, "message", "id"), text_at(email, "recipient", "email")
    subject = tagged(hook, _tags(found_at(email, "tags")), external_id, address)
    receipt = _receipt(event, subject) if subject else None
    if receipt:
        yield receipt


def _tags(tags: Any) -> dict[str, str]:
    """MailerSend knows words only: ours are `name:value`."""
    words = [one for one in tags if isinstance(one, str)] if isinstance(tags, list) else []
    return {name: value for name, _, value in (one.partition(":") for one in words)}


def _receipt(event: Any, subject: Subject) -> Receipt | None:
    said = text_at(event, "data", "morph", "reason")
    match text_at(event, "type"):
        case "activity.delivered":
            return subject.delivered()
        case "activity.hard_bounced":
            return subject.bounced(f"hard: {said}")
        case "activity.spam_complaint":
            return subject.complained()
        case "activity.soft_bounced":
            return subject.bounced(f"soft: {said}", is_soft=True)
    return None
