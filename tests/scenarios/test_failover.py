"""Failover: where a provider does not work, or is not heard of, the next one of the channel tries the same message."""

from datetime import timedelta

import pytest

from tests.builders.carriers import BACKUP_CHANNEL, add_backup, tell_email
from tests.builders.emails import only_message, queued_email
from tests.builders.world import World
from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    MisdirectedError,
    RejectedError,
    RetryableError,
)
from tocsin.contract.tasks import Deliver
from tocsin.domain.messages import Message, Status, moved
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.retries import MAX_ATTEMPTS


def deliver_to_the_end(world: World, task: Deliver) -> list[str]:
    """As the queue would, each try when it is due; the breaker's waits included."""
    outcomes = [world.deliver(task)]
    while world.delivery.waiting:
        world.now += timedelta(seconds=900)
        outcomes += [world.deliver(one) for one in world.delivery.take()]
    return outcomes


def attempts(message: Message) -> list[tuple[str | None, int]]:
    """(channel that stepped in, attempt)"""
    events = [event.data for event in message.events if event.type == "delivery_attempted"]
    return [(facts.get("channel_key"), facts["attempt"]) for facts in events if facts]


def test_after_the_last_try_the_next_provider_tries(world: World) -> None:
    tell_email(world, failover=["backup"], circuit_breaker=False)
    backup = add_backup(world)
    jane, task = queued_email(world)
    world.provider.answers = [RetryableError("503")] * 20

    outcomes = deliver_to_the_end(world, task)

    message = only_message(world, jane)
    assert outcomes == ["retry"] * 7 + ["failover", "sent"]
    assert (world.provider.calls, backup.calls) == (MAX_ATTEMPTS, 1)
    assert backup.sent[0].message_id == message.id
    assert (message.status, message.carrier_id) == (Status.SENT, BACKUP_CHANNEL)
    assert message.events[-1].data == {"channel_key": "backup", "provider": "email_postmark"}
    assert message.events[-2].data is not None
    assert message.events[-2].data["failover_to"] == "backup"


def test_a_provider_with_whom_every_worker_dies_is_given_up_for_the_next(world: World) -> None:
    tell_email(world, failover=["backup"], circuit_breaker=False)
    backup = add_backup(world)
    _, task = queued_email(world)
    world.provider.answers = [KeyError("killed")] * MAX_ATTEMPTS

    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(KeyError):
            world.deliver(task)
        world.now += timedelta(minutes=2)

    assert deliver_to_the_end(world, task) == ["failover", "sent"]
    assert (world.provider.calls, backup.calls) == (MAX_ATTEMPTS, 1)


def test_wrong_credentials_are_worth_no_second_try(world: World) -> None:
    tell_email(world, failover=["backup"])
    backup = add_backup(world)
    _, task = queued_email(world)
    world.provider.answers = [CredentialsError("401")]

    assert deliver_to_the_end(world, task) == ["failover", "sent"]
    assert (world.provider.calls, backup.calls) == (1, 1)


def test_a_host_that_does_not_exist_is_the_channels_fault_and_another_provider_tries(world: World) -> None:
    tell_email(world, failover=["backup"])
    backup = add_backup(world)
    _, task = queued_email(world)
    world.provider.answers = [MisdirectedError("the host of the URL was not found")]

    assert deliver_to_the_end(world, task) == ["failover", "sent"]
    assert backup.calls == 1


@pytest.mark.parametrize("refusal", [RejectedError("spam"), BouncedError("no such mailbox")])
def test_what_is_wrong_with_the_message_is_wrong_everywhere(world: World, refusal: Exception) -> None:
    tell_email(world, failover=["backup"])
    backup = add_backup(world)
    _, task = queued_email(world)
    world.provider.answers = [refusal]

    deliver_to_the_end(world, task)

    assert backup.calls == 0


