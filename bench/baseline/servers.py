"""Runs the peer: starts its web process and its workers. `make bench` has installed what it needs."""

import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bench.baseline.postgres import postgres, psql
from bench.baseline.processes import PYTHON, ROOT, cpu_of, python, ran_to_its_end, running
from local.console import LocalError
from local.ports import answers, any_free_port
from local.processes import wait_until

SERVICE = "bench.baseline.service"
SCHEMA = ROOT / "bench" / "baseline" / "service" / "schema.sql"
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
        variables = {**reach, "API_TOKEN": token}
        ran_to_its_end(
            python("procrastinate", "-a", f"{SERVICE}.database.queue", "schema", "--apply"), variables
        )
        psql(reach, SCHEMA.read_text())
        quiet = ("--no-access-log", "--log-level", "warning")
        web = python("uvicorn", f"{SERVICE}.app:app", "--port", str(port), *quiet)
        programs = [web, *[python(f"{SERVICE}.worker")] * WORKERS]
        pids = [stack.enter_context(running(program, variables)).pid for program in programs]
        if not wait_until(lambda: answers(port), PATIENCE):
            raise LocalError("the baseline's web server did not start; what it said is above")
        yield Servers(f"http://127.0.0.1:{port}", token, reach, pids)
