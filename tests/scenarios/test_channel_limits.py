"""A channel's limit: what is over it comes back when it is its turn, and has used nothing up by then."""

from collections import Counter
from datetime import datetime, timedelta

from tests.builders.carriers import tell_email
from tests.builders.emails import queued_emails
from tests.builders.world import World
from tocsin.channels.base import Outgoing, RetryableError, Sent
from tocsin.contract.tasks import Deliver
from tocsin.domain.delivery_settings import Rate
from tocsin.domain.recipients import user

LIMIT = {"limit": 2, "per": "second"}


def drained(world: World, tasks: list[Deliver]) -> tuple[Counter[datetime], int]:
    """When the provider was called, and how often a task was received: each comes back when it is due."""
    calls, receives, send = Counter[datetime](), 0, world.provider.send

    def counted(outgoing: Outgoing) -> Sent:
        calls[world.now] += 1
        return send(outgoing)

    world.provider.send = counted  # type: ignore[method-assign]
    while tasks:
        for task in tasks:
            world.deliver(task)
        receives += len(tasks)
        waiting = world.delivery.take()
        due = min((task.turn.at for task in waiting), default=world.now)
        tasks = [task for task in waiting if task.turn.at == due]
        world.delivery.waiting = [task for task in waiting if task.turn.at != due]
        world.now = due
    return calls, receives


def test_a_burst_drains_at_the_rate_and_each_message_comes_back_once(world: World) -> None:
    tell_email(world, rate_limit=LIMIT)
    began = world.now

    calls, receives = drained(world, queued_emails(world, 9))

    assert calls == {began + timedelta(seconds=second): 2 if second < 4 else 1 for second in range(5)}
    assert receives == 9 + 7


def test_whoever_waits_in_line_has_not_been_tried(world: World) -> None:
    tell_email(world, rate_limit=LIMIT)
    tasks = queued_emails(world, 3)

    assert [world.deliver(task) for task in tasks] == ["sent", "sent", "in_line"]

    [message] = world.messages_of(user("user-2"))
    assert (message.attempts, message.claimed_until) == (0, None)
    assert [event.type for event in message.events] == ["created", "queued"]


def test_a_task_that_comes_before_its_turn_keeps_its_place(world: World) -> None:
    tell_email(world, rate_limit=LIMIT)
    tasks = queued_emails(world, 3)
    for task in tasks:
        world.deliver(task)
    [waiting] = world.delivery.take()

    assert world.deliver(waiting) == "in_line"
    assert world.delivery.take() == [waiting]


def test_a_turn_that_was_long_missed_is_taken_anew(world: World) -> None:
    tell_email(world, rate_limit=LIMIT)
    *others, late = queued_emails(world, 4)
    for task in (*others[:2], late):
        world.deliver(task)
    [waiting] = world.delivery.take()
    world.now += timedelta(minutes=5)

    assert world.deliver(waiting) == "sent"
    assert (
        world.services.channel_turns.next("development", late.channel_id, Rate(2, 1), world.now) == world.now
    )


def test_each_attempt_has_a_turn_of_its_own(world: World) -> None:
    tell_email(world, rate_limit=LIMIT)
    task, _ = queued_emails(world, 2)
    world.provider.answers = [RetryableError("503")]
    assert world.deliver(task) == "retry"
    [again] = world.delivery.take()

    assert again.turn is None


def test_where_workers_are_too_slow_for_any_turn_the_message_goes_all_the_same(world: World) -> None:
    tell_email(world, rate_limit={"limit": 1, "per": "minute"})
    tasks = queued_emails(world, 2)
    for task in tasks:
        world.deliver(task)
    [waiting] = world.delivery.take()
    outcomes = []
    for _ in range(4):
        world.now = max(world.now, waiting.turn.at) + timedelta(minutes=10)
        for channel_id in [waiting.channel_id] * 3:
            world.services.channel_turns.next("development", channel_id, Rate(1, 60), world.now)
        outcomes.append(world.deliver(waiting))
        [waiting] = world.delivery.take() or [waiting]

    assert outcomes[:3] == ["in_line", "in_line", "sent"]
