"""Change and delete schedules. What they waited for before is stale from then on: its token is no longer theirs."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from tocsin.domain.errors import ConflictError, NotFoundError
from tocsin.domain.schedule_requests import ScheduleChanges
from tocsin.domain.schedules import Schedule
from tocsin.usecases.arm_schedules import TRIES, Arming, SchedulePorts, zones_of
from tocsin.usecases.create_schedules import check_actor
from tocsin.usecases.identify_inline import identify_inline
from tocsin.usecases.ports import Schedules


def update_schedules(
    ports: SchedulePorts, env: str, schedule_ids: Iterable[str], changes: ScheduleChanges, now: datetime
) -> list[Schedule]:
    """The same changes for all. NotFoundError, InvalidParamsError or ActorMissingError before any is changed."""
    ids = list(dict.fromkeys(schedule_ids))
    found = ports.schedules.get_many(env, ids)
    missing = [schedule_id for schedule_id in ids if schedule_id not in found]
    if missing:
        raise NotFoundError(f"there is no schedule {', '.join(map(repr, missing))} in {env}")
    for schedule in found.values():
        changes.applied(schedule, now).timing.check()
    check_actor(ports, env, changes.actor)
    identify_inline(ports.inline, env, changes.said_inline(), now)
    zones = zones_of(ports, env, (schedule.recipient for schedule in found.values()))
    arming = Arming(ports, env)
    updated = [
        _updated(ports, env, arming, found[schedule_id], changes, now, zones[found[schedule_id].recipient])
        for schedule_id in ids
    ]
    arming.send()
    return updated


def _updated(
    ports: SchedulePorts,
    env: str,
    arming: Arming,
    schedule: Schedule,
    changes: ScheduleChanges,
    now: datetime,
    zone: tzinfo,
) -> Schedule:
    for _ in range(TRIES):
        after = changes.applied(schedule, now)
        if after.timing != schedule.timing:
            after = arming.parked(after.planned(now, zone), now)
        try:
            arming.commit(after)
        except ConflictError:
            again = ports.schedules.get(env, schedule.id)
            if again is None:
                raise NotFoundError(f"the schedule {schedule.id!r} has just been deleted") from None
            schedule = again
            continue
        return after
    raise ConflictError(f"the schedule {schedule.id} is being changed by too many callers at once; try again")


def delete_schedules(store: Schedules, env: str, schedule_ids: Iterable[str]) -> list[Schedule]:
    """Returns those that there were. What has fired goes on: it is a run like any other."""
    ids = list(dict.fromkeys(schedule_ids))
    found = store.get_many(env, ids)
    deleted = [found[schedule_id] for schedule_id in ids if schedule_id in found]
    store.delete(env, deleted)
    return deleted
