"""Resend's webhooks (https://resend.com/docs/dashboard/webhooks/body-parameters). Secret: `webhook_signing_key`, the
webhook's signing secret, `whsec_…`.

They are signed by Svix: HMAC over id, time and body, and a header with one or more signatures
(https://docs.svix.com/receiving/verifying-payloads/how-manual).
"""

import hmac
from collections.abc import Iterator
from typing import Any

from tocsin.channels.email.tagged import tagged
from tocsin.channels.hooks import Hook, Subject, decoded, forged, found_at, must_be_recent, objects, text_at
from tocsin.domain.providers import header_token
from tocsin.domain.receipts import Receipt

SECRETS = {"webhook_signing_key": header_token}

PREFIX = "whsec_"
VERSION = "v1,"
TRANSIENT = "Transient"


def receipts(hook: Hook) -> Iterator[Receipt]:
    _verify(hook)
    event = hook.json()
    subject = tagged(
        hook, _tags(found_at(event, "data", "tags")), text_at(event, "data", "email_id"), _only(event)
    )
    receipt = _receipt(event, subject) if subject else None
    if receipt:
        yield receipt


def _verify(hook: Hook) -> None:
    """One of the signatures has to be right: while a secret is replaced there are two."""
    timestamp = hook.header("svix-timestamp")
    signed = f"{hook.header('svix-id')}.{timestamp}.".encode() + hook.body
    key = decoded(hook.secret("webhook_signing_key").removeprefix(PREFIX))
    expected = hmac.digest(key, signed, "sha256")
    given = [
        one.removeprefix(VERSION) for one in hook.header("svix-signature").split() if one.startswith(VERSION)
    ]
    if not any(hmac.compare_digest(expected, decoded(one)) for one in given):
        raise forged()
    must_be_recent(hook, timestamp)


def _only(event: Any) -> str:
    """Whom it is about, where that is one: Resend names all that the email went to."""
    to = found_at(event, "data", "to")
    return text_at(to, 0) if isinstance(to, list) and len(to) == 1 else ""


def _tags(tags: Any) -> Any:
    """A list of names and values, or one object of them: Resend's pages show both."""
    return (
        {text_at(one, "name"): one.get("value") for one in objects(tags)} if isinstance(tags, list) else tags
    )


def _receipt(event: Any, subject: Subject) -> Receipt | None:
    match text_at(event, "type"):
        case "email.delivered":
            return subject.delivered()
        case "email.bounced":
            bounce = found_at(event, "data", "bounce")
            kind = text_at(bounce, "type")
            details = f"{kind}/{text_at(bounce, 'subType')}; {text_at(bounce, 'message')}"
            return subject.bounced(details, is_soft=kind == TRANSIENT)
        case "email.complained":
            return subject.complained()
        case "email.suppressed":
            return subject.bounced(text_at(event, "data", "suppressed", "message"))
        case "email.failed":
            return subject.rejected(text_at(event, "data", "failed", "reason"))
    return None
