"""Runs the peer: starts its web process and its workers. `make bench` has installed what it needs."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.baseline.postgres import postgres, psql
from local.console import LocalError
from local.interrupts import uninterrupted
from local.ports import answers, any_free_port
from local.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv-baseline"
PYTHON = VENV / "bin" / "python"
SERVICE = "bench.baseline.service"
WORKERS = 2
PATIENCE = 30.0


@dataclass(frozen=True)
class Servers:
    """`processes` are the application's, without the database."""

    url: str
    token: str
    reach: Mapping[str, str]
    processes: Sequence[int]

    def cpu(self) -> float:
        """Seconds that the application has worked so far, user and system time of all its threads."""
        return sum(map(cpu_of, self.processes))


def cpu_of(process: int) -> float:
    """By Linux's clock of that process, which counts nanoseconds where /proc counts hundredths of seconds."""
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:
        raise LocalError("a process of the baseline has ended; what it said is above") from None


def require() -> None:
    """Raises LocalError where it cannot run."""
    if not sys.platform.startswith("linux"):
        raise LocalError(
            "the baseline reads the clocks of its processes as only Linux has them; run it there"
        )
    if not PYTHON.exists():
        raise LocalError("the baseline is not installed; run: python3 local/bootstrap.py bench")


@contextmanager
def servers() -> Iterator[Servers]:
    """PostgreSQL, one web process and the workers, as long as the block runs."""
    with ExitStack() as stack:
        reach = stack.enter_context(postgres())
        port, token = any_free_port(), secrets.token_hex(16)
        variables = {**reach, "API_TOKEN": token, "PYTHONPATH": str(ROOT)}
        _run(
            [str(PYTHON), "-m", "procrastinate", "-a", f"{SERVICE}.database.queue", "schema", "--apply"],
            variables,
        )
        psql(reach, (ROOT / "bench" / "baseline" / "service" / "schema.sql").read_text())
        web = [
            "uvicorn",
            f"{SERVICE}.app:app",
            "--port",
            str(port),
            "--no-access-log",
            "--log-level",
            "warning",
        ]
        pids = [stack.enter_context(_running(web, variables))]
        pids += [stack.enter_context(_running([f"{SERVICE}.worker"], variables)) for _ in range(WORKERS)]
        if not wait_until(lambda: answers(port), PATIENCE):
            raise LocalError("the baseline's web server did not start; what it said is above")
        yield Servers(f"http://127.0.0.1:{port}", token, reach, pids)


@contextmanager
def _running(module: Sequence[str], variables: Mapping[str, str]) -> Iterator[int]:
    """A Python process of the peer; what goes wrong there is said on our standard error."""
    process = subprocess.Popen(
        [str(PYTHON), "-m", *module],
        env={**os.environ, **variables},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process.pid
    finally:
        with uninterrupted():
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _run(command: Sequence[str], variables: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command, env={**os.environ, **(variables or {})}, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise LocalError(f"`{' '.join(command)}` failed:\n{(done.stdout + done.stderr).strip()}")
