"""Counts the parts of one warm process, between marks that it sets itself.

Until the first mark the process runs uncounted, five times as fast. Linux' `getpriority`, which no program needs, is
the mark: callgrind writes down what it has counted whenever that is called.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.instructions.cachegrind import CountError

_COMMAND = ("valgrind", "--tool=callgrind", "--instr-atstart=no", "--dump-before=getpriority")
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
    with TemporaryDirectory() as written:
        out = Path(written, "counted")
        command = [*_COMMAND, f"--callgrind-out-file={out}", sys.executable, "-m", module]
        done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise CountError(f"{module} ended with {done.returncode}:\n{done.stderr[-2000:]}")
        dumps = sorted(Path(written).glob("counted.*"), key=lambda dump: int(dump.suffix[1:]))
        totals = [int(_TOTAL.search(dump.read_text()).group(1)) for dump in dumps]  # type: ignore[union-attr]
    return totals[1::2]
