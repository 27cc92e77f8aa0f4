"""What the project set out to reach, beside what it has reached: each page of figures tells its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """`beyond` is what it costs that it is missed, in dollars per million; `least` is what it could not fall below
    while the project keeps its promises, and `why` says which: both are for who sees it missed."""

    name: str
    what: str
    limit: float
    now: float
    unit: str = ""
    beyond: float = 0
    least: float = 0
    why: str = ""

    @property
    def is_met(self) -> bool:
        return self.now <= self.limit

    @property
    def cells(self) -> list[str]:
        """A row of a table under `HEADING`."""
        met = "met" if self.is_met else "missed"
        least = _figure(self.least, self.unit) if self.least and not self.is_met else "–"
        return [
            f"{self.name} {self.what}",
            _figure(self.limit, self.unit),
            _figure(self.now, self.unit),
            met,
            least,
        ]


HEADING: Sequence[str] = ("target", "at most", "now", "", "at least")


def _figure(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"${value:.2f}" if unit == "$" else f"{number} {unit}".strip()


def reasons(targets: Iterable[Target]) -> str:
    """Why those that are missed are missed; empty where none is."""
    missed = [one for one in targets if not one.is_met]
    lines = [f"- {one.name}, {one.what}: {one.why}." for one in missed]
    return "\n".join(["Why what is missed is missed:", "", *lines, ""]) if lines else ""
