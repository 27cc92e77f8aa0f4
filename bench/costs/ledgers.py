"""The ledgers that the tests keep, read."""

from dataclasses import dataclass
from pathlib import Path

from bench.costs.markdown import read_table
from bench.costs.model import Usage

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "costs"


@dataclass(frozen=True)
class Ledgers:
    """`runs` are one recipient's part of a run, by the shape of its workflow; `idle` is what is there all the time."""

    runs: dict[str, Usage]
    operations: dict[str, Usage]
    idle: dict[str, Usage]


def load_ledgers(folder: Path = FOLDER) -> Ledgers:
    def rows(name: str) -> dict[str, Usage]:
        return dict(read_table((folder / name).read_text()))

    return Ledgers(
        runs=rows("ledger.md") | rows("crowds.md"), operations=rows("operations.md"), idle=rows("idle.md")
    )
