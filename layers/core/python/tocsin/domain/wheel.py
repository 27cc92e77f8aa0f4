"""The wheel's arithmetic: into which bucket a wait falls.

A bucket is an instant; everything parked in it wakes together. Short waits get fine buckets, long ones coarse:
one second below five minutes, fifteen up to an hour, a minute beyond. A wait is never woken early, and a bucket is
chosen only while there is still time to park in it: one that may be draining already would never look again.

What is nearly always fetched before its time, such as a run whose work is being done, waits for the sweep alone: an
execution of its own would be started for nothing.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tocsin.domain.runs import Parking

SAFETY_MARGIN = timedelta(seconds=1)
_GRAINS = ((timedelta(minutes=5), 1), (timedelta(hours=1), 15))
_COARSEST = 60
_SWEPT = "~"


class ParkedKind(StrEnum):
    RUN = "run"
    SCHEDULE = "schedule"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Parked:
    """What lies in a bucket: who waits, and under which token; a message's token says where it lies."""

    kind: ParkedKind
    id: str
    token: str


def grain_for(wait: timedelta) -> int:
    """Seconds between buckets for a wait of that length."""
    return next((seconds for limit, seconds in _GRAINS if wait < limit), _COARSEST)


def bucket_due(due: datetime, now: datetime) -> datetime:
    """The first bucket at or after `due` that nobody can be draining yet."""
    earliest = max(due, now + SAFETY_MARGIN).timestamp()
    grain = grain_for(due - now)
    return datetime.fromtimestamp(-(-earliest // grain) * grain, UTC)


def bucket_name(due: datetime) -> str:
    """`2026-01-01T00:00:05Z`: sorts by time, and Step Functions reads it as the Wait's timestamp."""
    return due.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def bucket_time(name: str) -> datetime:
    return datetime.strptime(name, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def for_the_sweep(parking: Parking) -> Parking:
    """The same place where only the sweep looks, up to two minutes late: all of a minute in one bucket."""
    last = bucket_time(parking.bucket).timestamp()
    bucket = datetime.fromtimestamp(-(-last // _COARSEST) * _COARSEST, UTC)
    return replace(parking, bucket=bucket_name(bucket), shard=_SWEPT + parking.shard)


def is_for_the_sweep(shard: str) -> bool:
    return shard.startswith(_SWEPT)


def driven(shard: str) -> str:
    """Where a run parks that goes on from there: in a shard whose buckets wake by themselves."""
    return shard.removeprefix(_SWEPT)
