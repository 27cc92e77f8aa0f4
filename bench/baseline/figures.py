"""What was measured: for how many, how long by the clock, how much work of the application's processes."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.load.figures import Spread


@dataclass(frozen=True)
class Taken:
    units: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        return self.units / self.seconds

    @property
    def microseconds(self) -> float:
        """Of application CPU, for each."""
        return self.cpu / self.units * 1e6


@dataclass(frozen=True)
class Duel:
    """Microseconds of application CPU for each of `what`, a number for each round. The sides took turns. `limit` is the
    multiple of the peer's work that we set out to need at most, where we did."""

    what: str
    ours: Sequence[float]
    peer: Sequence[float]
    limit: float | None = None

    def ratio(self) -> Spread:
        """Ours as a multiple of the peer's, round by round: below 1 we work less."""
        return Spread.of([one / other for one, other in zip(self.ours, self.peer, strict=True)])

    @property
    def is_met(self) -> bool | None:
        """None where no limit was set."""
        return None if self.limit is None else self.ratio().middle <= self.limit


DELAYS = 100_000


@dataclass(frozen=True)
class Results:
    """`duels` are what both sides did, and `left_out` says whom ours could not be put beside. The rest is the first
    peer's, by the clock of this machine: a second's recipients of a large trigger and single triggers, milliseconds of
    a feed page and from a trigger to its message in the feed (the last is a median while DELAYS jobs wait in the
    queue), seconds of work in each idle second."""

    rounds: int
    duels: Sequence[Duel]
    left_out: Sequence[str]
    recipients_per_second: Spread
    triggers_per_second: Spread
    feed_milliseconds: Spread
    latency_p50: float
    latency_p99: float
    latency_beside_delays: float
    idle_share: float
    our_stored_bytes: int
    peer_stored_bytes: int
