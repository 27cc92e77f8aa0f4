"""How many requests an endpoint takes in a second, and what one process may admit by itself.

Windows are seconds of the clock. All processes count in one place, which would be a call for every request; so a
process asks for several requests at once, a lease, uses it up within the same second and lets the rest lapse. Counts
are handed out once, so leases never add up to more than the limit, however many processes there are.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

OFF = "off"
# No process may sit on more than this part of a limit: what it does not use, nobody else can.
_LARGEST_LEASE = 20


class Tier(IntEnum):
    """Every endpoint is in one of five; the limit of each is in the deployment's settings."""

    ONE = 1
    TWO = 2
    THREE = 3
    FOUR = 4
    FIVE = 5


Limits = tuple[int, ...]
"""Requests in a second, tier by tier; empty where nothing is limited."""


def parse_limits(text: str) -> Limits:
    """Raises ValueError for anything but five whole numbers above zero, or «off».

    >>> parse_limits("1,5,60,200,1000"), parse_limits("off")
    ((1, 5, 60, 200, 1000), ())
    """
    if text.strip() == OFF:
        return ()
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != len(Tier) or not all(part.isdecimal() and int(part) for part in parts):
        raise ValueError(f"{text!r} is neither {len(Tier)} whole numbers above zero nor «{OFF}»")
    return tuple(map(int, parts))


@dataclass(frozen=True, slots=True)
class Scope:
    """Who shares one limit: all callers of an endpoint in an environment, or one user of it."""

    env: str
    endpoint: str
    user_id: str | None = None


def window_of(moment: datetime) -> int:
    """The second of the clock that a request came in."""
    return int(moment.timestamp())


def granted(limit: int, asked: int, taken: int) -> int:
    """How much of a lease is within the limit, when the count stood at `taken` with the lease in it.

    >>> granted(limit=60, asked=3, taken=59), granted(limit=60, asked=3, taken=62), granted(60, 3, 70)
    (3, 1, 0)
    """
    return max(0, min(asked, limit - (taken - asked)))


@dataclass(slots=True)
class Share:
    """What one process knows of one scope in one second."""

    window: int
    lease: int
    """How many requests it asks for at once."""
    left: int = 0
    """Requests leased and not used yet."""
    served: int = 0
    exhausted: bool = False
    """The second has nothing left for anybody."""

    def receive(self, limit: int, taken: int) -> None:
        self.left = granted(limit, self.lease, taken)
        self.exhausted = taken >= limit

    def serve(self) -> None:
        self.left -= 1
        self.served += 1


def next_share(before: Share | None, window: int, limit: int) -> Share:
    """As many at once as were served in the second before, so a process that is seldom asked leases one by one."""
    recent = before.served if before and before.window == window - 1 else 0
    return Share(window, lease=max(1, min(recent, limit // _LARGEST_LEASE)))
