"""Peers that work a recipient at a time: the processes of each, and what a trigger takes them.

They are in `others/`. Their tables are those of the hand-rolled service, in the same PostgreSQL, a schema apart.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from itertools import count
from subprocess import Popen
from uuid import NAMESPACE_URL, uuid5

from bench import job
from bench.baseline.figures import Taken
from bench.baseline.others.triggers import Trigger
from bench.baseline.postgres import psql
from bench.baseline.processes import cpu_of, family, python, running
from bench.baseline.redis import redis
from bench.baseline.servers import SCHEMA, WORKERS
from local.console import LocalError

PACKAGE = "bench.baseline.others"
PATIENCE = 60
FEWER, FEWEST = 500, 100  # recipients of a trigger: each of them works for itself, and takes its time
TABLES = f"""
create schema others;
set search_path to others;
{SCHEMA.read_text()}
insert into users select * from public.users;
insert into workflows select * from public.workflows;
analyze users, workflows;"""
UNTIL_TOLD = """
set statement_timeout = '{patience}s';
do $$ begin
    while (select count(*) from messages where trigger_id = '{trigger}') < {recipients}
    loop perform pg_sleep(0.02); end loop;
end $$;"""


def _nothing() -> AbstractContextManager[Mapping[str, str]]:
    return nullcontext({})


@dataclass(frozen=True)
class Kind:
    """`recipients` are those of a trigger; `limit` is what we set out to need at most, as a multiple of its work;
    `needs` runs what it needs beside PostgreSQL and says how to reach that; `workers` is the command of those who do
    what the process in front hands over."""

    name: str
    module: str
    recipients: int
    limit: float
    needs: Callable[[], AbstractContextManager[Mapping[str, str]]] = _nothing
    workers: Sequence[str] = ()


CONSUMER = ("huey.bin.huey_consumer", f"{PACKAGE}.with_huey.queue", "-k", "process", "-w", str(WORKERS), "-q")
KINDS = (
    Kind("huey, a job for each", "with_huey", FEWER, 0.3, redis, CONSUMER),
    Kind("Django, a row for each", "with_django", FEWER, 0.3),
    Kind("DBOS, a workflow for each", "with_dbos", FEWEST, 0.03),
)


class Other:
    """One of them, running."""

    def __init__(
        self, kind: Kind, reach: Mapping[str, str], front: Popen[str], workers: Sequence[int]
    ) -> None:
        self.kind = kind
        self._reach, self._front, self._processes = reach, front, [front.pid, *workers]
        self._numbers = count()
        self._hear()

    def fan_out(self) -> Taken:
        """One trigger, until the last of its recipients has been told."""
        trigger = self._trigger(next(self._numbers))
        before, begun = self._cpu(), time.perf_counter()
        self._ask(trigger)
        self._sql(
            UNTIL_TOLD.format(patience=PATIENCE, trigger=trigger.id, recipients=len(trigger.recipients))
        )
        return Taken(len(trigger.recipients), time.perf_counter() - begun, self._cpu() - before)

    def shown(self) -> str:
        """The body of a message of the first trigger."""
        message = f"trigger_id = '{self._trigger(0).id}' and user_id = '{job.user_id(job.READER)}'"
        return self._sql(f"select blocks -> 0 ->> 'rendered' from messages where {message};")

    def _trigger(self, number: int) -> Trigger:
        """Its id is the same for the same number."""
        trigger_id = str(uuid5(NAMESPACE_URL, f"{self.kind.name}/{number}"))
        body = job.trigger(range(self.kind.recipients))
        return Trigger(trigger_id, job.WORKFLOW, body["data"], body["recipients"])

    def _ask(self, trigger: Trigger) -> None:
        if self._front.stdin:
            self._front.stdin.write(json.dumps(asdict(trigger)) + "\n")
            self._front.stdin.flush()
        self._hear()

    def _hear(self) -> None:
        if not self._front.stdout or not self._front.stdout.readline():
            raise LocalError(f"the peer with {self.kind.name} ended; what it said is above")

    def _cpu(self) -> float:
        return sum(cpu_of(each) for one in self._processes for each in family(one))

    def _sql(self, sql: str) -> str:
        return psql(self._reach, sql)


@contextmanager
def others(reach: Mapping[str, str]) -> Iterator[tuple[list[Other], list[str]]]:
    """Those that can run here, and a sentence about each that cannot. The users and the workflow are those of the
    hand-rolled service."""
    psql(reach, TABLES)
    with ExitStack() as stack:
        yield those_that_start(stack, KINDS, {**reach, "PGOPTIONS": "-c search_path=others"})


def those_that_start(
    stack: ExitStack, kinds: Iterable[Kind], reach: Mapping[str, str]
) -> tuple[list[Other], list[str]]:
    found, left_out = [], []
    for kind in kinds:
        try:
            found.append(stack.enter_context(_started(kind, reach)))
        except LocalError as error:
            left_out.append(f"{kind.name}: {error}")
    return found, left_out


@contextmanager
def _started(kind: Kind, reach: Mapping[str, str]) -> Iterator[Other]:
    with ExitStack() as stack:
        variables = {**reach, **stack.enter_context(kind.needs())}
        commands = [python(*kind.workers)] if kind.workers else []
        workers = [stack.enter_context(running(command, variables)).pid for command in commands]
        front = stack.enter_context(running(python(f"{PACKAGE}.front", kind.module), variables, asked=True))
        yield Other(kind, reach, front, workers)
