"""A message: one rendered notification to one destination, its status machine and its engagement marks."""

from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.clock import as_stored
from tocsin.domain.exchanges import Exchanges
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.values import dataclass, replace

# A row is read with every page that shows it and paid for by the kilobyte: a history does not grow without end.
MAX_EVENTS_SIZE = 8 * 1024
_EVENT_SIZE = 48  # of an event without its data: type, time and punctuation
# Within this, the same again is a browser's retry and no second deed.
RETRIED_WITHIN = timedelta(seconds=1)


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
    Status.SENT: frozenset({Status.DELIVERED, Status.BOUNCED, Status.UNDELIVERED, Status.DELIVERY_ATTEMPTED}),
    Status.DELIVERED: frozenset({Status.BOUNCED}),
    # Queued by hand; delivered, where a provider that others had stepped in for says at last that it arrived.
    Status.UNDELIVERED: frozenset({Status.QUEUED, Status.DELIVERED}),
    Status.BOUNCED: frozenset(),
    Status.NOT_SENT: frozenset(),
}


class Mark(StrEnum):
    """What a person (or the product on their behalf) does with a message; the path's words, lowest rank first."""

    SEEN = "seen"
    READ = "read"
    INTERACTED = "interacted"
    LINK_CLICKED = "link_clicked"
    ARCHIVED = "archived"

    @property
    def is_state(self) -> bool:
        """A state holds until it is taken back; what is a deed instead, nobody can undo."""
        return self in _STATES


_STATES = frozenset({Mark.SEEN, Mark.READ, Mark.ARCHIVED})
ENGAGEMENT_EVENTS = frozenset({*(mark.value for mark in Mark), *(f"un{mark.value}" for mark in _STATES)})


def feed_content(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """What there is of a message that a feed shows."""
    return {"__typename": "MessageInAppFeedContent", "blocks": blocks}


@dataclass(frozen=True, slots=True)
class MessageEvent:
    """`type` without the wire's `message.` prefix: `created`, `queued`, `sent`, `seen`, `unseen`, …

    No two events of a message have type and time in common, to the millisecond: that is what an event's id is made of.
    """

    type: str
    at: datetime
    data: dict[str, Any] | None = None

    @property
    def size(self) -> int:
        return _EVENT_SIZE + (len(json_text.dumps(self.data).encode()) if self.data else 0)


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
class FromBatch:
    """The batch that a message was made of: how much it held, and the first of its actors."""

    id: str
    total_activities: int
    total_actors: int
    actors: tuple[RecipientRef, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """`data` is None when the trigger's data is too large to repeat: it then lies with the workflow run, and `traits`
    are what queries ask of it.

    `claimed_until` guards a delivery attempt; `attempts` counts the ones begun. `version` is for compare-and-set.
    `carrier_id` is the channel that tries in place of its own, from which the counting begins anew; `tried_since` is
    when the present carrier first failed or was out of service.
    `scheduled_at` is when its send window opens: until then nobody gets it. One for a feed bears that date in its id
    and in `inserted_at`, so that it comes up as the newest.
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
    traits: dict[str, Any] | None = None
    snapshot: dict[str, Any] = field(default_factory=dict)
    events: tuple[MessageEvent, ...] = ()
    marks: dict[Mark, datetime] = field(default_factory=dict)
    content: dict[str, Any] | None = None
    batch: FromBatch | None = None
    external_id: str | None = None
    exchanges: Exchanges = ()
    attempts: int = 0
    claimed_until: datetime | None = None
    carrier_id: str | None = None
    tried_since: datetime | None = None
    scheduled_at: datetime | None = None
    version: int = 0

    def is_due(self, now: datetime) -> bool:
        return self.scheduled_at is None or self.scheduled_at <= now

    @property
    def searchable(self) -> dict[str, Any] | None:
        """What tells whether the data has certain short values; None for one whose data alone can tell."""
        return self.traits if self.data is None else self.data

    @property
    def actors(self) -> tuple[RecipientRef, ...]:
        if self.batch is not None:
            return self.batch.actors
        return (self.actor,) if self.actor is not None else ()

    def is_marked(self, mark: Mark) -> bool:
        return mark in self.marks

    def is_settled(self) -> bool:
        """No delivery attempt may begin any more."""
        return self.status not in (Status.QUEUED, Status.DELIVERY_ATTEMPTED)


def moved(message: Message, status: Status, now: datetime, data: dict[str, Any] | None = None) -> Message:
    """The message in its next status, with the event. Raises ValueError for a move the machine does not know."""
    if status not in TRANSITIONS[message.status]:
        raise ValueError(f"a message cannot go from {message.status} to {status}")
    return replace(_with_event(message, status.value, now, data), status=status)


def marked(message: Message, mark: Mark, now: datetime, metadata: dict[str, Any] | None = None) -> Message:
    """Each time is an event and the date is the latest, unless it is a retry: then nothing changes.

    Who interacts has read: the official widgets send nothing else for a click, and show the item as read.
    """
    if message.is_marked(mark) and _is_retry(message, mark, now, metadata):
        return message
    reads_too = mark is Mark.INTERACTED and not message.is_marked(Mark.READ)
    before = marked(message, Mark.READ, now) if reads_too else message
    changed = _with_event(before, mark.value, now, metadata or None)
    return replace(changed, marks={**before.marks, mark: changed.events[-1].at})


def unmarked(message: Message, mark: Mark, now: datetime, metadata: dict[str, Any] | None = None) -> Message:
    """Takes a state back; nothing happens to a message that is not in it."""
    if mark not in message.marks:
        return message
    changed = _with_event(message, f"un{mark.value}", now, metadata or None)
    return replace(changed, marks={other: at for other, at in message.marks.items() if other is not mark})


def happened_just_now(message: Message, event_type: str, now: datetime) -> bool:
    """Within the last second, and has not been undone since."""
    words = (event_type, event_type.removeprefix("un") if event_type.startswith("un") else f"un{event_type}")
    latest = next((event for event in reversed(message.events) if event.type in words), None)
    return latest is not None and _is_recent(latest, event_type, now)


def _is_retry(message: Message, mark: Mark, now: datetime, metadata: dict[str, Any] | None) -> bool:
    return any(
        _is_recent(event, mark.value, now) and event.data == (metadata or None) for event in message.events
    )


def _is_recent(event: MessageEvent, event_type: str, now: datetime) -> bool:
    return event.type == event_type and now - event.at < RETRIED_WITHIN


def _with_event(message: Message, event_type: str, now: datetime, data: dict[str, Any] | None) -> Message:
    """At a time of its own among those of its type, later than they are: clocks differ a little."""
    latest = max((event.at for event in message.events if event.type == event_type), default=None)
    at = as_stored(now)
    if latest is not None:
        at = max(at, as_stored(latest) + timedelta(milliseconds=1))
    events = _bounded((*message.events, MessageEvent(event_type, at, data)))
    return replace(message, updated_at=max(message.updated_at, at), events=events)


def _bounded(events: tuple[MessageEvent, ...]) -> tuple[MessageEvent, ...]:
    """Without the oldest marks that a later one repeats, as many as it takes. How it was delivered stays."""
    excess = sum(event.size for event in events) - MAX_EVENTS_SIZE
    latest = {event.type: place for place, event in enumerate(events)}
    kept: list[MessageEvent] = []
    for place, event in enumerate(events):
        if excess > 0 and event.type in ENGAGEMENT_EVENTS and place < latest[event.type]:
            excess -= event.size
        else:
            kept.append(event)
    return tuple(kept)
