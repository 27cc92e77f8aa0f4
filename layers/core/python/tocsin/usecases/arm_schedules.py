"""Put a schedule where the wheel finds it: planned in its recipient's time zone, parked, stored, its bucket started.

The order is the one that runs keep: the bucket is marked before the schedule is stored, so that the sweep finds what
nobody woke; tasks go out afterwards and may go out twice.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from tocsin.contract.tasks import DueSchedule, FireSchedules, Wake
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import Parking, WorkflowRun
from tocsin.domain.schedules import Schedule
from tocsin.domain.time_zones import first_zone, read_zone
from tocsin.domain.wheel import bucket_time
from tocsin.usecases.identify_inline import InlinePorts
from tocsin.usecases.ports import (
    Buckets,
    Definitions,
    Environments,
    Runs,
    Schedules,
    Wheels,
    WorkflowRuns,
)

# Several callers may change one schedule at once, and it may fire meanwhile.
TRIES = 5


@dataclass(frozen=True, slots=True)
class SchedulePorts:
    """`shard_of` spreads schedules over the wheel: many of them mean the same minute."""

    definitions: Definitions
    environments: Environments
    inline: InlinePorts
    schedules: Schedules
    workflow_runs: WorkflowRuns
    buckets: Buckets
    wheels: Wheels
    runs: Runs
    shard_of: Callable[[str], str]
    clock: Callable[[], datetime]


class Arming:
    """Stores schedules of one environment one by one; `send` afterwards tells the wheel of all of them at once."""

    def __init__(self, ports: SchedulePorts, env: str) -> None:
        self._ports = ports
        self._env = env
        self._marked: dict[tuple[str, str], bool] = {}
        self._wakes: dict[tuple[str, str], Wake] = {}
        self._overdue: list[DueSchedule] = []

    def parked(self, schedule: Schedule, now: datetime) -> Schedule:
        """With a place in the wheel for its next occurrence."""
        return schedule.parked(now, self._ports.shard_of(schedule.id))

    def commit(self, schedule: Schedule, run: WorkflowRun | None = None) -> None:
        """ConflictError when somebody else was faster; the bucket is then marked for nothing, which the sweep
        notices."""
        parking = schedule.parking
        is_first = parking is not None and self._mark(parking)
        self._ports.schedules.commit(self._env, schedule, run)
        self.wake(schedule, is_first=is_first)

    def wake(self, schedule: Schedule, *, is_first: bool = True) -> None:
        parking = schedule.parking
        if parking is None:
            return
        if bucket_time(parking.bucket) <= self._ports.clock():
            # Storing took so long that the bucket may have been drained already: nobody else will wake this one.
            self._overdue.append(DueSchedule(id=schedule.id, token=parking.token))
        elif is_first:
            wake = Wake(env=self._env, bucket=parking.bucket, shard=parking.shard, due=parking.bucket)
            self._wakes[(parking.bucket, parking.shard)] = wake

    def send(self) -> None:
        for wake in self._wakes.values():
            self._ports.wheels.start(wake)
        if self._overdue:
            self._ports.runs.start(FireSchedules(env=self._env, schedules=tuple(self._overdue)))

    def _mark(self, parking: Parking) -> bool:
        """Once for each bucket: a hundred recipients of a call mostly share one."""
        place = (parking.bucket, parking.shard)
        if place not in self._marked:
            self._marked[place] = self._ports.buckets.mark(self._env, *place)
        return self._marked[place]


def zones_of(ports: SchedulePorts, env: str, refs: Iterable[RecipientRef]) -> dict[RecipientRef, tzinfo]:
    """Each recipient's time zone; the environment's where none is known."""
    wanted = list(refs)
    people = ports.inline.recipients.get_many(env, wanted)
    own = {ref: read_zone(person.properties.get("timezone")) for ref, person in people.items()}
    if all(own.get(ref) for ref in wanted):
        otherwise: tzinfo = UTC
    else:
        environment = ports.environments.get(env)
        otherwise = first_zone(environment.default_timezone if environment else None)
    return {ref: own.get(ref) or otherwise for ref in wanted}
