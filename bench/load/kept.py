"""Points of curves that take an emulator minutes: a full run measures them, and others show them with their date."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bench.load.figures import Curve

Points = Mapping[int, Sequence[float]]


@dataclass(frozen=True)
class Kept:
    """By the curve's slug; of one full run."""

    date: str
    machine: str
    points: Mapping[str, Points] = field(default_factory=dict)

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), indent=2) + "\n")

    def added_to(self, curves: Iterable[Curve]) -> list[Curve]:
        """What was measured now stays as it is."""
        return [replace(curve, earlier=self._beyond(curve)) for curve in curves]

    def _beyond(self, curve: Curve) -> Points:
        points = self.points.get(curve.slug, {})
        return {size: point for size, point in points.items() if size not in curve.points}


def keep_each(curves: Iterable[Curve], date: str, machine: str, file: Path) -> None:
    """As soon as it is known: a later one may break off."""
    points: dict[str, Points] = {}
    for curve in curves:
        points[curve.slug] = curve.points
        Kept(date, machine, points).write(file)


def read(file: Path) -> Kept:
    told = json.loads(file.read_text())
    points = {slug: {int(size): one for size, one in some.items()} for slug, some in told["points"].items()}
    return Kept(told["date"], told["machine"], points)
