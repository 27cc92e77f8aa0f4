"""What follows from an attempt that failed: the error's type decides, never its text."""

from datetime import timedelta
from typing import Any

from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    MisdirectedError,
    RetryableError,
    ThrottledError,
)
from tocsin.contract.tasks import Deliver
from tocsin.domain.channels import PUSH
from tocsin.domain.exchanges import Exchange
from tocsin.domain.messages import Message, Status
from tocsin.domain.retries import MAX_ATTEMPTS, next_delay
from tocsin.usecases.choose_carrier import Way
from tocsin.usecases.deliver_later import deliver_later
from tocsin.usecases.delivery_ports import DeliverPorts
from tocsin.usecases.forget_device import forget_device
from tocsin.usecases.record_attempt import End, record
from tocsin.usecases.replies import ParentNotSentError, look_again


def judge(ports: DeliverPorts, task: Deliver, message: Message, way: Way | None, error: DeliveryError) -> str:
    """Returns what became of the message, for the log: `waits`, `retry`, `failover`, `bounced`, `undelivered` or
    `settled`."""
    if isinstance(error, ParentNotSentError):
        if look_again(ports, task, message):
            return "waits"
        return give_up(ports, task, message, "parent_not_sent", str(error))
    if isinstance(error, RetryableError):
        return _retry(ports, task, message, way, error)
    if isinstance(error, BouncedError):
        return _bounced(ports, task, message, error)
    if isinstance(error, CredentialsError):
        return _of_no_use(ports, task, message, way, "invalid_credentials", error)
    if isinstance(error, MisdirectedError):
        return _of_no_use(ports, task, message, way, "fatal_error", error)
    return give_up(ports, task, message, "fatal_error", str(error), error.exchange)


def _bounced(ports: DeliverPorts, task: Deliver, message: Message, error: BouncedError) -> str:
    """Nothing will reach this destination any more. A device that is gone is forgotten, and that first: a crash in
    between bounces once more, instead of keeping it for ever."""
    failure = {"failure_reason": "bounced", "failure_details": str(error)}
    if message.channel_type == PUSH:
        _forget(ports, task.env, message, failure)
    record(ports, task.env, message, End(Status.BOUNCED, failure, exchange=error.exchange))
    return "bounced"


def _forget(ports: DeliverPorts, env: str, message: Message, failure: dict[str, str]) -> None:
    """Unless the channel or the step says to keep it. Content that is gone went with its recipient."""
    content = ports.messages.content(env, message)
    if content is None:
        return
    failure["token"] = content["token"]
    if content.get("token_deregistration", True):
        forget_device(ports.channel_data, env, message.recipient, message.channel_id, content["token"])


def _retry(
    ports: DeliverPorts, task: Deliver, message: Message, way: Way | None, error: RetryableError
) -> str:
    now = ports.clock()
    after = error.after if isinstance(error, ThrottledError) else None
    tried_for = now - (message.tried_since or now)
    delay = next_delay(message.attempts, ports.chance(), after, tried_for)
    if delay is None:
        return _of_no_use(ports, task, message, way, "retries_exhausted", error)
    due = now + timedelta(seconds=delay)
    # Until just before then nobody may try: an early copy of the task would use the attempts up.
    facts = _attempt_facts(message, way, str(error), retryable=True)
    end = End(Status.DELIVERY_ATTEMPTED, facts, due - timedelta(seconds=1), exchange=error.exchange)
    record(ports, task.env, message, end)
    deliver_later(ports, task, message, due)
    return "retry"


def _of_no_use(
    ports: DeliverPorts, task: Deliver, message: Message, way: Way | None, reason: str, error: DeliveryError
) -> str:
    """The provider does not work: the next one tries, and where there is none the message is a dead letter."""
    facts = _attempt_facts(message, way, str(error), retryable=False)
    if way is None or not way.later:
        end = End(
            Status.DELIVERY_ATTEMPTED,
            facts,
            exchange=error.exchange,
            failure=_failure(reason, str(error)),
            is_dead_letter=True,
        )
        return _ended(record(ports, task.env, message, end))
    following = way.later[0]
    facts["failover_to"] = following.key
    end = End(Status.DELIVERY_ATTEMPTED, facts, exchange=error.exchange, next_carrier=following)
    if record(ports, task.env, message, end).is_settled():
        return "settled"
    ports.delivery.send(task)
    return "failover"


def end_of_tries(ports: DeliverPorts, task: Deliver, message: Message, way: Way | None) -> str:
    """Of a message whose last worker died with its try."""
    details = "its attempts ended without an answer"
    if way is not None and way.later:
        return _of_no_use(ports, task, message, way, "retries_exhausted", RetryableError(details))
    return end_undelivered(ports, task, message, "retries_exhausted", details)


def give_up(
    ports: DeliverPorts,
    task: Deliver,
    message: Message,
    reason: str,
    details: str,
    exchange: Exchange | None = None,
) -> str:
    """For what no provider can help."""
    facts = _attempt_facts(message, None, details, retryable=False)
    failure = _failure(reason, details)
    end = End(Status.DELIVERY_ATTEMPTED, facts, exchange=exchange, failure=failure)
    return _ended(record(ports, task.env, message, end))


def end_undelivered(ports: DeliverPorts, task: Deliver, message: Message, reason: str, details: str) -> str:
    """Without an attempt, and listed as a dead letter."""
    end = End(Status.UNDELIVERED, _failure(reason, details), is_dead_letter=True)
    return _ended(record(ports, task.env, message, end))


def _ended(stored: Message) -> str:
    return "undelivered" if stored.status is Status.UNDELIVERED else "settled"


def _failure(reason: str, details: str) -> dict[str, Any]:
    return {"failure_reason": reason, "failure_details": details}


def _attempt_facts(message: Message, way: Way | None, details: str, *, retryable: bool) -> dict[str, Any]:
    return {
        "attempt": min(message.attempts, MAX_ATTEMPTS),
        "max_attempts": MAX_ATTEMPTS,
        "retryable": retryable,
        "details": details,
        **facts_of_carrier(message, way),
    }


def facts_of_carrier(message: Message, way: Way | None) -> dict[str, Any]:
    """Who tried, where it was not the message's own channel."""
    if way is None or message.carrier_id is None:
        return {}
    return {"channel_key": way.channel.key, "provider": way.channel.provider}
