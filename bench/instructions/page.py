"""The tables of docs/cold-starts.md."""

import sys
from collections.abc import Mapping, Sequence

from bench.bars import Bar, stacked
from bench.costs.markdown import table
from bench.instructions import floors, starts
from bench.instructions.parts import PARTS, whole
from bench.instructions.starts import Built, Starts
from bench.instructions.targets import targets
from bench.instructions.walls import STARTS, Wall
from bench.targets import HEADING, reasons
from infra.resources import layers_of
from layers.bundling.inputs import ROOT

PAGE = ROOT / "docs" / "cold-starts.md"
CHART = ROOT / "docs" / "charts" / "cold-starts.svg"
COLOURS = dict(
    zip(
        PARTS,
        ("#8a8f98", "#4a9c6d", "#3b6fb6", "#c2427f", "#7a55b5", "#d4b12c", "#5f4b3a", "#5bb5c9", "#e58a2f"),
        strict=True,
    )
)
_FLOORS = {floor.name for floor in floors.FLOORS}
BEGIN, END = "<!-- begin: python -m bench instructions -->", "<!-- end -->"


def told(found: Starts, walls: Mapping[str, Wall], built: Built, warm: Mapping[str, int]) -> str:
    tables = (
        _head(found),
        floors_table(found, walls),
        handlers_table(found, walls),
        parts_table("M", _in_millions(found)),
        parts_table("best ms", {name: wall.parts for name, wall in walls.items()}),
        _layers(built),
        _facts(built),
        _warm(warm),
    )
    return "\n\n".join("\n".join(lines) for lines in tables)


def targets_table(found: Starts, built: Built, warm: Mapping[str, int]) -> str:
    """Beside what the project set out to reach."""
    every = list(targets(found, built, warm))
    return f"\n\n### Targets\n\n{table(HEADING, [one.cells for one in every])}\n\n{reasons(every)}".rstrip()


def write(text: str, drawn: str) -> None:
    CHART.write_text(drawn)
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def _head(found: Starts) -> list[str]:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    [(name, count)] = found.by_themselves.items()
    return [
        f"Python {version}, millions of instructions (M), from a started interpreter on. Milliseconds are from the"
        f" first line it runs to the last, the best and the median of {STARTS} fresh processes by turns: of the machine"
        " that ran them and what else it did meanwhile, and not AWS's. What is measured is loaded package by package,"
        f" so that each is paid for by itself; loaded in its own order, {name} takes {_millions(count)} M instead of"
        f" {_millions(found.handlers[name])}."
    ]


def floors_table(found: Starts, walls: Mapping[str, Wall]) -> list[str]:
    rows = [
        f"| {name} | {_millions(count)} | {count / found.floor:.2f} | {_wall(walls[name])} |"
        for name, count in found.floors.items()
    ]
    head = "| an AWS client, Powertools' router, pydantic with one model | M | of the floor | best ms | median ms |"
    return [head, "|---|--:|--:|--:|--:|", *rows]


def handlers_table(found: Starts, walls: Mapping[str, Wall]) -> list[str]:
    installed = found.floors[floors.INSTALLED.name]
    rows = [
        f"| {name} | {_millions(count)} | {count / found.floor:.2f} | {count / installed:.2f} | {_wall(walls[name])} |"
        for name, count in sorted(found.handlers.items(), key=lambda item: -item[1])
    ]
    head = "| function | M | of the floor, botocore | of boto3 as pip installs it | best ms | median ms |"
    return [head, "|---|--:|--:|--:|--:|--:|", *rows]


def _wall(wall: Wall) -> str:
    return f"{wall.best:.0f} | {wall.median:.0f}"


def parts_table(unit: str, every: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Rows add up; the floors, which are rows as well, are made of the same parts."""
    rows = {name: whole(parts) for name, parts in _largest_first(every)}
    shown = [part for part in PARTS if any(row[part] for row in rows.values())]
    cells: list[list[str | int]] = [
        [name, *(row[part] for part in shown), sum(row.values())] for name, row in rows.items()
    ]
    head = f"| {unit} | {' | '.join(shown)} | all |"
    return [head, "|---" + "|--:" * (len(shown) + 1) + "|", *map(_row, cells)]


def _row(cells: Sequence[str | int]) -> str:
    return f"| {' | '.join(cell if isinstance(cell, str) else f'{cell:,}' for cell in cells)} |"


def chart(found: Starts) -> str:
    """The table of instructions."""
    every = [
        Bar(name, parts, f"{sum(parts.values()):,.0f} M")
        for name, parts in _largest_first(_in_millions(found))
    ]
    return stacked("Instructions of each start, by whose code runs", COLOURS, every)


def _in_millions(found: Starts) -> dict[str, dict[str, float]]:
    return {name: {part: count / 1e6 for part, count in parts.items()} for name, parts in found.parts.items()}


def _largest_first(every: Mapping[str, Mapping[str, float]]) -> list[tuple[str, Mapping[str, float]]]:
    named = {f"floor: {name}" if name in _FLOORS else name: parts for name, parts in every.items()}
    return sorted(named.items(), key=lambda item: -sum(item[1].values()))


def _layers(built: Built) -> list[str]:
    rows = [
        f"| {name} | {size / 1e6:.1f} | {', '.join(_who(name)) or 'all'} |"
        for name, size in built.sizes.items()
    ]
    return ["| bundle | zipped MB | mounted by |", "|---|--:|---|", *rows]


def _who(layer: str) -> Sequence[str]:
    mounting = [name for name in starts.FUNCTIONS if layer in layers_of(name)]
    return [] if layer == "functions" or len(mounting) == len(starts.FUNCTIONS) else mounting


def _facts(built: Built) -> list[str]:
    return [
        f"Sources compiled by importing all of them: {len(built.compiled)}. "
        f"Reading the authorities of a connection to AWS: {built.authorities_ms:.1f} ms on this machine."
    ]


def _warm(warm: Mapping[str, int]) -> list[str]:
    rows = [f"| {name} | {count / 1e6:.2f} |" for name, count in warm.items()]
    return ["| once it is warm, without the network | M |", "|---|--:|", *rows]


def _millions(count: int) -> str:
    return f"{count / 1e6:,.0f}"
