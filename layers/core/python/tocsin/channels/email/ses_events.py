"""What SES reports of an email, as EventBridge hands it on.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html: `detail` is the same record.
Our own tags on the email say whose message it is, so no receipt needs a look-up of its own.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tocsin.channels.email.tags import ENVIRONMENT_TAG, MESSAGE_TAG
from tocsin.domain.messages import Status
from tocsin.domain.receipts import Receipt, failure, mailboxes


class _Open(BaseModel):
    """What is malformed is told without what it holds: people's addresses stay out of the logs."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class HeadersIn(_Open):
    to: list[str] = []


class MailIn(_Open):
    message_id: str = Field(alias="messageId")
    tags: dict[str, list[str]] = Field(default={})
    headers: HeadersIn | None = Field(default=None, alias="commonHeaders")

    def tag(self, name: str) -> str | None:
        return next(iter(self.tags.get(name, ())), None)


class BouncedRecipientIn(_Open):
    email_address: str = Field(default="", alias="emailAddress")
    diagnostic_code: str | None = Field(default=None, alias="diagnosticCode")


class BounceIn(_Open):
    bounce_type: str = Field(default="Undetermined", alias="bounceType")
    bounce_sub_type: str = Field(default="Undetermined", alias="bounceSubType")
    bounced_recipients: list[BouncedRecipientIn] = Field(default=[], alias="bouncedRecipients")


class ComplainedRecipientIn(_Open):
    email_address: str = Field(default="", alias="emailAddress")


class ComplaintIn(_Open):
    complained_recipients: list[ComplainedRecipientIn] = Field(default=[], alias="complainedRecipients")


class DeliveryIn(_Open):
    recipients: list[str] = []


class RejectIn(_Open):
    reason: str = ""


class DetailIn(_Open):
    event_type: Literal["Delivery", "Bounce", "Complaint", "Reject"] = Field(alias="eventType")
    mail: MailIn
    bounce: BounceIn | None = None
    delivery: DeliveryIn | None = None
    complaint: ComplaintIn | None = None
    reject: RejectIn | None = None


class SesEventIn(_Open):
    detail: DetailIn


# A mailbox that is full, a server that was away for long, and also the auto-reply of somebody on holiday.
TRANSIENT = "Transient"
PERMANENT = "Permanent"


def receipt_of(event: SesEventIn) -> Receipt | None:
    """None for an email that carries no tags of ours, and for what became of its copies."""
    detail = event.detail
    env, message_id = detail.mail.tag(ENVIRONMENT_TAG), detail.mail.tag(MESSAGE_TAG)
    if env is None or message_id is None or _is_about_a_copy(detail):
        return None
    status, facts = _meaning(detail)
    is_soft = detail.bounce is not None and detail.bounce.bounce_type == TRANSIENT
    suppressed = _suppressed(detail)
    return Receipt(
        env, message_id, detail.mail.message_id, status, facts, is_soft, suppressed, bool(suppressed)
    )


def _suppressed(detail: DetailIn) -> str:
    """Who should get no more emails: the address is gone, or its owner called this one spam."""
    is_gone = detail.bounce is not None and detail.bounce.bounce_type == PERMANENT
    return next(iter(_told(detail)), "") if is_gone or detail.complaint else ""


def _told(detail: DetailIn) -> list[str]:
    """Whom the event is about."""
    bounced = [one.email_address for one in detail.bounce.bounced_recipients] if detail.bounce else []
    complaint = detail.complaint
    complained = [one.email_address for one in complaint.complained_recipients] if complaint else []
    return [*bounced, *complained, *(detail.delivery.recipients if detail.delivery else [])]


def _is_about_a_copy(detail: DetailIn) -> bool:
    """SES reports each address by itself, and a message is its recipient's: cc and bcc say nothing of it."""
    meant = mailboxes(detail.mail.headers.to) if detail.mail.headers else set()
    told = mailboxes(_told(detail))
    return bool(meant and told) and meant.isdisjoint(told)


def _meaning(detail: DetailIn) -> tuple[Status, dict[str, Any]]:
    """SES has tried for hours before it reports a bounce, so a transient one is final too, where nothing arrived. Who
    calls an email spam has got it."""
    if detail.event_type in ("Delivery", "Complaint"):
        return Status.DELIVERED, {}
    if detail.event_type == "Reject":
        return Status.UNDELIVERED, failure("rejected", detail.reject.reason if detail.reject else "")
    bounce = detail.bounce or BounceIn()
    reasons = [one.diagnostic_code for one in bounce.bounced_recipients if one.diagnostic_code]
    details = "; ".join([f"{bounce.bounce_type}/{bounce.bounce_sub_type}", *reasons])
    return Status.BOUNCED, failure("bounced", details)
