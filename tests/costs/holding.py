"""The ledger is a file of tables that people read, and tests hold the code to it, each to a section of its own."""

import os
from collections.abc import Mapping, Sequence
from difflib import unified_diff

import pytest

from bench.costs.ledgers import LEDGER, ROOT
from bench.costs.markdown import table, with_table

CHANGED = """Something else costs than {ledger} says (- then, + now):

{diff}

If that is meant, say in the review what is bought with it and write the ledger anew:

    make ledger
"""


def hold_to(section: str, what: str, columns: Sequence[str], costs: Mapping[str, Sequence[float]]) -> None:
    """Fails where that section of the ledger says something else; with TOCSIN_RECORD its table is written anew."""
    rows = [[row, *(f"{cost:.4g}" for cost in counts)] for row, counts in costs.items()]
    then = LEDGER.read_text()
    now = with_table(then, section, table([what, *columns], rows))
    if os.environ.get("TOCSIN_RECORD"):
        LEDGER.write_text(now)
        return
    diff = "\n".join(unified_diff(then.splitlines(), now.splitlines(), "then", "now", n=0, lineterm=""))
    if diff:
        pytest.fail(CHANGED.format(ledger=LEDGER.relative_to(ROOT), diff=diff), pytrace=False)
