"""A bulk operation on messages: which of a channel's messages it is about, where they are looked for, what is done.

Nobody knows its rows when it is asked for: they are walked to. A walk has lanes, each recipient named or else each
shard of the environment's list, and goes along them from the newest message to the oldest.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.domain.bulk_operations import BulkName
from tocsin.domain.feed import Archived
from tocsin.domain.ids import earliest_ksuid
from tocsin.domain.listing import Span, TimeRange, data_matches
from tocsin.domain.message_filter import DataOf, Engagement
from tocsin.domain.messages import Mark, Message, Status, marked, unmarked
from tocsin.domain.recipients import RecipientRef


class Action(StrEnum):
    """The path's words; `archive` and `unarchive` are older ones for two of them."""

    SEEN = "seen"
    UNSEEN = "unseen"
    READ = "read"
    UNREAD = "unread"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    INTERACTED = "interacted"
    DELETE = "delete"

    @property
    def operation_name(self) -> BulkName:
        return BulkName(f"messages.{self.value}")

    @property
    def mark(self) -> Mark:
        """What the action puts on a message or takes back; `delete` does neither."""
        return Mark(self.value.removeprefix("un"))

    def done_to(self, message: Message, asked_at: datetime, now: datetime) -> Message:
        """Whoever has marked the message since the action was asked for has the last word. So has this action, should
        it come by again. What is so already is left alone: a whole feed would be written for nothing."""
        mark = self.mark
        words = (mark.value, f"un{mark.value}")
        is_so = mark.is_state and message.is_marked(mark) == (mark.value == self.value)
        if is_so or any(event.type in words and event.at >= asked_at for event in message.events):
            return message
        change = unmarked if self.value.startswith("un") else marked
        return change(message, mark, max(now, asked_at))


@dataclass(frozen=True, slots=True)
class Lane:
    """All of a recipient's messages on the channel, or all of the environment's that lie in a shard."""

    recipient: RecipientRef | None = None
    shard: str | None = None


@dataclass(frozen=True, slots=True)
class WalkFilter:
    """An absent filter (None) lets everything pass; an empty list nothing. None among `reached_tenants`, those that
    the caller may touch, stands for messages of no tenant."""

    archived: Archived = Archived.INCLUDE
    status: Status | None = None
    engagement: Engagement | None = None
    has_tenant: bool | None = None
    tenants: frozenset[str] | None = None
    reached_tenants: frozenset[str | None] | None = None
    workflows: frozenset[str] | None = None
    trigger_data: dict[str, object] | None = None
    inserted: TimeRange = field(default_factory=TimeRange)

    def span(self, asked_at: datetime, below: str | None) -> Span:
        """What was there when the operation was asked for, in that very millisecond included; `below` the last step."""
        above_all = earliest_ksuid(asked_at + timedelta(milliseconds=1))
        return self.inserted.narrow(Span(below=above_all), earliest_ksuid).narrowed(below=below)

    def matches(self, message: Message, data_of: DataOf) -> bool:
        """`data_of` is asked last and only if it matters: data that is large has to be fetched."""
        return (
            self._is_in_state(message)
            and self._belongs(message)
            and self.inserted.holds(message.inserted_at)
            and (not self.trigger_data or data_matches(data_of(message), self.trigger_data))
        )

    def _is_in_state(self, message: Message) -> bool:
        is_archived = message.is_marked(Mark.ARCHIVED)
        return (
            (self.archived is Archived.INCLUDE or is_archived == (self.archived is Archived.ONLY))
            and (self.status is None or message.status is self.status)
            and (self.engagement is None or self.engagement.is_of(message))
        )

    def _belongs(self, message: Message) -> bool:
        tenant = message.tenant
        return (
            (self.has_tenant is None or (tenant is not None) == self.has_tenant)
            and (self.tenants is None or tenant in self.tenants)
            and (self.reached_tenants is None or tenant in self.reached_tenants)
            and (self.workflows is None or message.source.workflow in self.workflows)
        )


@dataclass(frozen=True, slots=True)
class StepRows:
    """The messages that a step is about, chosen once: what has been done to them does not change the choice.
    `onwards` is the message below which the next step begins, None at the lane's end."""

    message_ids: tuple[str, ...]
    onwards: str | None


@dataclass(frozen=True, slots=True)
class LanePage:
    """The next of a lane's messages, newest first. `onwards` is where to read on, None at the end."""

    messages: list[Message]
    onwards: str | None
