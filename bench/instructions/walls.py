"""The same starts by the clock: of this machine, and of whatever else it does meanwhile, so the best of several."""

import subprocess
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from bench.instructions.cachegrind import INTERPRETER, environment

STARTS = 5
_TIMED = """
import time
started = time.perf_counter()
{program}
print(time.perf_counter() - started)
import os, sys
sys.stdout.flush()
os._exit(0)
"""


class Start(NamedTuple):
    """What is to be timed."""

    program: str
    variables: Mapping[str, str]
    path: str


class Wall(NamedTuple):
    """Milliseconds."""

    best: float
    median: float


def timed(starts: Sequence[Start], times: int = STARTS) -> list[Wall]:
    """Each in fresh processes, one after the other and all by turns, so that what slows the machine slows them all."""
    rounds = [[_milliseconds(start) for start in starts] for _ in range(times)]
    return [Wall(min(found), median(found)) for found in zip(*rounds, strict=True)]


def _milliseconds(start: Start) -> float:
    """From the first line of a started interpreter to the last."""
    program = _TIMED.format(program=start.program)
    done = subprocess.run(
        [*INTERPRETER, program],
        env=environment(start.variables, start.path),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1]) * 1000
