"""A ledger is a table that people read and a test that holds the code to it."""

import os
from collections.abc import Mapping, Sequence
from difflib import unified_diff
from pathlib import Path

import pytest

from bench.costs.markdown import table

FOLDER = Path(__file__).parent

CHANGED = """Something else costs than {ledger} says (- then, + now):

{diff}

If that is meant, say in the review what is bought with it and write the ledger anew:

    TOCSIN_RECORD=1 make test ARGS=tests/costs
"""


def hold_to(
    name: str, head: str, what: str, columns: Sequence[str], costs: Mapping[str, Sequence[float]]
) -> None:
    """Fails where the ledger of that name says something else; with TOCSIN_RECORD it is written anew."""
    ledger = FOLDER / name
    rows = [[row, *(f"{cost:.4g}" for cost in counts)] for row, counts in costs.items()]
    told = f"{head}\n{table([what, *columns], rows)}\n"
    if os.environ.get("TOCSIN_RECORD"):
        ledger.write_text(told)
    then = ledger.read_text().splitlines() if ledger.exists() else []
    diff = "\n".join(unified_diff(then, told.splitlines(), "then", "now", n=0, lineterm=""))
    if diff:
        shown = ledger.relative_to(FOLDER.parents[1])
        pytest.fail(CHANGED.format(ledger=shown, diff=diff), pytrace=False)
