"""Deliver one message: claim it, call the provider once, record what came of it.

Sending to a provider is at least once, and close to exactly once: the claim keeps two workers apart, what is
settled is not sent again, and only a crash between the provider's yes and our record can repeat a send. While a
claim is live the task comes back later; so it does while a failed attempt waits for its next turn.
"""

from dataclasses import replace
from datetime import timedelta

from tocsin.channels.base import DeliveryError
from tocsin.contract.tasks import Deliver
from tocsin.domain.channels import IN_APP_FEED
from tocsin.domain.errors import ConflictError
from tocsin.domain.messages import Message, Status
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.retries import MAX_ATTEMPTS
from tocsin.usecases.call_provider import call_provider
from tocsin.usecases.delivery_ports import BusyError, DeliverPorts
from tocsin.usecases.judge_attempt import give_up, judge
from tocsin.usecases.record_attempt import End, found, record

# Longer than the function may run, so that a live worker never loses its claim.
CLAIM = timedelta(seconds=60)


def deliver_message(ports: DeliverPorts, task: Deliver) -> str:
    """Returns what happened, for the log: `gone`, `settled`, `sent`, `delivered`, `bounced`, `undelivered`, `retry`,
    `waits`."""
    recipient = RecipientRef(task.collection, task.recipient_id)
    message = found(ports, task.env, recipient, task.channel_id, task.message_id)
    if message is None:
        return "gone"
    if message.is_settled():
        return "settled"
    if not message.is_due(ports.clock()):
        raise BusyError(f"message {message.id} is scheduled: nobody may send it yet")
    if message.channel_type == IN_APP_FEED:
        return record(ports, task.env, message, End(Status.DELIVERED)).status.value
    try:
        claimed = _claim(ports, task.env, message)
    except ConflictError:
        # Somebody wrote in between: a mark, or another worker's claim. Look again.
        return deliver_message(ports, task)
    if claimed.attempts > MAX_ATTEMPTS:
        return give_up(ports, task, claimed, "retries_exhausted", "its attempts ended without an answer")
    return _attempt(ports, task, claimed)


def _claim(ports: DeliverPorts, env: str, message: Message) -> Message:
    now = ports.clock()
    if message.claimed_until is not None and message.claimed_until > now:
        raise BusyError(f"message {message.id} is taken until {message.claimed_until.isoformat()}")
    return ports.messages.put(env, replace(message, claimed_until=now + CLAIM, attempts=message.attempts + 1))


def _attempt(ports: DeliverPorts, task: Deliver, message: Message) -> str:
    try:
        sent = call_provider(ports, task.env, message)
    except DeliveryError as error:
        return judge(ports, task, message, error)
    end = End(Status.SENT, external_id=sent.external_id, exchange=sent.exchange)
    stored = record(ports, task.env, message, end)
    if sent.delivered and stored.status is Status.SENT:
        stored = record(ports, task.env, stored, End(Status.DELIVERED))
    return stored.status.value
