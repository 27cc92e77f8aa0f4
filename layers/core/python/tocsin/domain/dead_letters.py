"""A dead letter: a message that ended undelivered for want of a provider that works, until somebody sends it again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tocsin.domain.messages import Message, Status, moved
from tocsin.domain.recipients import RecipientRef

# Who would still want to be notified? The message itself stays, and can be sent again by its id.
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """`reason` and `details` are the message's own `failure_reason` and `failure_details`."""

    message_id: str
    recipient: RecipientRef
    channel_id: str
    workflow: str
    reason: str
    details: str
    at: datetime


def dead_letter_of(message: Message) -> DeadLetter | None:
    """Of a message that has once ended undelivered; None for any other."""
    last = next((one for one in reversed(message.events) if one.type == Status.UNDELIVERED.value), None)
    if last is None:
        return None
    facts = last.data or {}
    return DeadLetter(
        message_id=message.id,
        recipient=message.recipient,
        channel_id=message.channel_id,
        workflow=message.source.workflow,
        reason=facts.get("failure_reason", ""),
        details=facts.get("failure_details", ""),
        at=last.at,
    )


def queued_again(message: Message, now: datetime) -> Message:
    """From the first of its carriers, with all its attempts."""
    fresh = replace(message, attempts=0, claimed_until=None, carrier_id=None, tried_since=None)
    return moved(fresh, Status.QUEUED, now)
