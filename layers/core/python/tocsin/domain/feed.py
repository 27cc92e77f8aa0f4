"""A person's feed on one channel: which items a query shows, and the counts beside them.

Counts are kept by facet (tenant, workflow, categories) and, within each, by combination of marks: every query about
those is answered from them, not only the default one. `feed_counters.py` says how counters come to know that.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from tocsin.domain.facets import Facet, facet_of
from tocsin.domain.listed import Listed
from tocsin.domain.message_filter import DataOf, MessageFilter
from tocsin.domain.messages import Mark
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


_UNTOUCHED = ItemState(archived=False, seen=False, read=False)


def state_of(message: Listed) -> ItemState:
    marks = message.marks
    return ItemState(Mark.ARCHIVED in marks, Mark.SEEN in marks, Mark.READ in marks) if marks else _UNTOUCHED


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
        """Whether the marks alone decide."""
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

    def matcher(self, data_of: DataOf) -> Callable[[Listed], bool]:
        """What asks of a message only what the query asks of any."""
        shown = frozenset(filter(self.shows, STATES))
        if self.is_by_state:
            return lambda message: state_of(message) in shown
        return lambda message: state_of(message) in shown and self.messages.matches(message, data_of)


@dataclass(frozen=True, slots=True)
class Counts:
    """What the badge shows: of the items that the query shows, how many, and how many of them not yet read or seen."""

    total: int
    unread: int
    unseen: int


def counts_of(states: Iterable[tuple[ItemState, int]]) -> Counts:
    """Of the states of those items that the query shows, and how many are in each."""
    total = unread = unseen = 0
    for state, number in states:
        total += number
        unread += 0 if state.read else number
        unseen += 0 if state.seen else number
    return Counts(total, unread, unseen)


Numbers = tuple[int, ...]
NONE_YET: Numbers = (0,) * len(STATES)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items of each facet are in each of STATES.

    A feed of more facets than its counters have room for is tallied under None alone: for all facets in one.
    """

    numbers: Mapping[Facet | None, Numbers] = field(default_factory=dict)

    def plus(self, messages: Iterable[Listed], by: int = 1) -> "Tally":
        changed: dict[Facet | None, list[int]] = {}
        for message in messages:
            facet = None if self.is_summed else facet_of(message)
            numbers = changed.setdefault(facet, list(self.numbers.get(facet, NONE_YET)))
            numbers[STATES.index(state_of(message))] += by
        every = {**self.numbers, **{facet: tuple(numbers) for facet, numbers in changed.items()}}
        return Tally({facet: numbers for facet, numbers in every.items() if any(numbers)})

    @property
    def is_summed(self) -> bool:
        return None in self.numbers

    def summed(self) -> "Tally":
        return Tally(
            {None: tuple(map(sum, zip(*self.numbers.values(), strict=True)))} if self.numbers else {}
        )

    def answers(self, wanted: FeedFilter) -> bool:
        return wanted.is_by_state or (wanted.messages.is_by_facet and not self.is_summed)

    def counts(self, wanted: FeedFilter) -> Counts:
        """Of a query that it `answers`."""
        return counts_of(
            (state, number)
            for facet, numbers in self.numbers.items()
            if facet is None or wanted.messages.fits(facet)
            for state, number in zip(STATES, numbers, strict=True)
            if wanted.shows(state)
        )
