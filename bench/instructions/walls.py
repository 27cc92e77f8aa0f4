"""The same starts by the clock: of this machine, and of whatever else it does meanwhile, so the best of several."""

import subprocess
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from bench.instructions.cachegrind import INTERPRETER, environment
from bench.instructions.parts import Clock, Split, marked, sums

STARTS = 5
_CLOCK = Clock("import os, sys, time\nreadings = []", "readings.append(time.perf_counter())")
_TELL = "print(*readings); sys.stdout.flush(); os._exit(0)"


class Wall(NamedTuple):
    """Milliseconds; the parts are those of the best, and add up to it."""

    best: float
    median: float
    parts: Mapping[str, float]


def timed(splits: Sequence[Split], times: int = STARTS) -> list[Wall]:
    """Each in fresh processes, one after the other and all by turns, so that what slows the machine slows them all."""
    rounds = [[_milliseconds(split) for split in splits] for _ in range(times)]
    return [_wall(found) for found in zip(*rounds, strict=True)]


def _wall(found: Sequence[Mapping[str, float]]) -> Wall:
    totals = [sum(parts.values()) for parts in found]
    best = min(totals)
    return Wall(best, median(totals), found[totals.index(best)])


def _milliseconds(split: Split) -> dict[str, float]:
    """Of its parts, from the first line of a started interpreter to the last."""
    done = subprocess.run(
        [*INTERPRETER, f"{marked(split.steps, _CLOCK)}\n{_TELL}"],
        env=environment(split.variables, split.path),
        capture_output=True,
        text=True,
        check=True,
    )
    readings = [float(reading) * 1000 for reading in done.stdout.split()]
    return sums(split.steps, [after - before for before, after in pairwise(readings)])
