"""The tables of docs/cold-starts.md."""

import sys
from collections.abc import Mapping, Sequence

from bench.costs.markdown import table
from bench.instructions import floors, starts
from bench.instructions.starts import Built, Starts
from bench.instructions.targets import targets
from bench.instructions.walls import STARTS, Wall
from bench.targets import HEADING, reasons
from infra.resources import layers_of
from layers.bundling.inputs import ROOT

PAGE = ROOT / "docs" / "cold-starts.md"
BEGIN, END = "<!-- begin: python -m bench instructions -->", "<!-- end -->"


def told(found: Starts, walls: Mapping[str, Wall], built: Built, warm: Mapping[str, int]) -> str:
    tables = (
        _head(),
        floors_table(found, walls),
        handlers_table(found, walls),
        _parts(found),
        _layers(built),
        _facts(built),
        _warm(warm),
    )
    return "\n\n".join("\n".join(lines) for lines in tables)


def targets_table(found: Starts, built: Built, warm: Mapping[str, int]) -> str:
    """Beside what the project set out to reach."""
    every = list(targets(found, built, warm))
    return f"\n\n### Targets\n\n{table(HEADING, [one.cells for one in every])}\n\n{reasons(every)}".rstrip()


def write(text: str) -> None:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def _head() -> list[str]:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [
        f"Python {version}, millions of instructions (M), net of the bare interpreter. Milliseconds are from the first"
        f" line that a started interpreter runs to the last, the best and the median of {STARTS} fresh processes by"
        " turns: of the machine that ran them and what else it did meanwhile, and not AWS's."
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


def _parts(found: Starts) -> list[str]:
    rows = [f"| {name} | {_millions(count)} |" for name, count in found.parts.items()]
    ours = [
        f"| our modules: {name} | {_millions(found.handlers[name] - _below(found, name))} |"
        for name in ("users", "run_steps")
        if name in found.handlers
    ]
    return ["| each on top of those before it | M |", "|---|--:|", *rows, *ours]


def _below(found: Starts, name: str) -> int:
    """A worker has no router, and whoever renders nothing has no Liquid."""
    left_out = "Powertools" if name == "run_steps" else "Liquid"
    return sum(count for part, count in found.parts.items() if part != left_out)


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
