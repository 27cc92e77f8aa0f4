"""Promises under redelivery and crash: a repeated task, execution or wake-up changes nothing, and nothing is lost."""

from datetime import timedelta

import pytest

from tests.builders.world import EMAIL, IN_APP, World, delay
from tocsin.contract.tasks import DueRun, ResumeRuns, StartRuns
from tocsin.domain.messages import Status
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RunStatus
from tocsin.usecases.fan_out import PAGE
from tocsin.usecases.turn_wheel import GRACE, TooEarlyError


def test_one_message_row_per_run_step_and_destination_whatever_is_repeated(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("welcome", [IN_APP, delay(2), EMAIL])
    world.trigger("welcome", "jane")
    [start] = world.runs.waiting
    for _ in range(3):
        world.run(start)
    world.settle()
    [wake, *_] = world.wheels.waiting

    world.advance(4)
    world.run(start)
    world.wake(wake)
    world.settle()

    assert [message.channel_type for message in world.messages_of(jane)] == ["in_app_feed", "email"]
    assert len(world.provider.sent) == 1


def test_two_executions_of_the_same_start_have_one_winner(world: World) -> None:
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])
    world.trigger("hello", "jane")
    [start] = world.runs.take()
    store = world.services.recipient_runs
    original = store.get_many
    # Both looked before either had stored anything.
    store.get_many = lambda env, run_ids: {}  # type: ignore[method-assign]

    world.run(start)
    world.run(start)

    store.get_many = original  # type: ignore[method-assign]
    assert len(world.messages_of(jane)) == 1
    assert world.only_run().version == 1


