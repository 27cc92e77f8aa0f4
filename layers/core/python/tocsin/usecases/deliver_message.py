"""Deliver one message: claim it, call the provider once, record what came of it.

Sending to a provider is at least once, and close to exactly once: the claim keeps two workers apart, what is
settled is not sent again, and only a crash between the provider's yes and our record can repeat a send. While a
claim is live the task comes back later; so it does while a failed attempt waits for its next turn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    Outgoing,
    RejectedError,
    RetryableError,
    Send,
    Sent,
    ThrottledError,
)
from tocsin.contract.tasks import Deliver
from tocsin.domain.channels import IN_APP_FEED, PUSH, Channel
from tocsin.domain.errors import ConflictError
from tocsin.domain.exchanges import Exchange, with_exchange
from tocsin.domain.messages import Message, Status, moved
from tocsin.domain.recipients import TENANTS, RecipientRef
from tocsin.domain.retries import MAX_ATTEMPTS, next_delay
from tocsin.usecases.channel_ports import ChannelData, Channels, ChannelSecrets
from tocsin.usecases.forget_device import forget_device
from tocsin.usecases.ports import MessageLists, Messages, Tasks

# Longer than the function may run, so that a live worker never loses its claim.
CLAIM = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class DeliverPorts:
    messages: Messages
    lists: MessageLists
    channels: Channels
    channel_data: ChannelData
    secrets: ChannelSecrets
    delivery: Tasks
    provider: Callable[[str], Send | None]
    clock: Callable[[], datetime]
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True)
class _End:
    """What came of an attempt, as the message records it."""

    status: Status
    facts: dict[str, Any] | None = None
    claimed_until: datetime | None = None
    external_id: str | None = None
    exchange: Exchange | None = None


class BusyError(Exception):
    """Another worker holds the message, or it is not due: let the task come back."""


def deliver_message(ports: DeliverPorts, task: Deliver) -> str:
    """Returns what happened, for the log: `gone`, `settled`, `sent`, `delivered`, `bounced`, `undelivered`, `retry`."""
    recipient = RecipientRef(task.collection, task.recipient_id)
    message = _found(ports, task.env, recipient, task.channel_id, task.message_id)
    if message is None:
        return "gone"
    if message.is_settled():
        return "settled"
    if not message.is_due(ports.clock()):
        raise BusyError(f"message {message.id} is scheduled: nobody may send it yet")
    if message.channel_type == IN_APP_FEED:
        return _record(ports, task.env, message, _End(Status.DELIVERED)).status.value
    try:
        claimed = _claim(ports, task.env, message)
    except ConflictError:
        # Somebody wrote in between: a mark, or another worker's claim. Look again.
        return deliver_message(ports, task)
    if claimed.attempts > MAX_ATTEMPTS:
        return _give_up(ports, task, claimed, "retries_exhausted", "its attempts ended without an answer")
    return _attempt(ports, task, claimed)


def _attempt(ports: DeliverPorts, task: Deliver, message: Message) -> str:
    """One call of the provider, and what follows from it: the error's type decides, never its text."""
    try:
        sent = _send(ports, task.env, message)
    except RetryableError as error:
        return _retry(ports, task, message, error)
    except BouncedError as error:
        return _bounced(ports, task, message, error)
    except DeliveryError as error:
        reason = "invalid_credentials" if isinstance(error, CredentialsError) else "fatal_error"
        return _give_up(ports, task, message, reason, str(error), error.exchange)
    end = _End(Status.SENT, external_id=sent.external_id, exchange=sent.exchange)
    stored = _record(ports, task.env, message, end)
    if sent.delivered and stored.status is Status.SENT:
        stored = _record(ports, task.env, stored, _End(Status.DELIVERED))
    return stored.status.value


def _found(
    ports: DeliverPorts, env: str, recipient: RecipientRef, channel_id: str, message_id: str
) -> Message | None:
    """Under its recipient, or under the user that its recipient has been merged into meanwhile."""
    message = ports.messages.get(env, recipient, channel_id, message_id)
    return message or ports.lists.find_moved(env, message_id)


def _claim(ports: DeliverPorts, env: str, message: Message) -> Message:
    now = ports.clock()
    if message.claimed_until is not None and message.claimed_until > now:
        raise BusyError(f"message {message.id} is taken until {message.claimed_until.isoformat()}")
    return ports.messages.put(env, replace(message, claimed_until=now + CLAIM, attempts=message.attempts + 1))


