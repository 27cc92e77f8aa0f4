"""Mailjet's Event API (https://dev.mailjet.com/email/guides/webhooks/). Secret: `webhook_password`, of basic
authentication: Mailjet signs nothing.

An event comes by itself, or in a list where events are grouped. `Payload` is what was sent as `EventPayload`, as text.
"""

from collections.abc import Iterator
from typing import Any

from tocsin.channels.email.tagged import tagged
from tocsin.channels.hooks import Hook, Subject, must_know_password, objects, text_at
from tocsin.domain import json_text
from tocsin.domain.providers import header_token
from tocsin.domain.receipts import Receipt

SECRETS = {"webhook_password": header_token}


def receipts(hook: Hook) -> Iterator[Receipt]:
    must_know_password(hook, "webhook_password")
    for event in objects(hook.json()):
        tags = _tags(text_at(event, "Payload"))
        subject = tagged(hook, tags, text_at(event, "MessageID"), text_at(event, "email"))
        receipt = _receipt(event, subject) if subject else None
        if receipt:
            yield receipt


def _tags(payload: str) -> Any:
    """None for what others send with their emails."""
    try:
        return json_text.loads(payload)
    except (ValueError, RecursionError):
        return None


def _receipt(event: dict[str, Any], subject: Subject) -> Receipt | None:
    """`sent` is what Mailjet calls an email that the recipient's server took."""
    details = (
        f"{text_at(event, 'error_related_to')}: {text_at(event, 'error')} {text_at(event, 'comment')}".strip()
    )
    match event.get("event"):
        case "sent":
            return subject.delivered()
        case "bounce":
            return subject.bounced(details, is_soft=event.get("hard_bounce") is not True)
        case "spam":
            return subject.complained()
        case "blocked":
            return subject.rejected(details)
    return None
