"""When a batch closes: sliding windows, full ones, ones that data decide on, and a first trigger that does not wait."""

from datetime import timedelta

from tests.builders.batches import batch, come, feed, said, sliding
from tests.builders.world import START, World, delay


def test_a_sliding_window_moves_with_each_trigger_up_to_its_limit(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [sliding(60, 150), feed()])
    come(world, 1)
    come(world, 2, 3, after=50)  # now it ends at its limit, 150 seconds after the first
    world.advance(49)
    assert said(world, jane) == []
    world.advance(5)
    assert said(world, jane) == ["3: 1 2 3"]


def test_a_sliding_window_that_nobody_moved_closes_when_it_said(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [sliding(60, 600), feed()])
    come(world, 1)
    world.advance(61)
    assert said(world, jane) == ["1: 1"]


def test_a_limit_that_is_shorter_than_the_window_shortens_it_for_the_second_trigger(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [sliding(120, 60), feed()])
    come(world, 1)
    come(world, 2, after=10)
    world.advance(49)
    assert said(world, jane) == []
    world.advance(3)
    assert said(world, jane) == ["2: 1 2"]


def test_a_limit_that_has_passed_closes_the_batch_at_once(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [sliding(120, 60), feed()])
    come(world, 1)
    come(world, 2, after=90)
    assert said(world, jane) == ["2: 1 2"]


def test_a_full_batch_goes_out_at_once(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(600, batch_items_max_limit=3), feed()])
    come(world, 1, 2, 3)
    assert said(world, jane) == ["3: 1 2 3"]
    come(world, 4)
    world.advance(660)
    assert said(world, jane) == ["3: 1 2 3", "1: 4"]


def test_whoever_crashed_before_waking_the_full_batch_is_made_up_for(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(600, batch_items_max_limit=2), feed()])
    come(world, 1)
    world.trigger("digest", "jane", data={"n": 2})
    [start] = world.runs.take()
    world.run(start)
    world.runs.take()  # what it sent never arrived
    world.run(start)
    world.settle()
    assert said(world, jane) == ["2: 1 2"]


def test_a_late_repeat_of_a_trigger_that_filled_a_batch_does_not_cut_the_next_wait_short(
    world: World,
) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(600, batch_items_max_limit=2), delay(3600), feed()])
    come(world, 1)
    world.trigger("digest", "jane", data={"n": 2})
    [start] = world.runs.waiting
    world.settle()
    world.run(start)
    world.settle()
    assert said(world, jane) == []
    world.advance(3700)
    assert said(world, jane) == ["2: 1 2"]


def test_the_first_may_go_on_at_once_and_only_what_follows_is_batched(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60, batch_execution_mode="flush_leading"), feed()])
    come(world, 1)
    assert said(world, jane) == ["1: 1"]
    come(world, 2, 3, after=20)
    assert said(world, jane) == ["1: 1"]
    world.advance(30)
    assert said(world, jane) == ["1: 1", "2: 2 3"]


def test_when_nothing_followed_the_first_the_next_one_goes_on_at_once_again(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(60, batch_execution_mode="flush_leading"), feed()])
    come(world, 1)
    come(world, 2, after=61)
    assert said(world, jane) == ["1: 1", "1: 2"]


def test_a_window_may_end_when_the_data_says(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(None, batch_until_field_path="data.until"), feed()])
    come(world, 1, until=(START + timedelta(minutes=2)).isoformat())
    come(world, 2, until="2027-01-01T00:00:00Z")
    world.advance(119)
    assert said(world, jane) == []
    world.advance(2)
    assert said(world, jane) == ["2: 1 2"]


def test_each_recipient_may_have_a_rule_in_their_own_time_zone(world: World) -> None:
    rule = {"frequency": "daily", "hours": 9}
    tokyo = world.user("aki", digest_at=rule, timezone="Asia/Tokyo")
    london = world.user("ann", digest_at=rule, timezone="Europe/London")
    world.workflow("digest", [batch(None, batch_until_field_path="recipient.digest_at"), feed()])
    world.trigger("digest", "aki", "ann", data={"n": 1})
    world.settle()
    world.advance(12 * 3600 + 60)  # it is nine in Tokyo
    assert (said(world, tokyo), said(world, london)) == (["1: 1"], [])
    world.advance(9 * 3600)
    assert said(world, london) == ["1: 1"]


def test_a_window_may_end_so_much_before_a_moment(world: World) -> None:
    jane = world.user("jane")
    before = batch(-60, batch_until_field_path="data.meeting")
    world.workflow("digest", [before, feed()])
    come(world, 1, meeting=(START + timedelta(minutes=3)).isoformat())
    world.advance(121)
    assert said(world, jane) == ["1: 1"]


def test_without_a_window_the_step_is_skipped_and_the_run_goes_on(world: World) -> None:
    jane = world.user("jane")
    world.workflow("digest", [batch(None, batch_until_field_path="data.until"), feed()])
    come(world, 1)
    assert said(world, jane) == ["1: 1"]
    [skipped] = [event for event in world.only_run().events if event.event == "step_skipped"]
    assert skipped.data is not None
    assert skipped.data["reason"] == "invalid_window"


def test_a_trigger_whose_window_cannot_be_read_still_joins_the_one_that_is_open(world: World) -> None:
    jane = world.user("jane")
    slides = sliding(60, 600, batch_until_field_path="data.until")
    slides["settings"]["batch_window"] = None
    world.workflow("digest", [slides, feed()])
    come(world, 1, until={"unit": "seconds", "value": 60})
    come(world, 2)
    world.advance(62)
    assert said(world, jane) == ["2: 1 2"]