def test_where_all_fail_each_has_had_its_tries_and_the_message_is_undelivered(world: World) -> None:
    tell_email(world, failover=["backup"], circuit_breaker=False)
    backup = add_backup(world, circuit_breaker=False)
    jane, task = queued_email(world)
    world.provider.answers = [RetryableError("503")] * 20
    backup.answers = [RetryableError("504")] * 20

    assert deliver_to_the_end(world, task)[-1] == "undelivered"

    message = only_message(world, jane)
    assert message.status is Status.UNDELIVERED
    expected = [*((None, number) for number in range(1, 9)), *(("backup", number) for number in range(1, 9))]
    assert attempts(message) == expected


def test_a_channel_that_is_removed_meanwhile_leaves_the_message_to_the_first(world: World) -> None:
    tell_email(world, failover=["backup"])
    add_backup(world)
    _, task = queued_email(world)
    world.provider.answers = [CredentialsError("401")]
    world.deliver(task)
    tell_email(world, failover=None)

    [again] = world.delivery.take()
    assert world.deliver(again) == "sent"
    assert world.provider.calls == 2


def overdue(world: World) -> tuple[RecipientRef, Deliver]:
    """An email that was sent ten minutes ago, and its provider is silent."""
    tell_email(world, failover=["backup"], failover_after_seconds=600)
    jane, task = queued_email(world)
    assert world.deliver(task) == "sent"
    return jane, task


def test_without_a_receipt_in_time_the_next_provider_tries_as_well(world: World) -> None:
    backup = add_backup(world)
    jane, _ = overdue(world)

    world.advance(599)
    assert backup.calls == 0
    world.advance(20)

    message = only_message(world, jane)
    assert (backup.calls, world.provider.calls) == (1, 1)
    assert [event.type for event in message.events][2:] == ["sent", "delivery_attempted", "sent"]
    assert message.carrier_id == BACKUP_CHANNEL


def test_a_sending_that_is_long_in_being_recorded_is_looked_at_when_it_is_overdue(world: World) -> None:
    """It is parked before: the wheel then comes too early, and comes once more."""
    backup = add_backup(world)
    start = world.wheels.start

    def slowly(task: object) -> None:
        start(task)
        world.now += timedelta(seconds=40)

    world.wheels.start = slowly  # type: ignore[method-assign]
    overdue(world)
    world.wheels.start = start  # type: ignore[method-assign]

    world.advance(570)
    assert backup.calls == 0
    world.advance(60)

    assert backup.calls == 1


def test_a_receipt_in_time_is_the_end_of_it(world: World) -> None:
    backup = add_backup(world)
    jane, _ = overdue(world)
    delivered = moved(only_message(world, jane), Status.DELIVERED, world.now)
    world.services.messages.put("development", delivered)

    world.advance(700)

    assert backup.calls == 0
    assert only_message(world, jane).status is Status.DELIVERED


def test_a_task_that_comes_again_before_the_time_changes_nothing(world: World) -> None:
    backup = add_backup(world)
    _, task = overdue(world)

    assert world.deliver(task) == "settled"
    assert backup.calls == 0


def test_the_last_in_the_list_is_waited_for_no_more(world: World) -> None:
    backup = add_backup(world)
    jane, _ = overdue(world)

    world.advance(700)
    world.advance(7_000)

    assert (world.provider.calls, backup.calls) == (1, 1)
    assert only_message(world, jane).status is Status.SENT


def test_who_dies_between_the_call_and_its_record_leaves_no_second_failover(world: World) -> None:
    """The wheel looks at a message that is still on its way: that is one more copy of its task."""
    backup = add_backup(world)
    tell_email(world, failover=["backup"], failover_after_seconds=600)
    jane, task = queued_email(world)
    put, calls = world.services.messages.put, iter([True, False])

    def die_before_the_record(*arguments: object) -> Message:
        if not next(calls, True):
            raise KeyError("killed")
        return put(*arguments)  # type: ignore[arg-type]

    world.services.messages.put = die_before_the_record  # type: ignore[method-assign, assignment]
    with pytest.raises(KeyError):
        world.deliver(task)

    world.advance(700)

    assert (world.provider.calls, backup.calls) == (2, 0)
    assert only_message(world, jane).status is Status.SENT
