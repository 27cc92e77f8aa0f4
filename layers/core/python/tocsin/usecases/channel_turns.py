"""When the next message of a channel may go: how a provider's limit is kept, whoever sends and however much there is.

A channel's line is a number that all processes advance. Place n belongs to the stretch of time `n // limit`, so a
place is a turn: messages that come at once are spread over the time to come, in their order, and each comes back once,
when it is its turn. Nobody asks in vain and nobody is overtaken. Places are taken several at once where a process has
lately used as many, or where there is a line and they lie ahead anyway; those that nobody uses lapse.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tocsin.domain.delivery_settings import Rate
from tocsin.domain.rate_limits import Share, next_share

# As many as one invocation works on.
AHEAD = 10
# A turn holds for so long after its time: queues hand out a little late, and an unused turn is gone for everybody.
GRACE = timedelta(seconds=10)
# What came too late for so many turns goes at once: then it is our own workers that are too few.
MAX_TURNS = 3


class Lines(Protocol):
    def book(self, env: str, channel_id: str, rate: Rate, first: int, amount: int) -> int:
        """Takes places at the end of the line, none before `first`; returns the first of them."""


@dataclass(slots=True)
class _Held:
    share: Share
    places: list[int] = field(default_factory=list)


class ChannelTurns:
    """One for each process, which remembers the places that it has taken."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._held: dict[tuple[str, str, Rate], _Held] = {}

    def next(self, env: str, channel_id: str, rate: Rate, now: datetime) -> datetime:
        """When the turn begins; it is one of now where that is not in the future."""
        stretch = int(now.timestamp()) // rate.seconds
        held = self._current((env, channel_id, rate), stretch)
        held.places = [place for place in held.places if place // rate.limit >= stretch]
        if not held.places:
            amount = held.share.lease
            first = self._lines.book(env, channel_id, rate, stretch * rate.limit, amount)
            held.places = list(range(first, first + amount))
            if first // rate.limit > stretch:
                held.share.lease = min(AHEAD, rate.limit)
        held.share.served += 1
        return datetime.fromtimestamp(held.places.pop(0) // rate.limit * rate.seconds, UTC)

    def _current(self, key: tuple[str, str, Rate], stretch: int) -> _Held:
        held = self._held.get(key)
        if held is None or held.share.window != stretch:
            share = next_share(held.share if held else None, stretch, key[2].limit)
            held = self._held[key] = _Held(share, held.places if held else [])
        return held


def holds(turn: datetime, rate: Rate, now: datetime) -> bool:
    """Whether a turn that has begun may still be used."""
    return now < turn + timedelta(seconds=rate.seconds) + GRACE
