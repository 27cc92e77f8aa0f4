"""Charts as SVG, the same for the same numbers: no dates, no ids by chance. They are read on white and on black."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.load.figures import Curve, Race, Spread
from bench.load.tables import TARGET, number

INK, OURS, FLOOR, GRID = "#24292f", "#0b6e99", "#9aa5b1", "#d0d7de"
WIDEST_NAME = 6.4
STYLE = {
    "svg.hashsalt": "tocsin",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GRID,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": GRID,
    "figure.facecolor": "white",
}


def draw_curve(curve: Curve, into: Path) -> None:
    """A panel for each column, over the same sizes."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(max(4.2 * len(curve.columns), WIDEST_NAME), 3.4))
        panels = figure.subplots(1, len(curve.columns), squeeze=False)
        for place, (axes, column) in enumerate(zip(panels[0], curve.columns, strict=True)):
            _line(
                axes,
                *(
                    {size: point[place] for size, point in some.items()}
                    for some in (curve.points, curve.earlier)
                ),
            )
            axes.set_title(column, loc="left")
            axes.set_xlabel(curve.of)
        figure.suptitle(curve.name, x=0.01, ha="left", fontweight="bold")
        _save(figure, into)


def _line(axes: Any, measured: Mapping[int, float], earlier: Mapping[int, float]) -> None:
    """From nothing up, so that what is flat looks flat. An earlier run's points are lighter, and lead on from these."""
    values = {**measured, **earlier}
    onwards = [size for size in values if size in earlier or size == max(measured)]
    axes.plot(onwards, [values[size] for size in onwards], color=FLOOR, marker="o", linestyle="--")
    axes.plot(list(measured), list(measured.values()), color=OURS, marker="o", linewidth=2)
    axes.set_xscale("log")
    axes.set_xticks(list(values), list(map(_short, values)))
    axes.minorticks_off()
    axes.set_ylim(0, max(values.values()) * 1.25)
    axes.grid(axis="y")
    for size, value in values.items():
        axes.annotate(
            number(value), (size, value), (0, 7), textcoords="offset points", ha="center", fontsize=9
        )


def _short(size: int) -> str:
    return f"{size // 1000}k" if size >= 1000 else str(size)


def draw_races(races: Sequence[Race], into: Path) -> None:
    """Our speed as a share of the floor's, a bar for each race with the spread of its rounds."""
    speeds = [race.speed() for race in races]
    places = range(len(races))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 0.5 * len(races) + 1.4))
        axes = figure.subplots()
        axes.barh(places, [speed.middle for speed in speeds], color=OURS, height=0.6, xerr=_whiskers(speeds))
        axes.axvline(1, color=FLOOR, linewidth=2)
        axes.axvline(TARGET, color=FLOOR, linewidth=1, linestyle="--")
        axes.set_yticks(places, [race.what.name for race in races])
        axes.invert_yaxis()
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        axes.set_xlabel(f"our speed as a share of the floor's; dashed: the target of {TARGET}")
        _save(figure, into)


def _whiskers(speeds: Sequence[Spread]) -> list[list[float]]:
    return [
        [speed.middle - speed.lowest for speed in speeds],
        [speed.highest - speed.middle for speed in speeds],
    ]


def _save(figure: Figure, into: Path) -> None:
    into.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(into, metadata={"Date": None})
