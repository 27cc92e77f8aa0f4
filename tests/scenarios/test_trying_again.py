"""Steps that break: tried again, in case somebody mends what they trip over, and then their run halts."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from tests.builders.waits import wait_for
from tests.builders.ways import note
from tests.builders.world import ENV, IN_APP, World
from tocsin.domain.audiences import Addition, Membership
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RecipientRun, RunStatus
from tocsin.engine.trying import MAX_TRIES, PAUSES

BROKEN = note("{{ recipient.share | divided_by: recipient.people }}", "broken")


def _failures(run: RecipientRun) -> list[dict[str, Any]]:
    return [event.data or {} for event in run.events if event.event == "step_failed"]


def _meet(world: World, *steps: dict[str, Any]) -> RecipientRef:
    jane = world.user("jane", share=10, people=0)
    world.workflow("share", steps)
    world.trigger("share", "jane")
    world.settle()
    return jane


def _breaking_once(asked: Callable[..., Any]) -> Callable[..., Any]:
    """Comes upon a row that is not as it should be, the first time."""
    errors = iter([KeyError("added_at")])

    def broken(*args: Any) -> Any:
        for error in errors:
            raise error
        return asked(*args)

    return broken


def test_a_template_that_fails_is_tried_three_times_and_then_the_run_halts(world: World) -> None:
    jane = _meet(world, IN_APP, BROKEN, note("never said", "never"))
    assert world.only_run().status is RunStatus.PAUSED
    for pause in PAUSES:
        world.advance(pause.total_seconds() + 2)

    run = world.only_run()
    assert run.status is RunStatus.COMPLETED
    assert [failure["retryable"] for failure in _failures(run)] == [True, True, False]
    assert {failure["reason"] for failure in _failures(run)} == {"template_error"}
    assert [event.attempt for event in run.events if event.event == "step_failed"] == [1, 2, 3]
    assert (run.error_count, run.events[-1].event) == (MAX_TRIES, "run_halted")
    assert len(world.messages_of(jane)) == 1


def test_a_recipient_who_is_mended_meanwhile_gets_the_message(world: World) -> None:
    jane = _meet(world, BROKEN, IN_APP)
    world.user("jane", people=2)
    world.advance(PAUSES[0].total_seconds() + 2)

    run = world.only_run()
    assert (run.status, run.error_count, run.attempt) == (RunStatus.COMPLETED, 1, 1)
    assert len(world.messages_of(jane)) == 2


def test_each_step_has_its_own_tries(world: World) -> None:
    _meet(
        world,
        BROKEN,
        {
            **BROKEN,
            "ref": "other",
            "template": {"markdown_body": "{{ recipient.share | divided_by: recipient.groups }}"},
        },
    )
    world.user("jane", people=2, groups=0)
    for _ in range(3):
        world.advance(35)

    tries = [
        (event.step_ref, event.attempt) for event in world.only_run().events if event.event == "step_failed"
    ]
    assert tries == [("broken", 1), ("other", 1), ("other", 2), ("other", 3)]


def test_a_run_can_be_cancelled_between_its_tries(world: World) -> None:
    world.user("jane", share=10, people=0)
    world.workflow("share", [BROKEN])
    world.trigger("share", "jane", cancellation_key="k")
    world.settle()
    world.cancel("share", "k")
    world.settle()
    world.advance(35)

    assert world.only_run().status is RunStatus.CANCELLED
    assert len(_failures(world.only_run())) == 1


def test_a_store_that_cannot_be_asked_is_nobodys_mistake(world: World) -> None:
    jane = world.user("jane")
    world.user("boss", name="Bo")
    world.workflow("greet", [note("{% assign boss = 'boss' | user %}{{ boss.name }}", "n")])
    world.trigger("greet", "jane")
    [start] = world.runs.take()
    get = world.services.recipients.get

    def unreachable(env: str, ref: RecipientRef) -> Any:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.test")

    world.services.recipients.get = unreachable  # type: ignore[method-assign]
    with pytest.raises(ExceptionGroup, match="1 of 1 runs"):
        world.run(start)
    assert world.all_runs() == []

    world.services.recipients.get = get  # type: ignore[method-assign]
    world.run(start)
    assert (world.only_run().error_count, len(world.messages_of(jane))) == (0, 1)


def test_a_carrier_that_breaks_at_the_end_of_its_window_loses_nothing_of_its_batch(world: World) -> None:
    jane = world.user("jane")
    window = {"batch_window": {"unit": "seconds", "value": 30}}
    world.workflow(
        "digest", [{"type": "batch", "ref": "b", "settings": window}, note("{{ total_activities }}", "n")]
    )
    for _ in range(2):
        world.trigger("digest", "jane")
        world.settle()
    batches = world.services.batches
    batches.joined = _breaking_once(batches.joined)  # type: ignore[method-assign]
    world.advance(32)
    assert [failure["reason"] for run in world.all_runs() for failure in _failures(run)] == [
        "unforeseen_error"
    ]
    assert world.messages_of(jane) == []
    world.advance(PAUSES[0].total_seconds() + 2)

    [message] = world.messages_of(jane)
    assert "2" in str(world.services.messages.contents(ENV, [message]))
    assert {run.status for run in world.all_runs()} == {RunStatus.COMPLETED}


def test_an_event_that_a_step_breaks_over_is_not_the_last_one(world: World) -> None:
    jane = world.user("jane")
    world.listen()
    vip = {"variable": "recipient", "operator": "is_audience_member", "argument": "vip"}
    wait = wait_for({"event_type": "recipient"}, [vip], on_timeout="halt")
    world.workflow("welcome", [wait, note("Changed", "n")])
    world.services.audiences.create(ENV, "vip", world.now)
    world.services.audiences.add_all(ENV, "vip", [Addition(Membership("jane", None), world.now)])
    world.trigger("welcome", "jane")
    world.settle()
    audiences = world.services.audiences
    audiences.added_at = _breaking_once(audiences.added_at)  # type: ignore[method-assign]
    for number in range(2):
        assert (world.only_run().status, world.messages_of(jane)) == (RunStatus.PAUSED, [])
        world.advance(1)
        world.user("jane", number=number)
        world.settle()

    assert [failure["reason"] for failure in _failures(world.only_run())] == ["unforeseen_error"]
    assert len(world.messages_of(jane)) == 1
