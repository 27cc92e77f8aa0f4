"""What is made of measured numbers: shares, turns, ratios and tables."""

import doctest
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bench.load import figures, tables
from bench.load.figures import Curve, Race, Spread, What, Worked, between, by_turns, percentile
from bench.load.kept import Kept, keep_each, read
from local.console import LocalError

RATES = Race(What("triggers", "/s"), ours=[50, 80, 60], floor=[100, 100, 100])
TIMES = Race(What("latency", "ms", more_is_better=False), ours=[400, 300], floor=[200, 300])


@pytest.mark.parametrize("module", [figures, tables])
def test_the_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_a_p99_of_a_hundred_is_the_slowest_but_one() -> None:
    assert percentile(list(range(100, 0, -1)), 0.99) == 99


def test_of_few_values_the_p99_is_the_slowest() -> None:
    assert percentile([7.0, 9.0, 8.0], 0.99) == 9.0


def test_each_has_its_turn_in_each_round_and_goes_first_in_every_other() -> None:
    asked: list[tuple[str, int]] = []

    def asks(name: str, number: int) -> int:
        asked.append((name, number))
        return number

    results = by_turns(3, {name: partial(asks, name) for name in "AB"})

    assert asked == [("A", 0), ("B", 0), ("B", 1), ("A", 1), ("A", 2), ("B", 2)]
    assert results == {"A": [0, 1, 2], "B": [0, 1, 2]}


def test_a_rate_is_a_share_of_the_floors_round_by_round() -> None:
    assert RATES.speed() == Spread(0.6, 0.5, 0.8)


def test_who_takes_twice_as_long_is_half_as_fast() -> None:
    assert TIMES.speed() == Spread(0.75, 0.5, 1.0)


def test_a_table_of_races_says_who_keeps_the_target() -> None:
    lines = tables.of_races([RATES, TIMES]).splitlines()
    assert lines[2:] == [
        "| triggers | 60 /s | 100 /s | 0.60 (0.50 to 0.80) | no |",
        "| latency | 350 ms | 250 ms | 0.75 (0.50 to 1.00) | yes |",
    ]


def test_what_is_not_held_to_the_target_neither_keeps_nor_misses_it() -> None:
    work = Race(What("work", "µs", more_is_better=False, held=False), ours=[10], floor=[1])
    assert tables.of_races([work]).splitlines()[-1] == "| work | 10 µs | 1 µs | 0.10 (0.10 to 0.10) |  |"


def test_what_misses_the_target_is_told_with_what_its_rows_alone_leave() -> None:
    missed = Race(RATES.what, RATES.ours, RATES.floor, alike=[70, 80, 90])
    met = Race(RATES.what, [90], [100], alike=[80])
    [told] = tables.missed([missed, met, RATES])
    assert told == (
        "Missed, triggers: the floor with rows as ours reaches 0.80 (0.70 to 0.90) of the floor's speed itself."
    )


def test_a_table_of_a_curve_has_a_row_for_each_size() -> None:
    curve = Curve("feed", "A feed", "items", ["ms", "units"], {1: [20.04, 1.0], 100_000: [1234.5, 6.0]})
    assert tables.of_curve(curve).splitlines() == [
        "| items | ms | units |",
        "| --- | ---: | ---: |",
        "| 1 | 20 | 1 |",
        "| 100,000 | 1,234 | 6 |",
    ]


def test_points_of_an_earlier_full_run_are_marked_in_the_table() -> None:
    curve = Curve("feed", "A feed", "items", ["ms"], {1: [20.0]}, earlier={100_000: [2500.0]})
    assert tables.of_curve(curve).splitlines()[2:] == ["| 1 | 20 |", "| 100,000 \\* | 2,500 |"]


def test_what_a_full_run_kept_is_read_again(tmp_path: Path) -> None:
    kept = Kept("2026-01-01", "2 cores", {"feed": {100_000: [2500.0]}})
    kept.write(tmp_path / "growth.json")
    assert read(tmp_path / "growth.json") == kept


def test_what_is_known_is_kept_though_the_next_breaks_off(tmp_path: Path) -> None:
    def curves() -> Iterator[Curve]:
        yield Curve("feed", "A feed", "items", ["ms"], {100_000: [2500.0]})
        raise LocalError("patience ended")

    with pytest.raises(LocalError):
        keep_each(curves(), "2026-01-01", "2 cores", tmp_path / "growth.json")
    assert read(tmp_path / "growth.json") == Kept("2026-01-01", "2 cores", {"feed": {100_000: [2500.0]}})


def test_kept_points_are_added_where_nothing_was_measured_now() -> None:
    feed = Curve("feed", "A feed", "items", ["ms"], {1: [20.0], 10: [21.0]})
    kept = Kept("2026-01-01", "2 cores", {"feed": {10: [99.0], 100_000: [2500.0]}, "gone": {1: [1.0]}})
    assert kept.added_to([feed]) == [replace(feed, earlier={100_000: [2500.0]})]


def test_work_is_counted_by_function_whoever_began_or_ended_meanwhile() -> None:
    before = {1: Worked("run", 2.0), 2: Worked("run", 5.0)}
    after = {1: Worked("run", 2.5), 3: Worked("run", 0.25), 4: Worked("accept", 1.0)}
    assert between(before, after) == {"run": 0.75, "accept": 1.0}
