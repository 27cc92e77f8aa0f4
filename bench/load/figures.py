"""Numbers of several rounds: who takes part by turns, what lies in the middle, how far the rest is spread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import NamedTuple, TypeVar

Result = TypeVar("Result")


def percentile(values: Sequence[float], share: float) -> float:
    """By nearest rank: the smallest value that at least this share of all does not exceed.

    >>> percentile([3, 1, 2, 4], 0.5), percentile([3, 1, 2, 4], 0.99)
    (2, 4)
    """
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def by_turns(rounds: int, contestants: Mapping[str, Callable[[int], Result]]) -> dict[str, list[Result]]:
    """Each one's result of every round. Every other round goes through them in reverse, so that nobody always has the
    machine as the same other one left it."""
    results: dict[str, list[Result]] = {name: [] for name in contestants}
    for number in range(rounds):
        names = list(contestants)
        for name in names if number % 2 == 0 else reversed(names):
            results[name].append(contestants[name](number))
    return results


@dataclass(frozen=True)
class Spread:
    """The median of several rounds, and the lowest and highest of them."""

    middle: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True)
class What:
    """What is measured. Work is not `held` to the target: the floor renders nothing and keeps nothing apart."""

    name: str
    unit: str
    more_is_better: bool = True
    held: bool = True


@dataclass(frozen=True)
class Race:
    """What was measured of us and of the floor, who took turns: a number for each round. `alike` is of the floor whose
    rows are as ours, where it took part."""

    what: What
    ours: Sequence[float]
    floor: Sequence[float]
    alike: Sequence[float] = ()

    @property
    def middle(self) -> float:
        """Ours."""
        return median(self.ours)

    def speed(self) -> Spread:
        """Ours as a share of the floor's, round by round: 1 is as fast as raw calls."""
        return self._share(self.ours)

    def speed_of_rows(self) -> Spread | None:
        """The share that is left to whoever stores rows as ours, and does nothing else."""
        return self._share(self.alike) if self.alike else None

    def _share(self, side: Sequence[float]) -> Spread:
        pairs = zip(side, self.floor, strict=True)
        return Spread.of([one / other if self.what.more_is_better else other / one for one, other in pairs])


@dataclass(frozen=True)
class Curve:
    """`columns` are what was measured at each size, by name and unit; `slug` is what its chart's file is called;
    `earlier` are points that only a full run measures."""

    slug: str
    name: str
    of: str
    columns: Sequence[str]
    points: Mapping[int, Sequence[float]]
    earlier: Mapping[int, Sequence[float]] = field(default_factory=dict)


class Worked(NamedTuple):
    """Seconds that a process of a function has worked."""

    function: str
    seconds: float


def between(before: Mapping[int, Worked], after: Mapping[int, Worked]) -> dict[str, float]:
    """Seconds by function. A process that ended meanwhile was idle: that is why it was ended."""
    total: dict[str, float] = {}
    for process, (function, seconds) in after.items():
        known = before[process].seconds if process in before else 0
        total[function] = total.get(function, 0) + seconds - known
    return total
