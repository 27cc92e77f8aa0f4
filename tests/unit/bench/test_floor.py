"""The floor makes the calls that the ledgers say are ours: no more, no fewer, no other ones."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from bench.costs.ledgers import Ledgers, load_ledgers
from bench.costs.model import VERBS, Usage, total
from bench.load.floor.plan import (
    BULK,
    CHANGE,
    FEED,
    LARGE_TRIGGER,
    PAGE,
    RATE,
    RUN,
    RUN_OF_PAGE,
    TRIGGER,
    plan,
)

LEDGERS = load_ledgers()
ASKED = LEDGERS.operations


def calls(of: Iterable[tuple[Usage, int]]) -> dict[str, float]:
    added = total(of)
    return {verb: round(added[verb], 6) for verb in VERBS if round(added.get(verb, 0), 6)}


@pytest.mark.parametrize(
    ("parts", "ours"),
    [
        (("rate", "accept"), [(ASKED[TRIGGER], 1)]),
        (("rate", "accept", "run_one"), [(ASKED[RATE], 1), (LEDGERS.runs[RUN], 1)]),
        (("accept", "run_page"), [(LEDGERS.runs[RUN_OF_PAGE], PAGE)]),
        (("rate", "accept", "spread"), [(ASKED[LARGE_TRIGGER], 1)]),
        (("rate", "accept_bulk", "work"), [(ASKED[BULK], 50)]),
        (("rate", "feed"), [(ASKED[FEED], 1)]),
        (("hear",), [(ASKED[CHANGE], 1)]),
    ],
)
def test_the_parts_of_an_operation_add_up_to_its_row(
    parts: tuple[str, ...], ours: list[tuple[Usage, int]]
) -> None:
    made: Counter[str] = Counter()
    for name in parts:
        made.update(plan(LEDGERS)[name].calls)
    assert made == calls(ours)


def test_a_page_writes_and_reads_as_many_rows_as_ours_pays_for() -> None:
    page, ours = plan(LEDGERS)["run_page"], total([(LEDGERS.runs[RUN_OF_PAGE], PAGE)])
    units = page.writes * (2 if "TransactWriteItems" in page.calls else 1)
    # the trigger itself, with so many names, is two
    assert units == pytest.approx(ours["WRU"] - 2)
    assert page.reads + page.calls.get("GetItem", 0) == pytest.approx(ours["RRU"] - 1)


def test_when_we_make_one_call_more_so_does_the_floor() -> None:
    run = LEDGERS.runs[RUN]
    dearer = _with_run({**run, "GetItem": run["GetItem"] + 1})
    before, after = plan(LEDGERS)["run_one"].calls, plan(dearer)["run_one"].calls
    assert after == {**before, "GetItem": before.get("GetItem", 0) + 1}


def test_a_division_that_leaves_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="'run_one'"):
        plan(_with_run({**LEDGERS.runs[RUN], "PutItem": 0}))


def _with_run(usage: Usage) -> Ledgers:
    return replace(LEDGERS, shapes={**LEDGERS.shapes, RUN: dict(usage)})
