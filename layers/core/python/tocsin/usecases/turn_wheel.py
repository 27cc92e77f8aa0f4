"""The wheel: when a bucket is due, everything parked in it is handed to RUN, page by page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.contract.tasks import ResumeRuns, Wake
from tocsin.domain.wheel import bucket_time
from tocsin.usecases.ports import Buckets, Environments, Runs, Wheels

PAGE = 100
# What a bucket's own execution gets before the sweep looks after it.
GRACE = timedelta(seconds=30)
SWEPT_AT_ONCE = 500
RESERVE_MILLISECONDS = 5_000


@dataclass(frozen=True, slots=True)
class WheelPorts:
    buckets: Buckets
    runs: Runs
    wheels: Wheels
    environments: Environments
    clock: Callable[[], datetime]


class TooEarlyError(Exception):
    """A bucket was woken before its time; the machine tries again later."""


def drain(ports: WheelPorts, wake: Wake, remaining: Callable[[], int]) -> int:
    """Hands over all runs of a bucket; returns how many. What there is no time for goes on in another execution.

    Repeating it wakes runs that have moved on, which they do not notice.
    """
    if ports.clock() < bucket_time(wake.bucket):
        raise TooEarlyError(f"bucket {wake.bucket} was woken at {ports.clock().isoformat()}")
    cursor, handed_over = wake.cursor, 0
    while True:
        page = ports.buckets.parked(wake.env, wake.bucket, wake.shard, after=cursor, limit=PAGE)
        if not page:
            ports.buckets.unmark(wake.env, wake.bucket, wake.shard)
            return handed_over
        ports.runs.start(ResumeRuns(env=wake.env, runs=tuple(page)))
        handed_over += len(page)
        cursor = page[-1].id
        if remaining() < RESERVE_MILLISECONDS:
            ports.wheels.start(wake.model_copy(update={"cursor": cursor}))
            return handed_over


def sweep(ports: WheelPorts, remaining: Callable[[], int]) -> int:
    """Drains the buckets that are overdue in every environment: whatever happened to their executions, nobody waits
    for ever. Returns how many runs it found."""
    found = 0
    before = ports.clock() - GRACE
    for environment in ports.environments.all():
        for bucket, shard in ports.buckets.overdue(environment.slug, before, SWEPT_AT_ONCE):
            if remaining() < RESERVE_MILLISECONDS:
                return found
            found += drain(
                ports, Wake(env=environment.slug, bucket=bucket, shard=shard, due=bucket), remaining
            )
    return found
