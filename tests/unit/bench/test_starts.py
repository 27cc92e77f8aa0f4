"""Starts beside their floors, and by the clock."""

from pathlib import Path

from bench.instructions import floors, page
from bench.instructions.starts import Starts
from bench.instructions.walls import Start, Wall, timed


def test_a_handler_is_told_as_a_share_of_both_floors() -> None:
    found = Starts(
        {"users": 1_200_000_000}, {floors.OURS.name: 10**9, floors.INSTALLED.name: 1_500_000_000}, {}
    )

    rows = page.handlers_table(found, {"users": Wall(best=190.4, median=201.6)})

    assert rows[-1] == "| users | 1,200 | 1.20 | 0.80 | 190 | 202 |"


def test_starts_are_timed_by_turns_in_processes_of_their_own(tmp_path: Path) -> None:
    turns = tmp_path / "turns"
    note = "import os; open(os.environ['TURNS'], 'a').write(f'{os.environ[\"NAME\"]}{os.getpid()} ')"
    starts = [Start(note, {"TURNS": str(turns), "NAME": name}, str(tmp_path)) for name in "ab"]

    walls = timed(starts, times=3)

    told = turns.read_text().split()
    assert [turn[0] for turn in told] == ["a", "b", "a", "b", "a", "b"]
    assert len(set(told)) == 6, "a process each"
    assert all(0 < wall.best <= wall.median for wall in walls)
