"""Cancelling: stops what waits or has not begun, for whom it is said, and only that."""

from typing import Any

from tests.builders.world import EMAIL, ENV, IN_APP, World, delay
from tocsin.domain.messages import Status
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.runs import RunStatus
from tocsin.usecases.identify import identify


def test_cancelling_during_the_delay_stops_the_email_and_only_that(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("welcome", [IN_APP, delay(60), EMAIL])
    world.trigger("welcome", "jane", cancellation_key="order-7")
    world.settle()

    world.cancel("welcome", "order-7")
    world.settle()
    assert world.only_run().status is RunStatus.CANCELLED
    world.advance(62)

    [message] = world.messages_of(jane)
    assert message.status is Status.DELIVERED
    assert world.provider.sent == []
    assert world.events()[-1] == "run_cancelled"


def test_names_as_long_as_they_may_be_are_cancelled_like_any_other(world: World) -> None:
    key, face = "日" * 1024, "😀" * 256
    ref = RecipientRef("🏠" * 256, face)
    identify(world.services.recipients, ENV, ref, {"email": "a@app.test"}, world.now)
    world.workflow("later", [delay(60), EMAIL])
    world.trigger("later", {"id": face, "collection": ref.collection}, cancellation_key=key)
    world.settle()
    assert world.only_run().status is RunStatus.PAUSED

    world.cancel("later", key, ref)
    world.settle()

    assert world.only_run().status is RunStatus.CANCELLED


def test_cancelling_for_a_thousand_takes_few_calls_and_messages_that_fit(world: World) -> None:
    world.workflow("later", [delay(60), EMAIL])
    recipients = [user("😀" * 250 + str(number)) for number in range(1000)]
    calls: list[str] = []
    world.services.table._client.meta.events.register(
        "before-call", lambda model, **_: calls.append(model.name)
    )

    world.cancel("later", "k", *recipients)

    assert len(calls) <= 40
    sizes = [len(task.model_dump_json().encode()) for task in world.bulk.waiting]
    assert max(sizes) < 256 * 1024
    assert sum(len(task.recipients) for task in world.bulk.waiting) == 1000


def test_another_cancellation_key_and_another_workflow_are_left_alone(world: World) -> None:
    world.user("jane", email="jane@app.test")
    for workflow in ("one", "two"):
        world.workflow(workflow, [delay(60), EMAIL])
    world.trigger("one", "jane", cancellation_key="a")
    world.trigger("one", "jane", cancellation_key="b")
    world.trigger("two", "jane", cancellation_key="a")
    world.settle()

    world.cancel("one", "a")
    world.settle()
    world.advance(62)

    assert len(world.provider.sent) == 2


def test_cancelling_for_some_recipients_lets_the_others_be(world: World) -> None:
    jane, tom = world.user("jane", email="jane@app.test"), world.user("tom", email="tom@app.test")
    world.workflow("later", [delay(60), EMAIL])
    world.trigger("later", "jane", "tom", cancellation_key="k")
    world.settle()

    world.cancel("later", "k", jane)
    world.settle()
    world.advance(62)

    assert world.messages_of(jane) == []
    assert len(world.messages_of(tom)) == 1


def test_a_run_that_has_not_begun_is_cancelled_as_well(world: World) -> None:
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])
    world.trigger("hello", "jane", cancellation_key="k")

    world.now = world.now.replace(second=1)
    world.cancel("hello", "k")
    world.settle()

    assert world.messages_of(jane) == []
    assert world.only_run().status is RunStatus.CANCELLED


def test_a_trigger_after_the_cancellation_runs(world: World) -> None:
    jane = world.user("jane")
    world.workflow("hello", [IN_APP])
    world.cancel("hello", "k")
    world.advance(1)

    world.trigger("hello", "jane", cancellation_key="k")
    world.settle()

    assert len(world.messages_of(jane)) == 1


def test_a_run_that_resumes_while_it_is_cancelled_has_one_winner(world: World) -> None:
    jane = world.user("jane", email="jane@app.test")
    world.workflow("later", [delay(5), EMAIL])
    world.trigger("later", "jane", cancellation_key="k")
    world.settle()
    world.now = world.now.replace(second=7)
    [wake] = world.wheels.take()
    world.wake(wake)
    [resume] = world.runs.take()
    commit_many = world.services.recipient_runs.commit_many

    def cancelled_in_between(*arguments: Any) -> set[str]:
        world.services.recipient_runs.commit_many = commit_many  # type: ignore[method-assign]
        world.cancel("later", "k")
        [task] = world.bulk.take()
        assert world.cancel_waiting(task) == 1
        return commit_many(*arguments)

    world.services.recipient_runs.commit_many = cancelled_in_between  # type: ignore[method-assign,assignment]
    world.run(resume)
    world.settle()

    assert world.only_run().status is RunStatus.CANCELLED
    assert world.messages_of(jane) == []
    assert world.provider.sent == []


def test_cancelling_twice_and_cancelling_what_is_finished_change_nothing(world: World) -> None:
    world.user("jane", email="jane@app.test")
    world.workflow("mail", [EMAIL])
    world.trigger("mail", "jane", cancellation_key="k")
    world.settle()
    before = world.only_run()

    world.advance(1)
    world.cancel("mail", "k")
    world.cancel("mail", "k")
    world.settle()

    assert world.only_run() == before