def _send(ports: DeliverPorts, env: str, message: Message) -> Sent:
    channel = next((one for one in ports.channels.all(env) if one.id == message.channel_id), None)
    send = ports.provider(channel.provider) if channel else None
    if channel is None or send is None:
        raise CredentialsError(f"the channel {message.channel_id} has no provider in {env}")
    content = ports.messages.content(env, message)
    if content is None:
        raise RejectedError("its content is gone")
    outgoing = Outgoing(
        message_id=message.id,
        environment=env,
        content=content,
        settings=channel.settings,
        secrets=lambda: _secrets(ports, env, channel),
        recipient_data=lambda: ports.channel_data.get(env, message.recipient, channel.id) or {},
        tenant_data=lambda: _tenant_data(ports, env, message),
    )
    return send(outgoing)


def _secrets(ports: DeliverPorts, env: str, channel: Channel) -> Mapping[str, str]:
    """All that the channel says it has: without one of them, a request would go out unsigned."""
    found = ports.secrets.get(env, channel.id, channel.secrets)
    missing = [name for name in channel.secrets if name not in found]
    if missing:
        raise RetryableError(f"the channel {channel.key!r} lacks its secret {missing[0]!r}; set it again")
    return found


def _tenant_data(ports: DeliverPorts, env: str, message: Message) -> Mapping[str, Any]:
    if message.tenant is None:
        return {}
    return ports.channel_data.get(env, RecipientRef(TENANTS, message.tenant), message.channel_id) or {}


def _bounced(ports: DeliverPorts, task: Deliver, message: Message, error: BouncedError) -> str:
    """Nothing will reach this destination any more. A device that is gone is forgotten, and that first: a crash in
    between bounces once more, instead of keeping it for ever."""
    failure = {"failure_reason": "bounced", "failure_details": str(error)}
    if message.channel_type == PUSH:
        _forget(ports, task.env, message, failure)
    _record(ports, task.env, message, _End(Status.BOUNCED, failure, exchange=error.exchange))
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
        return _give_up(ports, task, message, "retries_exhausted", str(error), error.exchange)
    # Until just before then nobody may try: an early copy of the task would use the attempts up.
    not_before = ports.clock() + timedelta(seconds=delay - 1)
    facts = _attempt_facts(message, str(error), retryable=True)
    end = _End(Status.DELIVERY_ATTEMPTED, facts, claimed_until=not_before, exchange=error.exchange)
    _record(ports, task.env, message, end)
    ports.delivery.send(task, delay_seconds=delay)
    return "retry"


def _give_up(
    ports: DeliverPorts,
    task: Deliver,
    message: Message,
    reason: str,
    details: str,
    exchange: Exchange | None = None,
) -> str:
    facts = _attempt_facts(message, details, retryable=False)
    end = _End(Status.DELIVERY_ATTEMPTED, facts, claimed_until=message.claimed_until, exchange=exchange)
    attempted = _record(ports, task.env, message, end)
    if attempted.is_settled():
        return "settled"
    failure = {"failure_reason": reason, "failure_details": details}
    _record(ports, task.env, attempted, _End(Status.UNDELIVERED, failure))
    return "undelivered"


def _attempt_facts(message: Message, details: str, *, retryable: bool) -> dict[str, Any]:
    return {
        "attempt": min(message.attempts, MAX_ATTEMPTS),
        "max_attempts": MAX_ATTEMPTS,
        "retryable": retryable,
        "details": details,
    }


def _record(ports: DeliverPorts, env: str, message: Message, end: _End) -> Message:
    """Stores the attempt's end. A mark set meanwhile is kept: the change is made again on what lies there now."""
    while True:
        now = ports.clock()
        changed = replace(
            moved(message, end.status, now, end.facts),
            claimed_until=end.claimed_until,
            external_id=end.external_id or message.external_id,
            exchanges=with_exchange(message.exchanges, end.exchange, now),
        )
        try:
            return ports.messages.put(env, changed)
        except ConflictError:
            stored = _again(ports, env, message)
            if stored is None or stored.is_settled():
                return stored or message
            message = stored


def _again(ports: DeliverPorts, env: str, message: Message) -> Message | None:
    while True:
        try:
            return _found(ports, env, message.recipient, message.channel_id, message.id)
        except ConflictError:
            # It is on its way to another user, which takes milliseconds; the attempt must not go unrecorded.
            continue
