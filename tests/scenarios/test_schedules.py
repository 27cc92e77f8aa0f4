"""Schedules, from being made to the messages that they send, with a clock that is moved by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.schedules import DAY, NINE, change, later, schedule, stored, unschedule
from tests.builders.world import ENV, IN_APP, START, World, delay
from tocsin.contract.tasks import DueSchedule, FireSchedules
from tocsin.domain.errors import ActorMissingError, InvalidParamsError, WorkflowMissingError
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RunStatus, WorkflowRun
from tocsin.domain.schedules import Schedule
from tocsin.usecases.turn_wheel import GRACE

FACTS = {
    **IN_APP,
    "template": {
        "markdown_body": "{{ recipient.schedule.last_occurrence_at }} then "
        "{{ recipient.schedule.next_occurrence_at }}: {{ text }}"
    },
}


@pytest.fixture
def world(world: World) -> World:
    world.user("jane", name="Jane")
    world.workflow("digest", [IN_APP])
    return world


def _sent(world: World, name: str = "jane") -> int:
    return len(world.messages_of(RecipientRef("$users", name)))


def test_thirty_days_of_a_daily_schedule(world: World) -> None:
    [daily] = schedule(world, "digest", "jane", repeats=[NINE])
    for _ in range(30):
        world.advance(DAY)

    runs = world.all_runs()
    assert [run.inserted_at.day for run in runs] == [*range(2, 32)]
    assert {run.schedule_id for run in runs} == {daily.id}
    assert _sent(world) == 30
    after = stored(world, daily)
    assert (after.last_occurrence_at, after.next_occurrence_at) == (
        _at(31),
        datetime(2026, 2, 1, 9, tzinfo=UTC),
    )


def _at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


def test_a_schedule_keeps_the_recipient_s_clock_over_a_change_of_it(world: World) -> None:
    world.user("max", timezone="Europe/Vienna")
    world.now = datetime(2026, 3, 27, 12, tzinfo=UTC)
    [daily] = schedule(world, "digest", "max", repeats=[NINE])
    hours = []
    for _ in range(3):
        world.advance(DAY)
        hours.append(stored(world, daily).last_occurrence_at)
    assert hours == [datetime(2026, 3, day, hour, tzinfo=UTC) for day, hour in ((28, 8), (29, 7), (30, 7))]


def test_a_template_sees_the_occurrence_and_the_next_and_the_schedule_s_data(world: World) -> None:
    world.workflow("facts", [FACTS])
    schedule(world, "facts", "jane", repeats=[NINE], data={"text": "hello"})
    world.advance(DAY)
    [message] = world.messages_of(RecipientRef("$users", "jane"))
    content = world.services.messages.content(ENV, message)
    text = "2026-01-02T09:00:00.000Z then 2026-01-03T09:00:00.000Z: hello"
    assert text in str(content)


def test_once_fires_to_the_second_and_is_over(world: World) -> None:
    [once] = schedule(world, "digest", "jane", scheduled_at=later(world, seconds=90))
    world.advance(89)
    assert world.all_runs() == []
    world.advance(2)
    assert _sent(world) == 1
    after = stored(world, once)
    assert (after.next_occurrence_at, after.parking) == (None, None)
    world.advance(DAY)
    assert _sent(world) == 1


def test_a_recipient_each_and_what_is_said_inline_counts(world: World) -> None:
    tom = {"id": "tom", "name": "Tom", "$trigger_data": {"text": "for Tom"}}
    made = schedule(
        world, "digest", "jane", tom, "jane", repeats=[NINE], data={"text": "for all"}, tenant={"id": "acme"}
    )
    assert [one.recipient.id for one in made] == ["jane", "tom"]
    assert [one.data["text"] for one in made] == ["for all", "for Tom"]
    world.advance(DAY)
    assert {run.tenant for run in world.all_runs()} == {"acme"}
    assert (_sent(world), _sent(world, "tom")) == (1, 1)


def test_an_object_s_schedule_runs_for_the_object_alone(world: World) -> None:
    schedule(world, "digest", {"id": "p-1", "collection": "projects", "name": "P"}, repeats=[NINE])
    world.advance(DAY)
    assert world.only_run().recipient == RecipientRef("projects", "p-1")
    assert world.fan_outs.waiting == []


def test_a_changed_schedule_fires_at_its_new_time_only(world: World) -> None:
    [daily] = schedule(world, "digest", "jane", repeats=[NINE])
    change(world, daily, repeats=[{"frequency": "daily", "hours": 17}])
    world.advance(5 * 3600 + 60)
    assert _sent(world) == 1
    world.advance(17 * 3600)
    assert _sent(world) == 1


def test_changed_data_leaves_the_time_alone_even_when_it_has_come(world: World) -> None:
    world.workflow("facts", [FACTS])
    [daily] = schedule(world, "facts", "jane", repeats=[NINE], data={"text": "old"})
    world.now += timedelta(days=1)
    changed = change(world, daily, data={"text": "new"})
    assert changed.parking == daily.parking
    world.advance(0)
    [message] = world.messages_of(RecipientRef("$users", "jane"))
    assert "new" in str(world.services.messages.content(ENV, message))


def test_a_deleted_schedule_does_not_fire(world: World) -> None:
    [daily] = schedule(world, "digest", "jane", repeats=[NINE])
    unschedule(world, daily)
    world.advance(2 * DAY)
    assert world.all_runs() == []
    assert world.sweep() == 0


def test_what_a_deleted_schedule_has_started_goes_on(world: World) -> None:
    world.workflow("slow", [delay(60), IN_APP])
    [daily] = schedule(world, "slow", "jane", repeats=[NINE])
    world.advance(DAY)
    unschedule(world, daily)
    world.advance(62)
    assert world.only_run().status is RunStatus.COMPLETED


def test_however_often_it_is_woken_an_occurrence_fires_once(world: World) -> None:
    [daily] = schedule(world, "digest", "jane", repeats=[NINE])
    [wake] = world.wheels.take()
    world.now += timedelta(days=1)
    for _ in range(3):
        world.wake(wake)
    [first, *_] = world.runs.waiting
    world.settle()
    world.run(first)
    world.settle()
    assert len(world.all_runs()) == _sent(world) == 1
    assert stored(world, daily).version == 2


def test_two_who_fire_at_once_have_one_winner(world: World) -> None:
    schedule(world, "digest", "jane", repeats=[NINE])
    [wake] = world.wheels.take()
    world.now += timedelta(days=1)
    world.wake(wake)
    [task] = world.runs.take()
    store = world.services.schedules
    original, seen = store.get_many, store.get_many(ENV, [one.id for one in task.schedules])
    store.get_many = lambda env, schedule_ids: seen  # type: ignore[method-assign]
    assert [world.run(task)["fired"] for _ in range(2)] == [1, 0]
    store.get_many = original  # type: ignore[method-assign]
    world.settle()
    assert _sent(world) == 1


@pytest.mark.parametrize("deleted", [False, True])
def test_a_crash_between_storing_and_starting_loses_nothing(world: World, deleted: bool) -> None:
    [daily] = schedule(world, "digest", "jane", repeats=[NINE])
    [wake] = world.wheels.take()
    world.now += timedelta(days=1)
    world.wake(wake)
    [task] = world.runs.take()
    world.run(task)
    world.runs.take()
    world.wheels.take()
    if deleted:
        unschedule(world, daily)

    world.run(task)
    world.settle()
    assert _sent(world) == 1
    world.advance(DAY)
    assert _sent(world) == (1 if deleted else 2)


def test_a_crash_before_anything_was_stored_loses_nothing(world: World) -> None:
    schedule(world, "digest", "jane", repeats=[NINE])
    world.wheels.take()
    world.advance(DAY + GRACE.total_seconds())
    assert _sent(world) == 0
    assert world.sweep() == 1
    assert _sent(world) == 1


def test_what_fires_days_late_fires_once_and_goes_on_from_now(world: World) -> None:
    [daily] = schedule(world, "digest", "jane", repeats=[NINE])
    world.wheels.take()
    world.advance(5 * DAY)
    world.sweep()
    after = stored(world, daily)
    assert (after.last_occurrence_at, after.next_occurrence_at) == (_at(2), _at(7))
    assert _sent(world) == 1


def test_without_an_active_workflow_nothing_runs_and_the_schedule_goes_on(world: World) -> None:
    [daily] = schedule(world, "digest", "jane", repeats=[NINE])
    world.activate("digest", False)
    world.advance(DAY)
    assert world.all_runs() == []
    assert stored(world, daily).last_occurrence_at == _at(2)
    world.activate("digest", True)
    world.workflow("digest", [IN_APP, IN_APP | {"ref": "in_app_2"}])
    world.advance(DAY)
    assert _sent(world) == 2, "the version that is live when it fires"


def test_a_wait_of_years_stops_on_its_way(world: World) -> None:
    [far] = schedule(world, "digest", "jane", scheduled_at=later(world, days=700))
    for _ in range(23):
        world.advance(30 * DAY)
        assert all(wake.due < later(world, days=301) for wake in world.wheels.waiting)
    assert world.all_runs() == []
    assert stored(world, far).version == 3
    world.advance(30 * DAY)
    assert _sent(world) == 1


def test_a_clock_that_is_behind_fires_nothing_early(world: World) -> None:
    [once] = schedule(world, "digest", "jane", scheduled_at=later(world, seconds=10))
    world.now += timedelta(seconds=9.9)
    assert once.parking is not None
    world.run(FireSchedules(env=ENV, schedules=(DueSchedule(id=once.id, token=once.parking.token),)))
    assert world.all_runs() == []
    world.advance(3)
    assert _sent(world) == 1


def test_a_page_without_time_hands_its_rest_over(world: World) -> None:
    world.user("tom")
    made = schedule(world, "digest", "jane", "tom", scheduled_at=later(world, seconds=10))
    world.now += timedelta(seconds=20)
    due = tuple(DueSchedule(id=one.id, token=one.parking.token) for one in made if one.parking)
    assert world.run(FireSchedules(env=ENV, schedules=due), remaining=0) == {"fired": 1, "handed_on": 1}
    world.settle()
    assert (_sent(world), _sent(world, "tom")) == (1, 1)


def test_one_that_was_stored_too_late_for_its_bucket_wakes_itself(world: World) -> None:
    store = world.services.schedules
    commit = store.commit

    def slowly(env: str, schedule: Schedule, run: WorkflowRun | None = None) -> None:
        commit(env, schedule, run)
        world.now += timedelta(seconds=30)

    store.commit = slowly  # type: ignore[method-assign]
    schedule(world, "digest", "jane", scheduled_at=later(world, seconds=10))
    store.commit = commit  # type: ignore[method-assign]
    world.settle()
    assert _sent(world) == 1


def test_the_same_call_again_makes_no_second_schedule(world: World) -> None:
    [first] = schedule(world, "digest", "jane", repeats=[NINE])
    world.wheels.take()
    [again] = schedule(world, "digest", "jane", repeats=[NINE])
    assert (again.id, again.version) == (first.id, 1)
    world.advance(DAY)
    assert _sent(world) == 1


def test_what_cannot_be_scheduled_stores_nothing(world: World) -> None:
    with pytest.raises(WorkflowMissingError):
        schedule(world, "nothing", {"id": "new", "name": "New"}, repeats=[NINE])
    with pytest.raises(ActorMissingError):
        schedule(world, "digest", {"id": "new", "name": "New"}, repeats=[NINE], actor="nobody")
    with pytest.raises(InvalidParamsError):
        schedule(world, "digest", {"id": "new", "name": "New"})
    assert world.services.recipients.get(ENV, RecipientRef("$users", "new")) is None
    assert world.wheels.waiting == []
    assert world.now == START
