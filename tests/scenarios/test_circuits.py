"""Circuit breakers: a provider that keeps failing is left in peace, and nobody's attempts are used up meanwhile."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.builders.carriers import add_backup, tell_email
from tests.builders.emails import queued_email, queued_emails
from tests.builders.world import ENV, World
from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    RejectedError,
    RetryableError,
    ThrottledError,
)
from tocsin.contract.tasks import Deliver
from tocsin.domain.breaker import Breaker
from tocsin.domain.exchanges import Exchange
from tocsin.domain.messages import Status
from tocsin.domain.recipients import user
from tocsin.usecases.replies import ParentNotSentError

TWO_FAILURES = {"failures": 2, "within_seconds": 60}


def opened(world: World, error: Exception, count: int) -> list[Deliver]:
    """The tasks of messages that come upon an open circuit."""
    tell_email(world, circuit_breaker=TWO_FAILURES)
    tasks = queued_emails(world, 2 + count)
    world.provider.answers = [error, error]
    for task in tasks[:2]:
        world.deliver(task)
    world.delivery.take()
    return tasks[2:]


def circuit(world: World) -> Breaker | None:
    _, circuits = world.services.channels.with_circuits(ENV)
    return next(iter(circuits.values()), None)


def test_failures_in_a_row_open_it_and_what_comes_waits_without_an_attempt(world: World) -> None:
    tasks = opened(world, RetryableError("503"), 1)

    assert world.told == {"circuit_opened": "email"}
    assert world.deliver(tasks[0]) == "waits"
    assert world.provider.calls == 2
    [message] = world.messages_of(user("user-2"))
    assert (message.status, message.attempts) == (Status.QUEUED, 0)


def test_wrong_credentials_open_it_too(world: World) -> None:
    tasks = opened(world, CredentialsError("401"), 1)

    assert world.deliver(tasks[0]) == "waits"


def test_a_provider_that_answers_works_whatever_it_says(world: World) -> None:
    tell_email(world, circuit_breaker=TWO_FAILURES)
    tasks = queued_emails(world, 5)
    failure = RetryableError("503")
    spam, slow_down = (Exchange("smtp", "DATA", "mail.test", "/", status=code) for code in (554, 421))
    world.provider.answers = [
        failure,
        RejectedError("spam", exchange=spam),
        failure,
        ThrottledError("slow down", exchange=slow_down),
        failure,
    ]

    for task in tasks:
        world.deliver(task)

    breaker = circuit(world)
    assert breaker is not None
    assert (breaker.failures, breaker.is_open) == (1, False)


@pytest.mark.parametrize("refusal", [BouncedError("no phone number"), ParentNotSentError("not yet")])
def test_what_is_refused_before_the_provider_is_asked_tells_nothing_of_it(
    world: World, refusal: DeliveryError
) -> None:
    probe, after = opened(world, RetryableError("503"), 2)
    world.now += timedelta(seconds=30)
    world.provider.answers = [refusal]

    world.deliver(probe)

    breaker = circuit(world)
    assert breaker is not None
    assert breaker.is_open
    assert world.deliver(after) == "waits"


def test_once_it_is_time_one_message_asks_and_its_success_closes_it(world: World) -> None:
    first, second, third = opened(world, RetryableError("503"), 3)
    assert world.deliver(first) == "waits"
    world.now += timedelta(seconds=30)
    send, meanwhile = world.provider.send, list[str]()

    def while_the_probe_is_under_way(outgoing: object) -> object:
        meanwhile.append(world.deliver(second))
        return send(outgoing)  # type: ignore[arg-type]

    world.provider.send = while_the_probe_is_under_way  # type: ignore[method-assign, assignment]
    assert world.deliver(first) == "sent"
    assert meanwhile == ["waits"]
    world.provider.send = send  # type: ignore[method-assign]

    assert world.told["circuit_closed"] == "email"
    assert circuit(world) is None
    assert world.deliver(third) == "sent"


def test_a_probe_that_fails_is_an_attempt_of_its_message_and_the_next_pause_is_longer(world: World) -> None:
    [task] = opened(world, RetryableError("503"), 1)
    world.now += timedelta(seconds=30)
    world.provider.answers = [RetryableError("still 503")]

    assert world.deliver(task) == "retry"

    breaker = circuit(world)
    assert breaker is not None
    assert breaker.probe_at == world.now + timedelta(seconds=60)
    [message] = world.messages_of(user("user-2"))
    assert message.attempts == 1


def test_a_probe_that_nobody_reports_back_from_is_followed_by_another(world: World) -> None:
    first, second = opened(world, RetryableError("503"), 2)
    world.now += timedelta(seconds=30)
    world.provider.answers = [KeyError("killed")]
    try:
        world.deliver(first)
    except KeyError:
        world.now += timedelta(seconds=60)

    assert world.deliver(second) == "sent"


def test_while_it_is_open_the_next_provider_carries_what_comes(world: World) -> None:
    backup = add_backup(world)
    tell_email(world, failover=["backup"])
    [task] = opened(world, RetryableError("503"), 1)

    assert world.deliver(task) == "sent"
    assert (world.provider.calls, backup.calls) == (2, 1)


def test_where_no_circuit_closes_within_half_an_hour_the_message_is_undelivered(world: World) -> None:
    [task] = opened(world, RetryableError("503"), 1)
    tell_email(world, circuit_breaker=TWO_FAILURES)
    breaker = circuit(world)
    assert breaker is not None
    received, outcome = 0, "waits"
    while outcome == "waits":
        # Others' probes fail all the while.
        world.services.channels.put_circuit(
            ENV, _email_id(world), _probed(world, world.now + timedelta(seconds=300))
        )
        outcome, received = world.deliver(task), received + 1
        world.now += timedelta(seconds=300)
        [task] = world.delivery.take() or [task]

    assert (outcome, received) == ("undelivered", 7)
    assert world.provider.calls == 2
    [message] = world.messages_of(user("user-2"))
    assert message.events[-1].data == {
        "failure_reason": "retries_exhausted",
        "failure_details": "its provider has been out of service for half an hour: 503",
    }


def test_switched_off_it_never_opens(world: World) -> None:
    tell_email(world, circuit_breaker=False)
    _, task = queued_email(world)
    world.provider.answers = [RetryableError("503")] * 8

    assert world.deliver(task) == "retry"
    assert circuit(world) is None


def test_a_channel_that_is_removed_takes_its_circuit_along(world: World) -> None:
    opened(world, RetryableError("503"), 0)
    assert circuit(world) is not None
    channel = next(one for one in world.services.channels.all(ENV) if one.key == "email")

    world.services.channels.delete(ENV, channel)

    assert circuit(world) is None


def _email_id(world: World) -> str:
    return next(one.id for one in world.services.channels.all(ENV) if one.key == "email")


def _probed(world: World, probe_at: datetime) -> Breaker:
    breaker = circuit(world)
    assert breaker is not None
    return replace(breaker, probe_at=probe_at)
