"""Starts beside their floors, split by whose code runs, and by the clock."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.instructions import floors, page
from bench.instructions.cachegrind import MISSING, environment, is_available
from bench.instructions.marks import counts_of_steps
from bench.instructions.parts import (
    BOTOCORE,
    CLIENT,
    LIQUID,
    OTHERS,
    OUR_MODULES,
    PARTS,
    PYDANTIC,
    PYTHON,
    Split,
    Start,
    Step,
    part_of,
    split,
    sums,
    whole,
)
from bench.instructions.starts import Starts
from bench.instructions.walls import Wall, timed

STEPS = [Step(PYTHON, ""), Step(OUR_MODULES, ""), Step(PYTHON, "")]


def _found(**handlers: dict[str, int]) -> Starts:
    nothing = dict.fromkeys(PARTS, 0)
    floor = nothing | {BOTOCORE: 600_000_000, PYDANTIC: 400_000_000}
    return Starts(
        {name: sum(parts.values()) for name, parts in handlers.items()},
        {floors.OURS.name: 10**9, floors.INSTALLED.name: 1_500_000_000},
        {floors.OURS.name: floor} | {name: nothing | parts for name, parts in handlers.items()},
        {},
    )


def test_a_handler_is_told_as_a_share_of_both_floors() -> None:
    found = _found(users={OUR_MODULES: 1_200_000_000})

    rows = page.handlers_table(found, {"users": Wall(best=190.4, median=201.6, parts={})})

    assert rows[-1] == "| users | 1,200 | 1.20 | 0.80 | 190 | 202 |"


@pytest.mark.parametrize(
    ("module", "part"),
    [
        ("json.decoder", PYTHON),
        ("_sysconfigdata__linux_x86_64-linux-gnu", PYTHON),
        ("botocore.session", BOTOCORE),
        ("pydantic_core", PYDANTIC),
        ("markdown_it.main", LIQUID),
        ("simplejson", OTHERS),
        ("tocsin.domain.runs", OUR_MODULES),
        ("functions.users.handler", OUR_MODULES),
    ],
)
def test_a_module_is_its_packages(module: str, part: str) -> None:
    assert part_of(module) == part


def test_what_others_wrote_is_loaded_by_package_and_ours_at_the_end() -> None:
    then = (Step(CLIENT, "make()"), Step(OUR_MODULES, "import functions.users.handler"))
    start = Start("import functions.users.handler", then, {}, "")
    loaded = [
        "dataclasses",
        "tocsin.starting",
        "tocsin",
        "pydantic",
        "tocsin.ids",
        "socket",
        "botocore",
        "ssl",
    ]

    steps = split(start, [*loaded, "functions.users.handler"]).steps

    assert [(step.part, step.program.replace("__import__", "")) for step in steps] == [
        (PYTHON, "('dataclasses')"),
        (OUR_MODULES, "('tocsin.starting')\n('tocsin')"),
        (PYTHON, "('socket')\n('ssl')"),
        (BOTOCORE, "('botocore')"),
        (PYDANTIC, "('pydantic')"),
        *then,
    ]


def test_what_steps_spend_adds_up_by_part() -> None:
    spent = sums(STEPS, [5, 20, 7])

    assert {part: amount for part, amount in spent.items() if amount} == {PYTHON: 12, OUR_MODULES: 20}
    assert sum(spent.values()) == 32


def test_a_mark_that_is_not_ours_is_not_counted_as_a_step() -> None:
    with pytest.raises(ValueError, match="longer"):
        sums(STEPS, [5, 20, 7, 1])


def test_rounded_parts_add_up_to_the_rounded_sum() -> None:
    assert whole({"a": 10.4, "b": 0.4, "c": 3.45}) == {"a": 10, "b": 0, "c": 4}
    assert whole({"a": 0.6, "b": 0.6, "c": 0.0}) == {"a": 1, "b": 0, "c": 0}


def test_rows_of_parts_show_what_some_start_has_and_add_up() -> None:
    found = _found(users={BOTOCORE: 600_400_000, OUR_MODULES: 600_400_000})

    table = page.parts_table(
        "M", {name: {part: n / 1e6 for part, n in row.items()} for name, row in found.parts.items()}
    )

    assert table == [
        "| M | botocore | pydantic | ours | all |",
        "|---|--:|--:|--:|--:|",
        "| users | 601 | 0 | 600 | 1,201 |",
        "| floor: botocore, of our bundle | 600 | 400 | 0 | 1,000 |",
    ]


def test_a_chart_has_a_bar_for_each_start() -> None:
    drawn = ElementTree.fromstring(page.chart(_found(users={OUR_MODULES: 1_200_000_000})))

    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[: len(PARTS)] == list(PARTS)
    assert texts[len(PARTS) :] == ["users", "1,200 M", f"floor: {floors.OURS.name}", "1,000 M"]


def test_starts_are_timed_by_turns_in_processes_of_their_own(tmp_path: Path) -> None:
    turns = tmp_path / "turns"
    note = Step(OUR_MODULES, "open(os.environ['TURNS'], 'a').write(f'{os.environ[\"NAME\"]}{os.getpid()} ')")
    splits = [
        Split([note, Step(PYTHON, "import json")], {"TURNS": str(turns), "NAME": name}, str(tmp_path))
        for name in "ab"
    ]

    walls = timed(splits, times=3)

    told = turns.read_text().split()
    assert [turn[0] for turn in told] == ["a", "b", "a", "b", "a", "b"]
    assert len(set(told)) == 6, "a process each"
    for wall in walls:
        assert 0 < wall.best == sum(wall.parts.values()) <= wall.median
        assert wall.parts[PYTHON] > 0 < wall.parts[OUR_MODULES]


@pytest.mark.skipif(not is_available(), reason=MISSING)
def test_each_step_is_counted_by_itself() -> None:
    loop = "for number in range({}): number + number"
    little, much = counts_of_steps(
        [Step(PYTHON, loop.format(1_000)), Step(OUR_MODULES, loop.format(10_000))], environment({}, "none")
    )

    assert 8 < much / little < 11
