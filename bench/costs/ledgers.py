"""The ledger that the tests keep, read."""

from dataclasses import dataclass
from pathlib import Path

from bench.costs.markdown import read_table, section
from bench.costs.model import Usage

ROOT = Path(__file__).parents[2]
LEDGER = ROOT / "tests" / "costs" / "ledger.md"
# Its sections, each a table of its own.
CHANNELS, RUNS = "Runs, by the channel of their message", "Runs, by the shape of their workflow"
CROWDS = "Runs that share a page"
OPERATIONS, IDLE = "Everything else", "What stands there all the time"


@dataclass(frozen=True)
class Ledgers:
    """`runs` are one recipient's part of a run: of nothing but a message by its channel, and by the workflow's shape.
    `idle` is what is there all the time."""

    channels: dict[str, Usage]
    shapes: dict[str, Usage]
    operations: dict[str, Usage]
    idle: dict[str, Usage]

    @property
    def runs(self) -> dict[str, Usage]:
        return self.channels | self.shapes


def load_ledgers(file: Path = LEDGER) -> Ledgers:
    text = file.read_text()

    def rows(title: str) -> dict[str, Usage]:
        return dict(read_table(section(text, title)))

    return Ledgers(rows(CHANNELS), rows(RUNS) | rows(CROWDS), rows(OPERATIONS), rows(IDLE))
