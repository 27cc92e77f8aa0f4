"""What the world outside is told of: events of messages and of recipients' runs, found by what a row was and is.

An event's id follows from what it is about and when, so whoever hears of the same change twice tells of one event.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.domain.ids import ksuid
from tocsin.domain.messages import ENGAGEMENT_EVENTS, Message, Status
from tocsin.domain.runs import EventStatus, RecipientRun, RunStatus
from tocsin.domain.webhooks import Webhook

_TOLD_STATUSES = (
    Status.SENT,
    Status.DELIVERED,
    Status.DELIVERY_ATTEMPTED,
    Status.UNDELIVERED,
    Status.BOUNCED,
)
_TOLD_OF_MESSAGES = frozenset({*(status.value for status in _TOLD_STATUSES), *ENGAGEMENT_EVENTS})

RUN_STARTED, RUN_COMPLETED, RUN_ERROR = (
    f"workflow_recipient_run.{word}" for word in ("started", "completed", "error")
)
WEBHOOK_DISABLED = "webhook.disabled"

MESSAGE_EVENTS = tuple(sorted(f"message.{word}" for word in _TOLD_OF_MESSAGES))
RUN_EVENTS = (RUN_STARTED, RUN_COMPLETED, RUN_ERROR)
EVENT_TYPES = (*MESSAGE_EVENTS, *RUN_EVENTS, WEBHOOK_DISABLED)


@dataclass(frozen=True, slots=True)
class OutboundEvent:
    """`subject` is as the event left it. `details` are the event's own, None for most."""

    id: str
    type: str
    at: datetime
    subject: Message | RecipientRun | Webhook
    details: dict[str, Any] | None = None


def message_events(before: Message | None, after: Message) -> Iterator[OutboundEvent]:
    """Each event that the message did not have before.

    A message is made as version 1. A later version without one before it was brought over from a user who was merged:
    nothing has happened to it.
    """
    if before is None and after.version > 1:
        return
    known = {(event.type, event.at) for event in before.events} if before else set()
    for event in after.events:
        if event.type in _TOLD_OF_MESSAGES and (event.type, event.at) not in known:
            name = ksuid(event.at, after.id, event.type)  # as the API's list of a message's events has it
            yield OutboundEvent(name, f"message.{event.type}", event.at, after, event.data or None)


def run_events(before: RecipientRun | None, after: RecipientRun) -> Iterator[OutboundEvent]:
    """A run begins when it is stored for the first time. One that was cancelled never completes."""
    if before is None:
        yield _of_run(after, RUN_STARTED, after.inserted_at)
    known = len(before.events) if before else 0
    for place, event in enumerate(after.events[known:], known):
        if event.status is EventStatus.ERROR:
            yield _of_run(after, RUN_ERROR, event.at, str(place))
    ended = RunStatus.COMPLETED
    if after.status is ended and (before is None or before.status is not ended):
        yield _of_run(after, RUN_COMPLETED, after.updated_at)


def _of_run(run: RecipientRun, event_type: str, at: datetime, *which: str) -> OutboundEvent:
    return OutboundEvent(ksuid(at, run.id, event_type, *which), event_type, at, run)


def webhook_disabled(webhook: Webhook, at: datetime) -> OutboundEvent:
    return OutboundEvent(ksuid(at, webhook.id, WEBHOOK_DISABLED), WEBHOOK_DISABLED, at, webhook)