def test_a_crash_between_storing_the_run_and_sending_its_tasks_loses_nothing(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("welcome", [EMAIL, delay(60), EMAIL | {"ref": "email_2"}])
    world.trigger("welcome", "jane")
    [start] = world.runs.take()
    world.run(start)
    world.delivery.take()
    world.wheels.take()

    world.run(start)
    world.settle()
    world.advance(62)

    assert len(world.provider.sent) == 2


def test_a_lost_execution_of_the_wheel_is_swept_up(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("later", [delay(5), EMAIL])
    world.trigger("later", "jane")
    world.settle()
    world.wheels.take()

    world.advance(7 + GRACE.total_seconds())
    assert world.provider.sent == []
    assert world.sweep() == 1
    assert len(world.provider.sent) == 1
    assert world.sweep() == 0


def test_a_bucket_woken_too_early_is_refused_and_keeps_its_runs(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("later", [delay(60), EMAIL])
    world.trigger("later", "jane")
    world.settle()
    [wake] = world.wheels.waiting

    with pytest.raises(TooEarlyError):
        world.wake(wake)

    world.advance(62)
    assert len(world.provider.sent) == 1


def test_a_wake_up_with_the_token_of_an_earlier_wait_changes_nothing(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("twice", [delay(5), delay(3600, "delay_2"), EMAIL])
    world.trigger("twice", "jane")
    world.settle()
    first = world.only_run().parking
    assert first is not None
    world.advance(7)

    world.run(ResumeRuns(env="development", runs=(DueRun(id=world.only_run().id, token=first.token),)))
    world.settle()

    assert world.only_run().status is RunStatus.PAUSED
    assert world.provider.sent == []


def test_a_run_that_took_too_long_to_park_wakes_itself(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("later", [delay(2), EMAIL])
    world.trigger("later", "jane")
    mark = world.services.wheel.mark

    def slow(env: str, bucket: str, shard: str) -> bool:
        first = mark(env, bucket, shard)
        world.services.wheel.unmark(env, bucket, shard)
        world.advance(30)
        return first

    world.services.wheel.mark = slow  # type: ignore[method-assign]
    world.settle()

    assert len(world.provider.sent) == 1


def test_a_page_with_no_time_left_hands_the_rest_over(world: World) -> None:
    everybody = [world.user(f"user-{number}") for number in range(5)]
    world.workflow("hello", [IN_APP])
    world.trigger("hello", *(ref.id for ref in everybody))
    [start] = world.runs.take()

    world.run(start, remaining=0)
    [rest] = world.runs.waiting
    assert (rest.offset, rest.limit) == (1, 4)
    world.settle()

    assert [len(world.messages_of(ref)) for ref in everybody] == [1] * 5


def _pages(world: World, number: int) -> tuple[list[RecipientRef], list[StartRuns]]:
    """Of a trigger for so many, and who they are."""
    everybody = [world.user(f"user-{place}") for place in range(number)]
    world.workflow("hello", [IN_APP])
    world.trigger("hello", *(ref.id for ref in everybody))
    for task in world.fan_outs.take():
        world.split(task)
    return everybody, world.runs.take()


def test_a_later_page_with_no_time_left_hands_its_own_rest_over(world: World) -> None:
    everybody, pages = _pages(world, PAGE + 3)
    _, last = pages

    world.run(last, remaining=0)
    [rest] = world.runs.waiting
    assert (rest.offset, rest.limit, rest.page) == (PAGE + 1, 2, None)
    world.settle()

    reached = [ref for ref in everybody if world.messages_of(ref)]
    assert reached == everybody[PAGE:]


def test_a_page_that_was_a_dead_letter_is_still_that_page(world: World) -> None:
    """What it brought of the trigger does not lie in the queue."""
    everybody, pages = _pages(world, PAGE + 2)

    for page in reversed(pages):
        world.run(page.model_copy(update={"trigger": None, "page": None}))
    world.settle()

    assert [len(world.messages_of(ref)) for ref in everybody] == [1] * len(everybody)


def test_a_late_repeat_does_not_bring_old_inline_properties_back(world: World) -> None:
    world.workflow("hello", [IN_APP])
    world.trigger("hello", {"id": "jane", "name": "Old"})
    [start] = world.runs.waiting
    world.settle()
    world.user("jane", name="New")

    world.run(start)

    stored = world.services.recipients.get("development", world.user("jane"))
    assert stored is not None
    assert stored.properties["name"] == "New"


def test_a_message_of_a_user_deleted_during_the_wait_is_never_made(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("later", [IN_APP, delay(5), EMAIL])
    world.trigger("later", "jane")
    world.settle()

    world.delete(jane)
    world.advance(7)

    assert world.messages_of(jane) == []
    assert world.only_run().status is RunStatus.COMPLETED
    assert world.only_run().error_count == 1


def test_switching_a_workflow_off_stops_its_paused_runs_at_the_next_step(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("later", [delay(5), EMAIL])
    world.trigger("later", "jane")
    world.settle()

    world.activate("later", False)
    world.advance(7)

    assert world.provider.sent == []
    assert world.only_run().status is RunStatus.COMPLETED


def test_a_run_stays_on_the_version_it_was_triggered_with(world: World) -> None:
    world.user("jane", name="Jane", email="jane@app.test")
    world.workflow("later", [delay(5), EMAIL])
    world.trigger("later", "jane")
    world.settle()

    world.workflow("later", [delay(5), {**EMAIL, "template": {"subject": "New", "html_body": "new"}}])
    world.advance(7)

    [outgoing] = world.provider.sent
    assert outgoing.content["subject_line"] == "Hello Jane"


def test_a_template_that_fails_halts_the_run_with_a_readable_event(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    broken = {**EMAIL, "template": {"subject": "{{ data.n | divided_by: 0 }}", "html_body": "x"}}
    world.workflow("broken", [IN_APP, broken, IN_APP | {"ref": "in_app_2"}])

    world.trigger("broken", "jane", data={"n": 1})
    world.settle()

    assert [message.status for message in world.messages_of(jane)] == [Status.DELIVERED]
    [failed] = [event for event in world.only_run().events if event.event == "step_failed"]
    assert failed.step_ref == "email_1"
    assert failed.data is not None
    assert failed.data["reason"] == "template_error"
    assert "zero" in failed.data["message"] or "divided_by" in failed.data["message"]


def test_a_bucket_too_large_for_one_invocation_goes_on_in_another(world: World) -> None:
    everybody = [world.user(f"user-{number}") for number in range(110)]
    world.workflow("later", [delay(5), IN_APP])
    for page in (everybody[:60], everybody[60:]):
        world.trigger("later", *(ref.id for ref in page))
    world.settle()
    [wake] = world.wheels.take()
    world.now += timedelta(seconds=7)

    assert world.wake(wake, remaining=0) == 100
    [rest] = world.wheels.take()
    assert world.wake(rest) == 10
    world.settle()

    assert [len(world.messages_of(ref)) for ref in everybody] == [1] * 110
