"""What the peer can be asked for, and what it takes it."""

import json
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from bench import job
from bench.baseline.figures import Taken
from bench.baseline.postgres import psql
from bench.baseline.servers import Servers
from bench.load.wire import Caller, at_once, seconds
from local.console import LocalError

TRIGGER = f"/v1/workflows/{job.WORKFLOW}/trigger"
CLIENTS = 8
PATIENCE = 60.0
PAUSE = 0.002  # between two looks at a feed: who looks takes the machine from who works
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
        everybody = range(job.RECIPIENTS)
        users = [{"id": job.user_id(one), "properties": job.user_properties(one)} for one in everybody]
        workflow = ", ".join(map(_text, (job.WORKFLOW, job.MARKDOWN_BODY, job.ACTION_URL)))
        self._sql(f"insert into workflows values ({workflow});")
        self._sql(
            f"insert into users select * from jsonb_to_recordset({_text(json.dumps(users))}::jsonb)"
            " as one (id text, properties jsonb);"
        )
        at_once(CLIENTS, [partial(self._trigger, [job.READER], number) for number in range(job.FEED_ITEMS)])
        self._sql(UNTIL_DONE)
        self._sql("vacuum analyze;")

    def fan_out(self) -> Taken:
        """One trigger of all recipients, until the last of them has been told."""
        return self._taken(partial(self._trigger, range(job.RECIPIENTS)), job.RECIPIENTS)

    def burst(self, triggers: int) -> Taken:
        """Triggers of one recipient each, by several clients at once, until the last has been told."""
        calls = [partial(self._trigger, [job.OTHER], number) for number in range(triggers)]
        return self._taken(lambda: at_once(CLIENTS, calls), triggers)

    def latency(self, triggers: int) -> list[float]:
        """Seconds from each call to the message in the feed, one after the other."""
        return [seconds(partial(self._trigger_and_see, number)) for number in range(triggers)]

    def read_feed(self, reads: int) -> Taken:
        before, begun = self._servers.cpu(), time.perf_counter()
        for _ in range(reads):
            self._feed(job.READER, job.PAGE)
        return Taken(reads, time.perf_counter() - begun, self._servers.cpu() - before)

    def idle_share(self, period: float) -> float:
        """Seconds of work in each second in which nobody wants anything."""
        before = self._servers.cpu()
        time.sleep(period)
        return (self._servers.cpu() - before) / period

    def shown(self) -> str:
        """The body of the newest message in the feed."""
        return str(self._feed(job.READER, 1)["entries"][0]["blocks"][0]["rendered"])

    def put_off(self, jobs: int) -> None:
        """Lays so many jobs into the queue that are due tomorrow."""
        self._sql(
            "insert into procrastinate_jobs (queue_name, task_name, args, scheduled_at)"
            f" select 'default', 'later', '{{}}', now() + interval '1 day' from generate_series(1, {jobs});"
        )
        self._sql("vacuum analyze procrastinate_jobs;")

    def stored_bytes(self) -> int:
        """Of one message, without its places in the two indexes."""
        return int(self._sql("select round(avg(pg_column_size(messages.*))) from messages;"))

    def _trigger(self, recipients: Iterable[int], number: int = 0) -> str:
        answer = json.loads(self._caller.call("POST", TRIGGER, job.trigger(recipients, number)))
        return str(answer["workflow_run_id"])

    def _trigger_and_see(self, number: int) -> None:
        run_id, deadline = self._trigger([job.OTHER], number), time.monotonic() + PATIENCE
        while run_id not in {entry["workflow_run_id"] for entry in self._feed(job.OTHER, 1)["entries"]}:
            if time.monotonic() > deadline:
                raise LocalError(f"after {PATIENCE:.0f} s a trigger of the baseline had told nobody")
            time.sleep(PAUSE)

    def _feed(self, user: int, size: int) -> Any:
        return json.loads(self._caller.call("GET", f"/v1/users/{job.user_id(user)}/feed?page_size={size}"))

    def _taken(self, ask: Callable[[], object], units: int) -> Taken:
        before, begun = self._servers.cpu(), time.perf_counter()
        ask()
        self._sql(UNTIL_DONE)
        return Taken(units, time.perf_counter() - begun, self._servers.cpu() - before)

    def _sql(self, sql: str) -> str:
        return psql(self._servers.reach, sql)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
