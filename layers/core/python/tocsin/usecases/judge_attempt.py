"""What follows from an attempt that failed: the error's type decides, never its text."""

from datetime import timedelta
from typing import Any

from tocsin.channels.base import BouncedError, CredentialsError, DeliveryError, RetryableError, ThrottledError
from tocsin.contract.tasks import Deliver
from tocsin.domain.channels import PUSH
from tocsin.domain.exchanges import Exchange
from tocsin.domain.messages import Message, Status
from tocsin.domain.retries import MAX_ATTEMPTS, next_delay
from tocsin.usecases.delivery_ports import DeliverPorts
from tocsin.usecases.forget_device import forget_device
from tocsin.usecases.record_attempt import End, record
from tocsin.usecases.replies import ParentNotSentError, look_again


def judge(ports: DeliverPorts, task: Deliver, message: Message, error: DeliveryError) -> str:
    """Returns what became of the message, for the log: `waits`, `retry`, `bounced`, `undelivered` or `settled`."""
    if isinstance(error, ParentNotSentError):
        if look_again(ports, task, message):
            return "waits"
        return give_up(ports, task, message, "parent_not_sent", str(error))
    if isinstance(error, RetryableError):
        return _retry(ports, task, message, error)
    if isinstance(error, BouncedError):
        return _bounced(ports, task, message, error)
    reason = "invalid_credentials" if isinstance(error, CredentialsError) else "fatal_error"
    return give_up(ports, task, message, reason, str(error), error.exchange)


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


def _retry(ports: DeliverPorts, task: Deliver, message: Message, error: RetryableError) -> str:
    after = error.after if isinstance(error, ThrottledError) else None
    delay = next_delay(message.attempts, ports.chance(), after)
    if delay is None:
        return give_up(ports, task, message, "retries_exhausted", str(error), error.exchange)
    # Until just before then nobody may try: an early copy of the task would use the attempts up.
    not_before = ports.clock() + timedelta(seconds=delay - 1)
    facts = _attempt_facts(message, str(error), retryable=True)
    end = End(Status.DELIVERY_ATTEMPTED, facts, claimed_until=not_before, exchange=error.exchange)
    record(ports, task.env, message, end)
    ports.delivery.send(task, delay_seconds=delay)
    return "retry"


def give_up(
    ports: DeliverPorts,
    task: Deliver,
    message: Message,
    reason: str,
    details: str,
    exchange: Exchange | None = None,
) -> str:
    facts = _attempt_facts(message, details, retryable=False)
    end = End(Status.DELIVERY_ATTEMPTED, facts, claimed_until=message.claimed_until, exchange=exchange)
    attempted = record(ports, task.env, message, end)
    if attempted.is_settled():
        return "settled"
    failure = {"failure_reason": reason, "failure_details": details}
    record(ports, task.env, attempted, End(Status.UNDELIVERED, failure))
    return "undelivered"


def _attempt_facts(message: Message, details: str, *, retryable: bool) -> dict[str, Any]:
    return {
        "attempt": min(message.attempts, MAX_ATTEMPTS),
        "max_attempts": MAX_ATTEMPTS,
        "retryable": retryable,
        "details": details,
    }
