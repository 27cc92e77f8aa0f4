"""A message: one rendered notification to one destination, its status machine and its engagement marks."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from tocsin.domain.recipients import RecipientRef


class Status(StrEnum):
    QUEUED = "queued"
    DELIVERY_ATTEMPTED = "delivery_attempted"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    UNDELIVERED = "undelivered"
    NOT_SENT = "not_sent"


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset(
        {
            Status.DELIVERY_ATTEMPTED,
            Status.SENT,
            Status.DELIVERED,
            Status.BOUNCED,
            Status.UNDELIVERED,
            Status.NOT_SENT,
        }
    ),
    Status.DELIVERY_ATTEMPTED: frozenset(
        {
            Status.QUEUED,
            Status.SENT,
            Status.DELIVERED,
            Status.BOUNCED,
            Status.UNDELIVERED,
            Status.DELIVERY_ATTEMPTED,
        }
    ),
    Status.SENT: frozenset({Status.DELIVERED, Status.BOUNCED, Status.UNDELIVERED}),
    Status.DELIVERED: frozenset({Status.BOUNCED}),
    Status.UNDELIVERED: frozenset({Status.QUEUED}),
    Status.BOUNCED: frozenset(),
    Status.NOT_SENT: frozenset(),
}


class Mark(StrEnum):
    """What a person (or the product on their behalf) says of a message; the path's words."""

    SEEN = "seen"
    READ = "read"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class MessageEvent:
    """`type` without the wire's `message.` prefix: `created`, `queued`, `sent`, `seen`, `unseen`, …"""

    type: str
    at: datetime
    data: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class MessageSource:
    """Where a message came from: the committed workflow, its step and the run."""

    workflow: str
    version_id: str
    step_ref: str
    workflow_run_id: str
    recipient_run_id: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """`data` is None when the trigger's data is too large to repeat: it then lies with the workflow run.

    `claimed_until` guards a delivery attempt; `attempts` counts the ones begun. `version` is for compare-and-set.
    """

    id: str
    recipient: RecipientRef
    channel_id: str
    channel_type: str
    status: Status
    source: MessageSource
    inserted_at: datetime
    updated_at: datetime
    tenant: str | None = None
    actor: RecipientRef | None = None
    data: dict[str, Any] | None = None
    snapshot: dict[str, Any] = field(default_factory=dict)
    events: tuple[MessageEvent, ...] = ()
    marks: dict[Mark, datetime] = field(default_factory=dict)
    content: dict[str, Any] | None = None
    external_id: str | None = None
    attempts: int = 0
    claimed_until: datetime | None = None
    version: int = 0

    def is_marked(self, mark: Mark) -> bool:
        return mark in self.marks

    def is_settled(self) -> bool:
        """No delivery attempt may begin any more."""
        return self.status not in (Status.QUEUED, Status.DELIVERY_ATTEMPTED)


def moved(message: Message, status: Status, now: datetime, data: dict[str, Any] | None = None) -> Message:
    """The message in its next status, with the event. Raises ValueError for a move the machine does not know."""
    if status not in TRANSITIONS[message.status]:
        raise ValueError(f"a message cannot go from {message.status} to {status}")
    event = MessageEvent(status.value, now, data)
    return replace(message, status=status, updated_at=now, events=(*message.events, event))


def marked(message: Message, mark: Mark, now: datetime) -> Message:
    """Marks again and again: the time is the latest, and every time is an event."""
    event = MessageEvent(mark.value, now)
    return replace(
        message, marks={**message.marks, mark: now}, updated_at=now, events=(*message.events, event)
    )


def unmarked(message: Message, mark: Mark, now: datetime) -> Message:
    """Takes the mark back; nothing happens to a message that does not bear it."""
    if mark not in message.marks:
        return message
    marks = {other: at for other, at in message.marks.items() if other is not mark}
    event = MessageEvent(f"un{mark.value}", now)
    return replace(message, marks=marks, updated_at=now, events=(*message.events, event))
