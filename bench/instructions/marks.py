"""Counts the parts of one process, between marks that it sets itself.

Linux' `getpriority`, which no program needs, is the mark: callgrind writes down what it has counted whenever that is
called. A process that warms up first runs uncounted until then, five times as fast.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.instructions.cachegrind import INTERPRETER, STOP, CountError
from bench.instructions.parts import Clock, Step, marked

_COMMAND = ("valgrind", "--tool=callgrind", "--dump-before=getpriority")
_WARM = ("--instr-atstart=no",)
_CLOCK = Clock("import os", "os.getpriority(os.PRIO_PROCESS, 0)")
_TOTAL = re.compile(r"^totals: (\d+)$", re.MULTILINE)


@contextmanager
def counting() -> Iterator[None]:
    """In the process that is counted: what comes now is what the marks are for."""
    subprocess.run(
        ["callgrind_control", "--instr=on", str(os.getpid())], check=True, stdout=subprocess.DEVNULL
    )
    yield
    subprocess.run(
        ["callgrind_control", "--instr=off", str(os.getpid())], check=True, stdout=subprocess.DEVNULL
    )


def counted(part: Callable[[], object], times: int) -> None:
    """Between two marks, so many times."""
    os.getpriority(os.PRIO_PROCESS, 0)
    for _ in range(times):
        part()
    os.getpriority(os.PRIO_PROCESS, 0)


def counts(module: str, env: Mapping[str, str], folder: Path) -> list[int]:
    """Of what a module counts when it is run, part by part. Raises CountError."""
    return _between_marks([*_WARM, sys.executable, "-m", module], env, folder)[::2]


def counts_of_steps(steps: Sequence[Step], env: Mapping[str, str]) -> list[int]:
    """Of each, in a process that does them one after the other. Raises CountError."""
    return _between_marks([*INTERPRETER, f"{marked(steps, _CLOCK)}\n{STOP}"], env)


def _between_marks(command: Sequence[str], env: Mapping[str, str], folder: Path | None = None) -> list[int]:
    with TemporaryDirectory() as written:
        out = Path(written, "counted")
        whole = [*_COMMAND, f"--callgrind-out-file={out}", *command]
        done = subprocess.run(whole, env=env, cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise CountError(f"what is counted ended with {done.returncode}:\n{done.stderr[-2000:]}")
        dumps = sorted(Path(written).glob("counted.*"), key=lambda dump: int(dump.suffix[1:]))
        totals = [int(_TOTAL.search(dump.read_text()).group(1)) for dump in dumps]  # type: ignore[union-attr]
    return totals[1:]
