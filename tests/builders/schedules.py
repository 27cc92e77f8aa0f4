"""Schedules in the world of the scenarios: made and changed as the API does it."""

from datetime import timedelta
from typing import Any

from tests.builders.world import ENV, World
from tocsin.contract.schedules import CreateSchedulesIn, UpdateSchedulesIn
from tocsin.domain.schedules import Schedule
from tocsin.usecases.change_schedules import delete_schedules, update_schedules
from tocsin.usecases.create_schedules import create_schedules

DAY = 24 * 3600
NINE = {"frequency": "daily", "hours": 9}


def schedule(world: World, workflow: str, *recipients: Any, **settings: Any) -> list[Schedule]:
    wanted = CreateSchedulesIn.model_validate(
        {"workflow": workflow, "recipients": list(recipients), **settings}
    )
    made = create_schedules(world.schedule_ports(), ENV, wanted.to_new(world.now, "seed"), world.now)
    return [stored(world, one) for one in made]


def change(world: World, schedule: Schedule, **settings: Any) -> Schedule:
    changes = UpdateSchedulesIn.model_validate({"schedule_ids": [schedule.id], **settings}).changes()
    [changed] = update_schedules(world.schedule_ports(), ENV, [schedule.id], changes, world.now)
    return stored(world, changed)


def unschedule(world: World, schedule: Schedule) -> None:
    delete_schedules(world.services.schedules, ENV, [schedule.id])


def stored(world: World, schedule: Schedule) -> Schedule:
    found = world.services.schedules.get(ENV, schedule.id)
    assert found is not None
    return found


def later(world: World, **time: float) -> str:
    return (world.now + timedelta(**time)).isoformat()
