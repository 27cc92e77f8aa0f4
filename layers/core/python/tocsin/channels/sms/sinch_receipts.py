"""Sinch's delivery reports (https://developers.sinch.com/docs/sms/api-reference/sms/tag/Webhooks/). Secret:
`webhook_signing_key`, which Sinch's support sets up with you.

HMAC over body, nonce and time; calls are repeated for almost a day
(https://developers.sinch.com/docs/sms/api-reference/sms/tag/Webhooks/#tag/Webhooks/section/Callbacks).
"""

from collections.abc import Iterator

from tocsin.channels.hooks import A_DAY, Hook, decoded, must_be_hmac, must_be_recent, text_at
from tocsin.domain.providers import header_token
from tocsin.domain.receipts import Receipt

SECRETS = {"webhook_signing_key": header_token}

OF_A_RECIPIENT = "recipient_delivery_report_sms"
PREFIX = "x-sinch-webhook-signature"


def receipts(hook: Hook) -> Iterator[Receipt]:
    """`client_reference` is the message's id, as it was sent."""
    timestamp = hook.header(f"{PREFIX}-timestamp")
    signed = hook.body + f".{hook.header(f'{PREFIX}-nonce')}.{timestamp}".encode()
    must_be_hmac(hook.secret("webhook_signing_key"), signed, decoded(hook.header(PREFIX)))
    must_be_recent(hook, timestamp, A_DAY)
    event = hook.json()
    if text_at(event, "type") != OF_A_RECIPIENT:
        return
    subject = hook.about(text_at(event, "client_reference"), text_at(event, "batch_id"))
    status, code = text_at(event, "status"), text_at(event, "code")
    match status:
        case "Delivered":
            yield subject.delivered()
        case "Failed" | "Expired" | "Unknown":
            yield subject.undelivered(f"{status}: {code}")
        case "Aborted" | "Rejected" | "Cancelled" | "Deleted":
            yield subject.rejected(f"{status}: {code}")
