"""What the peer can be asked for, and what it takes it."""

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bench import job
from bench.baseline.figures import Taken
from bench.baseline.postgres import psql
from bench.baseline.servers import Servers
from bench.load.wire import Caller, at_once, seconds
from local.console import LocalError

TRIGGER = f"/v1/workflows/{job.WORKFLOW}/trigger"
READER = job.user_id(0)
CLIENTS = 8
PATIENCE = 60.0
# By the database itself: whoever asks it again and again takes the machine from those who work.
UNTIL_DONE = f"""
set statement_timeout = '{PATIENCE:.0f}s';
do $$ begin
    while exists (select from procrastinate_jobs where task_name like '%notify' and status in ('todo', 'doing'))
    loop perform pg_sleep(0.002); end loop;
end $$;"""


class Peer:
    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._caller = Caller(servers.url, servers.token)

    def populate(self) -> None:
        """The workflow, its recipients, and a feed to read."""
        users = [{"id": job.user_id(one), "properties": job.user_properties(one)} for one in range(job.RECIPIENTS)]
        self._sql(
            f"insert into workflows values ({_text(job.WORKFLOW)}, {_text(job.MARKDOWN_BODY)}, {_text(job.ACTION_URL)});"
            f"insert into users select * from jsonb_to_recordset({_text(json.dumps(users))}::jsonb)"
            " as one (id text, properties jsonb);"
        )
        self.burst(job.FEED_ITEMS)
        self._sql("vacuum analyze;")

    def fan_out(self) -> Taken:
        """One trigger of all recipients, until the last of them has been told."""
        return self._taken(partial(self._trigger, job.RECIPIENTS), job.RECIPIENTS)

    def burst(self, triggers: int) -> Taken:
        """Triggers of one recipient each, by several clients at once, until the last has been told."""
        calls = [partial(self._trigger, 1, number) for number in range(triggers)]
        return self._taken(lambda: at_once(CLIENTS, calls), triggers)

    def latency(self, triggers: int) -> list[float]:
        """Seconds from each call to the message in the feed, one after the other."""
        return [seconds(partial(self._trigger_and_see, number)) for number in range(triggers)]

    def read_feed(self, reads: int) -> Taken:
        before, begun = self._servers.cpu(), time.perf_counter()
        for _ in range(reads):
            self.feed(job.PAGE)
        return Taken(reads, time.perf_counter() - begun, self._servers.cpu() - before)

    def feed(self, size: int) -> Any:
        return json.loads(self._caller.call("GET", f"/v1/users/{READER}/feed?page_size={size}"))

    def idle_cpu(self, period: float) -> float:
        """Seconds of work in each second in which nobody wants anything."""
        before = self._servers.cpu()
        time.sleep(period)
        return (self._servers.cpu() - before) / period

    def messages(self) -> int:
        return int(self._sql("select count(*) from messages;"))

    def stored_bytes(self) -> int:
        """Of one message, without and with its places in the indexes."""
        return int(self._sql("select round(avg(pg_column_size(messages.*))) from messages;"))

    def _trigger(self, recipients: int, number: int = 0) -> str:
        answer = json.loads(self._caller.call("POST", TRIGGER, job.trigger(recipients, number)))
        return str(answer["workflow_run_id"])

    def _trigger_and_see(self, number: int) -> None:
        run_id, deadline = self._trigger(1, number), time.monotonic() + PATIENCE
        while self.feed(1)["entries"][0]["workflow_run_id"] != run_id:
            if time.monotonic() > deadline:
                raise LocalError(f"after {PATIENCE:.0f} s a trigger of the baseline had told nobody")

    def _taken(self, ask: Callable[[], object], units: int) -> Taken:
        before, begun = self._servers.cpu(), time.perf_counter()
        ask()
        self._sql(UNTIL_DONE)
        return Taken(units, time.perf_counter() - begun, self._servers.cpu() - before)

    def _sql(self, sql: str) -> str:
        return psql(self._servers.reach, sql)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
