"""A person's feed on one channel: which items a query shows, and the counts beside them.

Counts are kept per combination of marks, so that they answer every query about marks (`status`, `archived`) and not
only the default one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from tocsin.domain.message_filter import DataOf, MessageFilter
from tocsin.domain.messages import Mark, Message
from tocsin.domain.recipients import RecipientRef


class FeedStatus(StrEnum):
    ALL = "all"
    UNREAD = "unread"
    READ = "read"
    UNSEEN = "unseen"
    SEEN = "seen"


class Archived(StrEnum):
    EXCLUDE = "exclude"
    INCLUDE = "include"
    ONLY = "only"


class ItemState(NamedTuple):
    """All of an item that the counts depend on."""

    archived: bool
    seen: bool
    read: bool


STATES = tuple(ItemState(*flags) for flags in product((False, True), repeat=3))


def state_of(message: Message) -> ItemState:
    return ItemState(*(message.is_marked(mark) for mark in (Mark.ARCHIVED, Mark.SEEN, Mark.READ)))


@dataclass(frozen=True, slots=True)
class Feed:
    recipient: RecipientRef
    channel_id: str


@dataclass(frozen=True, slots=True)
class FeedFilter:
    status: FeedStatus = FeedStatus.ALL
    archived: Archived = Archived.EXCLUDE
    messages: MessageFilter = field(default_factory=MessageFilter)

    @property
    def is_by_state(self) -> bool:
        """Whether the marks alone decide, so that the counters know the counts."""
        return self.messages == MessageFilter()

    def shows(self, state: ItemState) -> bool:
        if self.archived is not Archived.INCLUDE and state.archived != (self.archived is Archived.ONLY):
            return False
        match self.status:
            case FeedStatus.READ | FeedStatus.UNREAD:
                return state.read == (self.status is FeedStatus.READ)
            case FeedStatus.SEEN | FeedStatus.UNSEEN:
                return state.seen == (self.status is FeedStatus.SEEN)
        return True

    def matches(self, message: Message, data_of: DataOf) -> bool:
        return self.shows(state_of(message)) and self.messages.matches(message, data_of)


@dataclass(frozen=True, slots=True)
class Counts:
    """What the badge shows: of the items that the query shows, how many, and how many of them not yet read or seen."""

    total: int
    unread: int
    unseen: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items are in each of STATES."""

    numbers: tuple[int, ...] = (0,) * len(STATES)

    def plus(self, messages: Iterable[Message], by: int = 1) -> "Tally":
        numbers = list(self.numbers)
        for message in messages:
            numbers[STATES.index(state_of(message))] += by
        return Tally(tuple(numbers))

    def counts(self, wanted: FeedFilter) -> Counts:
        shown = [(state, n) for state, n in zip(STATES, self.numbers, strict=True) if wanted.shows(state)]
        return Counts(
            total=sum(n for _, n in shown),
            unread=sum(n for state, n in shown if not state.read),
            unseen=sum(n for state, n in shown if not state.seen),
        )


@dataclass(frozen=True, slots=True)
class FeedCounters:
    """The tally of all items up to and including `high`; what is above has not been counted yet."""

    high: str = ""
    tally: Tally = field(default_factory=Tally)
    version: int = 0

    def folding(self, messages: list[Message]) -> "FeedCounters":
        """With the next items above `high` counted in, oldest first."""
        return replace(self, high=messages[-1].id, tally=self.tally.plus(messages))

    def with_more(self, messages: Iterable[Message]) -> "FeedCounters":
        """With messages brought here from elsewhere. Those above `high` are counted when it passes them."""
        return replace(self, tally=self.tally.plus(self._counted(messages)))

    def without(self, messages: Iterable[Message]) -> "FeedCounters":
        """With messages taken away."""
        return replace(self, tally=self.tally.plus(self._counted(messages), by=-1))

    def _counted(self, messages: Iterable[Message]) -> Iterator[Message]:
        return (message for message in messages if message.id <= self.high)

    def following(self, before: Message, after: Message) -> "FeedCounters":
        """After a mark. That of an item not counted yet changes no number."""
        if before.id > self.high:
            return self
        return replace(self, tally=self.tally.plus([before], by=-1).plus([after]))


@dataclass(frozen=True, slots=True)
class Newest:
    """The top of a feed as one read gives it. `rest` reads on below `items` when it is asked."""

    counters: FeedCounters
    items: list[Message]
    rest: Iterator[Message]
