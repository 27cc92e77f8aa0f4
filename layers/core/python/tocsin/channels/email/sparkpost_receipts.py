"""SparkPost's event webhooks (https://developers.sparkpost.com/api/webhooks/). Secret: `webhook_password`, of basic
authentication: SparkPost signs nothing.

Events and bounce classes: https://developers.sparkpost.com/api/events/ and
https://support.sparkpost.com/docs/deliverability/bounce-classification-codes.
"""

from collections.abc import Iterator
from typing import Any

from tocsin.channels.email.tagged import tagged
from tocsin.channels.hooks import Hook, Subject, found_at, must_know_password, objects, text_at
from tocsin.domain.providers import header_token
from tocsin.domain.receipts import Receipt

SECRETS = {"webhook_password": header_token}

# Unknown recipients, no recipient at all, and those who unsubscribed.
HARD = frozenset({"10", "30", "90"})
# Replies of people on holiday, of lists and of filters that ask who is there.
ANSWERS = frozenset({"60", "80", "100"})


def receipts(hook: Hook) -> Iterator[Receipt]:
    must_know_password(hook, "webhook_password")
    for one in objects(hook.json()):
        event = found_at(one, "msys", "message_event")
        external_id, address = text_at(event, "transmission_id"), text_at(event, "rcpt_to")
        subject = tagged(hook, found_at(event, "rcpt_meta"), external_id, address)
        receipt = _receipt(event, subject) if subject else None
        if receipt:
            yield receipt


def _receipt(event: Any, subject: Subject) -> Receipt | None:
    """`out_of_band` is a server that took the email, and sent it back later."""
    said = text_at(event, "raw_reason") or text_at(event, "reason")
    bounce_class = text_at(event, "bounce_class")
    match text_at(event, "type"):
        case "delivery":
            return subject.delivered()
        case "bounce" | "out_of_band" if bounce_class not in ANSWERS:
            return subject.bounced(f"class {bounce_class}: {said}", is_soft=bounce_class not in HARD)
        case "spam_complaint":
            return subject.complained()
        case "policy_rejection" | "generation_failure" | "generation_rejection":
            return subject.rejected(said)
    return None
