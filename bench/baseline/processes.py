"""Programs of the peers, in the environment that is theirs, and what they have worked."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.console import LocalError
from local.interrupts import uninterrupted

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv-baseline"
PYTHON = VENV / "bin" / "python"
PATIENCE = 30.0


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module there."""
    return [str(PYTHON), "-m", module, *arguments]


@contextmanager
def running(
    command: Sequence[str], variables: Mapping[str, str] | None = None, *, asked: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """As long as the block runs. What goes wrong there is said on our standard error; only a program that is `asked`
    is listened to."""
    process = subprocess.Popen(
        command,
        env=_environment(variables),
        cwd=ROOT,
        stdin=subprocess.PIPE if asked else subprocess.DEVNULL,
        stdout=subprocess.PIPE if asked else subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with uninterrupted():
            _end(process)


def ran_to_its_end(command: Sequence[str], variables: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=_environment(variables), cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise LocalError(f"`{' '.join(command)}` failed:\n{(done.stdout + done.stderr).strip()}")


def cpu_of(process: int) -> float:
    """By Linux's clock of that process, which counts nanoseconds where /proc counts hundredths of seconds."""
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:
        raise LocalError("a process of the baseline has ended; what it said is above") from None


def family(process: int) -> list[int]:
    """It and those that it has started, and they. Linux tells whom each thread has started."""
    started = [path.read_text().split() for path in Path(f"/proc/{process}/task").glob("*/children")]
    return [process, *(each for one in started for child in one for each in family(int(child)))]


def _environment(variables: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **(variables or {})}


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in filter(None, (process.stdin, process.stdout)):
        pipe.close()
