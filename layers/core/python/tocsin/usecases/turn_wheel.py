"""The wheel: when a bucket is due, all that is parked in it is handed over page by page: runs and schedules to RUN,
messages to delivery."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.contract.tasks import DueRun, DueSchedule, FireSchedules, ResumeRuns, Wake
from tocsin.domain.wheel import Parked, ParkedKind, bucket_time
from tocsin.usecases.ports import Buckets, Environments, Runs, Tasks, Wheels
from tocsin.usecases.scheduled_messages import delivery_of

PAGE = 100
# What a bucket's own execution gets before the sweep looks after it.
GRACE = timedelta(seconds=30)
SWEPT_AT_ONCE = 500
RESERVE_MILLISECONDS = 5_000


@dataclass(frozen=True, slots=True)
class WheelPorts:
    buckets: Buckets
    runs: Runs
    delivery: Tasks
    wheels: Wheels
    environments: Environments
    clock: Callable[[], datetime]


class TooEarlyError(Exception):
    """A bucket was woken before its time; the machine tries again later."""


def drain(ports: WheelPorts, wake: Wake, remaining: Callable[[], int]) -> int:
    """Hands over all that a bucket holds; returns how many. What there is no time for goes on in another execution.

    Repeating it wakes what has moved on, which does not notice.
    """
    if ports.clock() < bucket_time(wake.bucket):
        raise TooEarlyError(f"bucket {wake.bucket} was woken at {ports.clock().isoformat()}")
    cursor, handed_over = wake.cursor, 0
    while True:
        page = ports.buckets.parked(wake.env, wake.bucket, wake.shard, after=cursor, limit=PAGE)
        if not page:
            ports.buckets.unmark(wake.env, wake.bucket, wake.shard)
            return handed_over
        _hand_over(ports, wake.env, page)
        handed_over += len(page)
        cursor = page[-1].id
        if remaining() < RESERVE_MILLISECONDS:
            ports.wheels.start(wake.model_copy(update={"cursor": cursor}))
            return handed_over


def _hand_over(ports: WheelPorts, env: str, page: Sequence[Parked]) -> None:
    runs = tuple(DueRun(id=one.id, token=one.token) for one in page if one.kind is ParkedKind.RUN)
    schedules = tuple(
        DueSchedule(id=one.id, token=one.token) for one in page if one.kind is ParkedKind.SCHEDULE
    )
    messages = [delivery_of(env, one) for one in page if one.kind is ParkedKind.MESSAGE]
    if runs:
        ports.runs.start(ResumeRuns(env=env, runs=runs))
    if schedules:
        ports.runs.start(FireSchedules(env=env, schedules=schedules))
    if messages:
        ports.delivery.send_many(messages)


def sweep(ports: WheelPorts, remaining: Callable[[], int]) -> int:
    """Drains the buckets that are overdue in every environment: whatever happened to their executions, nobody waits
    for ever. Returns how many it found."""
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
