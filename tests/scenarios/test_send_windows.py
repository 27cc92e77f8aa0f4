"""Send windows: a message is made at once and goes out when its window opens, never before, whatever is repeated."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.builders.steps import has_devices, push
from tests.builders.world import EMAIL, ENV, IN_APP, World
from tocsin.contract.tasks import Deliver
from tocsin.domain.feed import Counts, Feed, FeedFilter
from tocsin.domain.listing import Span
from tocsin.domain.messages import Mark, Message, Status, marked
from tocsin.domain.recipients import user
from tocsin.domain.send_windows import DAYS
from tocsin.usecases.deliver_message import deliver_message
from tocsin.usecases.delivery_ports import BusyError
from tocsin.usecases.mark_messages import MarkPorts, mark_message
from tocsin.usecases.read_feed import read_feed

HOUR = 3600
JANE = user("jane")
# Thursday noon in London is late: the next window opens on Friday at nine.
MORNINGS = [{"day": day, "type": "send", "from": "09:00:00", "until": "11:00:00"} for day in DAYS]
FRIDAY_AT_NINE = datetime(2026, 1, 2, 9, tzinfo=UTC)
UNTIL_NINE = 21 * HOUR


def windowed(step: dict[str, Any], windows: list[dict[str, Any]] = MORNINGS) -> dict[str, Any]:
    return {**step, "send_windows": windows}


@pytest.fixture
def jane(world: World) -> None:
    world.user("jane", name="Jane", email="jane@app.test")


def start(world: World, *steps: dict[str, Any], **body: Any) -> None:
    world.workflow("digest", steps)
    world.trigger("digest", "jane", **body)
    world.settle()


def only_message(world: World) -> Message:
    [message] = world.messages_of(JANE)
    return message


def feed(world: World) -> tuple[list[str], Counts]:
    channel_id = only_channel(world)
    page = read_feed(
        world.services.feeds, ENV, Feed(JANE, channel_id), FeedFilter(), Span(), 10, world.now, lambda _: {}
    )
    return [item.id for item in page.found.items], page.counts


def only_channel(world: World) -> str:
    [channel_id] = {message.channel_id for message in world.messages_of(JANE)}
    return channel_id


@pytest.mark.usefixtures("jane")
def test_a_message_made_outside_its_window_is_queued_until_it_opens(world: World) -> None:
    start(world, windowed(EMAIL))

    waiting = only_message(world)
    assert (waiting.status, waiting.scheduled_at) == (Status.QUEUED, FRIDAY_AT_NINE)
    world.advance(UNTIL_NINE - 1)
    assert world.provider.calls == 0

    world.advance(1)
    assert only_message(world).status is Status.SENT
    assert world.provider.calls == 1


@pytest.mark.usefixtures("jane")
def test_the_run_goes_on_and_its_log_says_when_the_message_goes_out(world: World) -> None:
    start(world, windowed(EMAIL))

    run = world.only_run()
    assert run.status.value == "completed"
    [event] = [event for event in run.events if event.event == "message_scheduled"]
    assert event.data == {"message_id": only_message(world).id, "scheduled_at": "2026-01-02T09:00:00.000Z"}
    assert event.at == run.inserted_at


@pytest.mark.usefixtures("jane")
def test_in_an_open_window_a_message_goes_out_at_once(world: World) -> None:
    world.now -= timedelta(hours=2)
    start(world, windowed(EMAIL))

    assert only_message(world).scheduled_at is None
    assert world.provider.calls == 1


def test_the_window_opens_by_the_recipient_s_clock(world: World) -> None:
    world.user("jane", email="jane@app.test", timezone="America/New_York")
    start(world, windowed(EMAIL))

    assert only_message(world).scheduled_at == FRIDAY_AT_NINE - timedelta(hours=19)


def test_each_device_has_a_clock_of_its_own(world: World) -> None:
    jane = world.user("jane", timezone="Europe/London")
    devices = ({"token": "home"}, {"token": "trip", "timezone": "America/Denver"})
    has_devices(world, jane, *devices, {"token": "odd", "timezone": "Moon/Base"})
    start(world, windowed(push()))

    scheduled = sorted(
        message.scheduled_at.hour for message in world.messages_of(jane) if message.scheduled_at
    )
    assert scheduled == [9, 9, 16]
    world.advance(4 * HOUR)
    assert world.provider.calls == 1
    world.advance(UNTIL_NINE)
    assert world.provider.calls == 3


@pytest.mark.usefixtures("jane")
def test_a_sandboxed_message_waits_for_nothing(world: World) -> None:
    start(world, windowed(EMAIL), settings={"sandbox_mode": True})

    assert (only_message(world).status, only_message(world).scheduled_at) == (Status.NOT_SENT, None)


@pytest.mark.usefixtures("jane")
def test_cancelling_leaves_a_message_that_has_been_made(world: World) -> None:
    start(world, windowed(EMAIL), cancellation_key="k")
    world.cancel("digest", "k")
    world.settle()
    world.advance(UNTIL_NINE)

    assert only_message(world).status is Status.SENT


@pytest.mark.usefixtures("jane")
def test_a_task_that_comes_too_early_comes_again(world: World) -> None:
    start(world, windowed(EMAIL))
    message = only_message(world)
    task = Deliver(
        env=ENV,
        collection=JANE.collection,
        recipient_id=JANE.id,
        channel_id=message.channel_id,
        message_id=message.id,
    )

    with pytest.raises(BusyError, match="scheduled"):
        deliver_message(world.deliver_ports(task), task)

    assert only_message(world).attempts == 0


@pytest.mark.usefixtures("jane")
def test_a_step_that_is_repeated_schedules_its_message_once(world: World) -> None:
    world.workflow("digest", [windowed(EMAIL)])
    world.trigger("digest", "jane")
    [task] = world.runs.take()
    for _ in range(3):
        world.run(task)
    world.settle()
    world.advance(UNTIL_NINE)

    assert world.provider.calls == 1


@pytest.mark.usefixtures("jane")
def test_a_bucket_whose_start_was_lost_is_started_by_the_repeat_and_drained_by_the_sweep(
    world: World,
) -> None:
    world.workflow("digest", [windowed(EMAIL)])
    world.trigger("digest", "jane")
    [task] = world.runs.take()
    world.run(task)
    world.wheels.waiting.clear()

    world.run(task)
    assert [wake.bucket for wake in world.wheels.waiting] == ["2026-01-02T09:00:00Z"]

    world.wheels.waiting.clear()
    world.advance(UNTIL_NINE + 60)
    assert world.provider.calls == 0
    world.sweep()
    assert world.provider.calls == 1


@pytest.mark.usefixtures("jane")
def test_an_in_app_message_is_neither_shown_nor_counted_before_its_window_opens(world: World) -> None:
    start(world, IN_APP)
    now_shown = only_message(world)
    world.workflow("later", [windowed(IN_APP)])
    world.trigger("later", "jane")
    world.settle()

    assert feed(world) == ([now_shown.id], Counts(1, 1, 1))
    world.advance(10 * HOUR)
    assert feed(world) == ([now_shown.id], Counts(1, 1, 1))

    world.advance(11 * HOUR)
    ids, counts = feed(world)
    assert (len(ids), ids[1], counts) == (2, now_shown.id, Counts(2, 2, 2))


@pytest.mark.usefixtures("jane")
def test_an_in_app_message_comes_up_as_the_newest_and_is_delivered_then(world: World) -> None:
    start(world, windowed(IN_APP))
    waiting = only_message(world)
    assert (waiting.status, waiting.inserted_at) == (Status.QUEUED, FRIDAY_AT_NINE)
    world.workflow("later", [IN_APP])
    world.advance(UNTIL_NINE - 3 * HOUR)
    world.trigger("later", "jane")
    world.settle()
    world.advance(3 * HOUR)

    ids, _ = feed(world)
    assert ids[0] == waiting.id
    after = world.messages_of(JANE)[-1]
    assert (after.status, after.events[-1].type, after.events[-1].at) == (
        Status.DELIVERED,
        "delivered",
        FRIDAY_AT_NINE,
    )


@pytest.mark.usefixtures("jane")
def test_counts_stay_exact_when_a_waiting_message_is_marked_and_folded_in(world: World) -> None:
    start(world, windowed(IN_APP))
    ports = MarkPorts(
        world.services.message_lists, world.services.messages, world.services.feeds, lambda: world.now
    )
    mark_message(ports, ENV, only_message(world).id, lambda message: marked(message, Mark.READ, world.now))
    assert feed(world)[1] == Counts(0, 0, 0)

    for wait in (UNTIL_NINE, HOUR, HOUR):
        world.advance(wait)
        assert feed(world)[1] == Counts(1, 0, 1)


@pytest.mark.usefixtures("jane")
def test_a_recipient_who_is_gone_by_then_gets_nothing(world: World) -> None:
    start(world, windowed(EMAIL))
    world.delete(JANE)
    world.advance(UNTIL_NINE)

    assert world.provider.calls == 0
