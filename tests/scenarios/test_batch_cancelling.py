"""Cancelling what is in a batch: while it is open its trigger goes, and never the window."""

from tests.builders.batches import batch, feed, said
from tests.builders.world import World, delay
from tocsin.domain.runs import RunStatus


def come(world: World, number: int, key: str | None) -> None:
    world.advance(1)
    world.trigger("digest", "jane", data={"n": number}, cancellation_key=key)
    world.settle()


def cancel(world: World, key: str, seconds: float = 1) -> None:
    world.advance(seconds)
    world.cancel("digest", key)
    world.settle()


def test_a_trigger_that_is_cancelled_while_the_batch_is_open_is_left_out(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    for number, key in enumerate(("a", "b", None)):
        come(world, number, key)
    cancel(world, "b")
    world.advance(61)
    assert said(world, jane) == ["2: 0 2"]


def test_cancelling_the_one_that_opened_it_does_not_close_the_window(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    come(world, 1, "a")
    cancel(world, "a")
    assert world.only_run().status is RunStatus.PAUSED
    come(world, 2, "b")
    world.advance(61)
    assert said(world, jane) == ["1: 2"]


def test_a_trigger_that_came_after_the_cancellation_counts(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed()])
    come(world, 1, "a")
    cancel(world, "a")
    come(world, 2, "a")
    world.advance(61)
    assert said(world, jane) == ["1: 2"]


def test_when_all_were_cancelled_the_run_goes_on_and_sends_nothing(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), feed(), delay(10), feed(ref="in_app_2")])
    come(world, 1, "a")
    come(world, 2, "b")
    cancel(world, "a")
    cancel(world, "b")
    world.advance(61)
    world.advance(12)
    carrier = world.all_runs()[0]
    assert carrier.status is RunStatus.COMPLETED
    skipped = [
        event.data["reason"] for event in carrier.events if event.event == "step_skipped" and event.data
    ]
    assert skipped == ["empty_batch", "empty_batch"]
    assert said(world, jane) == []


def test_after_it_closed_the_key_of_the_one_that_opened_it_stops_the_run(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), delay(600), feed()])
    come(world, 1, "a")
    come(world, 2, "b")
    cancel(world, "a")  # takes the first trigger out
    cancel(world, "b", 61)  # comes too late for the second one
    assert world.all_runs()[0].status is RunStatus.PAUSED
    cancel(world, "a")
    assert world.all_runs()[0].status is RunStatus.CANCELLED
    world.advance(660)
    assert said(world, jane) == []


def test_a_cancellation_from_before_it_closed_does_not_stop_the_run_later(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60), delay(600), feed()])
    come(world, 1, "a")
    come(world, 2, "b")
    world.cancel("digest", "a")
    late = world.bulk.take()
    world.advance(61)
    for task in late:
        world.cancel_waiting(task)
    world.advance(660)
    assert said(world, jane) == ["1: 2"]


def test_cancelling_for_somebody_else_leaves_the_batch_whole(world: World) -> None:
    jane, tom = world.user("jane"), world.user("tom")
    world.workflow("digest", [batch(60), feed()])
    world.trigger("digest", "jane", "tom", data={"n": 1}, cancellation_key="a")
    world.settle()
    world.advance(1)
    world.cancel("digest", "a", tom)
    world.settle()
    world.advance(61)
    assert (said(world, jane), said(world, tom)) == (["1: 1"], [])


def test_a_full_batch_counts_what_was_cancelled_while_it_filled(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60, batch_items_max_limit=2), feed()])
    come(world, 1, "a")
    cancel(world, "a")
    come(world, 2, "b")
    assert said(world, jane) == ["1: 2"]
