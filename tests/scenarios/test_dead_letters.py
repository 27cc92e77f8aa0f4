"""Dead letters: what no provider took is listed, and sent again once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.builders.emails import only_message, queued_email
from tests.builders.world import ENV, World
from tocsin.channels.base import CredentialsError, RejectedError, RetryableError
from tocsin.contract.tasks import Deliver
from tocsin.domain.dead_letters import KEPT, DeadLetter
from tocsin.domain.listing import Span
from tocsin.domain.messages import Status
from tocsin.domain.recipients import user
from tocsin.usecases.bury import bury
from tocsin.usecases.dead_letters import (
    Replayed,
    ReplayPorts,
    Sought,
    find_letters,
    replay,
    replay_messages,
)
from tocsin.usecases.delivery_ports import BusyError


def letters(world: World, **sought: Any) -> list[DeadLetter]:
    store = world.services.dead_letters
    return find_letters(store, ENV, Sought(**sought), Span(), 50, world.now).items


def ports(world: World) -> ReplayPorts:
    services = world.services
    return ReplayPorts(services.dead_letters, services.message_lists, world.delivery, world.clock)


def dead(world: World, error: Exception | None = None) -> Deliver:
    """Jane's email."""
    _, task = queued_email(world)
    world.provider.answers = [error or CredentialsError("401")]
    assert world.deliver(task) == "undelivered"
    return task


def test_what_found_no_working_provider_is_listed_with_its_reason(world: World) -> None:
    task = dead(world)

    [letter] = letters(world)
    assert (letter.message_id, letter.reason, letter.details) == (
        task.message_id,
        "invalid_credentials",
        "401",
    )
    assert letter.at == world.now


def test_what_the_provider_refused_for_itself_is_not(world: World) -> None:
    dead(world, RejectedError("spam"))

    assert letters(world) == []


def test_a_whole_window_of_failures_ends_there_and_a_replay_has_all_its_tries_again(world: World) -> None:
    jane, task = queued_email(world)
    world.provider.answers = [RetryableError("503")] * 8
    outcome = world.deliver(task)
    while outcome == "retry" or outcome == "waits":
        world.now += timedelta(seconds=900)
        [task] = world.delivery.take()
        outcome = world.deliver(task)
    assert outcome == "undelivered"

    done = replay(ports(world), ENV, letters(world))
    world.settle()

    message = only_message(world, jane)
    assert done == Replayed((message.id,), 0)
    assert (message.status, message.attempts) == (Status.SENT, 1)
    assert letters(world) == []
    assert len(world.provider.sent) == 1


def test_a_replay_of_what_has_been_replayed_sends_nothing(world: World) -> None:
    dead(world)
    found = letters(world)
    replay(ports(world), ENV, found)
    world.settle()

    assert replay(ports(world), ENV, found) == Replayed((), 1)
    assert world.delivery.take() == []


def test_two_replays_at_once_send_once(world: World) -> None:
    dead(world)
    found = letters(world)
    replay(ports(world), ENV, found)
    replay(ports(world), ENV, found)

    assert len(world.delivery.waiting) == 2
    world.settle()
    assert len(world.provider.sent) == 1


def test_a_replay_that_dies_before_its_task_is_sent_is_repeated(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead(world)
    with monkeypatch.context() as context:
        context.setattr(world.delivery, "send_many", _killed)
        with pytest.raises(KeyError):
            replay(ports(world), ENV, letters(world))
    assert only_message(world, user("jane")).status is Status.QUEUED

    replay(ports(world), ENV, letters(world))
    world.settle()

    assert only_message(world, user("jane")).status is Status.SENT


def test_one_is_sent_again_by_its_id_whatever_it_was_refused_for(world: World) -> None:
    task = dead(world, RejectedError("the sender is blocked"))

    done = replay_messages(ports(world), ENV, [task.message_id, task.message_id, "nobody"])

    assert done == Replayed((task.message_id,), 1)
    assert len(world.delivery.waiting) == 1


def test_they_are_found_by_channel_workflow_and_time(world: World) -> None:
    task = dead(world)
    minute = timedelta(minutes=1)

    assert len(letters(world, channel_id=task.channel_id, workflow="mail", since=world.now)) == 1
    assert letters(world, channel_id="another") == letters(world, workflow="another") == []
    assert letters(world, since=world.now + minute) == letters(world, until=world.now) == []
    assert len(letters(world, since=world.now - minute, until=world.now + minute)) == 1


def test_they_are_not_kept_for_ever(world: World) -> None:
    dead(world)
    world.now += KEPT + timedelta(seconds=1)

    assert letters(world) == []


def test_what_its_worker_fails_on_to_the_last_is_listed_too(world: World) -> None:
    jane, task = queued_email(world)

    assert bury(world.deliver_ports(task), task, 11) == "undelivered"

    [letter] = letters(world)
    assert letter.reason == "worker_failed"
    assert "10 times" in letter.details
    assert only_message(world, jane).status is Status.UNDELIVERED


def test_what_another_worker_holds_is_not_buried(world: World) -> None:
    _, task = queued_email(world)
    world.provider.answers = [RetryableError("503")]
    world.deliver(task)

    with pytest.raises(BusyError):
        bury(world.deliver_ports(task), task, 11)


def _killed(*_: object) -> None:
    raise KeyError("killed")


def test_what_is_scheduled_for_later_is_not_sent_again_before(world: World) -> None:
    jane, _ = queued_email(world)
    message = only_message(world, jane)
    scheduled = replace(message, scheduled_at=world.now + timedelta(days=1))
    world.services.messages.put(ENV, scheduled)
    world.delivery.take()

    assert replay_messages(ports(world), ENV, [message.id]) == Replayed((), 1)
    assert world.delivery.take() == []


def test_a_letter_goes_with_its_message_and_with_its_recipient(world: World) -> None:
    dead(world)
    message = only_message(world, user("jane"))
    world.services.messages.delete(ENV, [message])
    assert letters(world) == []

    dead(world)
    assert len(letters(world)) == 1
    assert world.services.removals.clear(ENV, user("jane"), world.now + timedelta(minutes=1))
    assert letters(world) == []
