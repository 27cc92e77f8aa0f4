"""Deliver one message: find who carries it, wait for its turn, claim it, call the provider once, record what came.

Sending to a provider is at least once, and close to exactly once: the claim keeps two workers apart, what is
settled is not sent again, and only a crash between the provider's yes and our record can repeat a send. While a
claim is live the task comes back later; so it does while a failed attempt waits for its next turn.

What waits for a place in the line, or for a provider that is out of service, has not been tried: it claims nothing and
uses no attempt up.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from tocsin.channels.base import DeliveryError
from tocsin.contract.tasks import Deliver
from tocsin.domain.channels import IN_APP_FEED
from tocsin.domain.errors import ConflictError
from tocsin.domain.messages import Message, Status
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.retries import MAX_ATTEMPTS
from tocsin.usecases.call_provider import call_provider
from tocsin.usecases.choose_carrier import Barred, Way, carried_by, choose
from tocsin.usecases.circuits import begin_probe, note_answer, note_error
from tocsin.usecases.deliver_later import park
from tocsin.usecases.delivery_ports import BusyError, DeliverPorts
from tocsin.usecases.judge_attempt import end_of_tries, facts_of_carrier, judge
from tocsin.usecases.missing_receipt import given_to_the_next
from tocsin.usecases.record_attempt import End, found, record
from tocsin.usecases.take_turn import is_its_turn
from tocsin.usecases.wait_for_service import wait_for_service

# Longer than the function may run, so that a live worker never loses its claim.
CLAIM = timedelta(seconds=60)


def deliver_message(ports: DeliverPorts, task: Deliver) -> str:
    """Returns what happened, for the log: `gone`, `settled`, `sent`, `delivered`, `bounced`, `undelivered`, `retry`,
    `waits`, `in_line`, `failover`."""
    recipient = RecipientRef(task.collection, task.recipient_id)
    message = found(ports, task.env, recipient, task.channel_id, task.message_id)
    if message is None:
        return "gone"
    try:
        return _deliver(ports, task, message)
    except ConflictError:
        # Somebody wrote in between: a mark, a receipt, or another worker's claim. Look again.
        return deliver_message(ports, task)


def _deliver(ports: DeliverPorts, task: Deliver, message: Message) -> str:
    if message.status is Status.SENT:
        message = given_to_the_next(ports, task, message)
    if message.is_settled():
        return "settled"
    require_free(message, ports.clock())
    if message.channel_type == IN_APP_FEED:
        return record(ports, task.env, message, End(Status.DELIVERED)).status.value
    way = choose(ports, task.env, message)
    if isinstance(way, Barred):
        return wait_for_service(ports, task, message, way)
    if way is not None and not is_its_turn(ports, task, way.channel):
        return "in_line"
    return _try(ports, task.model_copy(update={"turn": None}), message, way)


def require_free(message: Message, now: datetime) -> None:
    """Raises BusyError."""
    if not message.is_due(now):
        raise BusyError(f"message {message.id} is scheduled: nobody may send it yet")
    if message.claimed_until is not None and message.claimed_until > now:
        raise BusyError(f"message {message.id} is taken until {message.claimed_until.isoformat()}")


def _try(ports: DeliverPorts, task: Deliver, message: Message, way: Way | None) -> str:
    """Raises ConflictError where somebody else has begun, or is the probe."""
    if way is not None and way.is_probe:
        way = begin_probe(ports, task.env, way)
    claimed = _claim(ports, task.env, message, way)
    if claimed.attempts > MAX_ATTEMPTS:
        return end_of_tries(ports, task, claimed, way)
    return _attempt(ports, task, claimed, way)


def _claim(ports: DeliverPorts, env: str, message: Message, way: Way | None) -> Message:
    carried = carried_by(message, way.channel) if way else message
    claimed_until = ports.clock() + CLAIM
    return ports.messages.put(
        env, replace(carried, claimed_until=claimed_until, attempts=carried.attempts + 1)
    )


def _attempt(ports: DeliverPorts, task: Deliver, message: Message, way: Way | None) -> str:
    try:
        sent = call_provider(ports, task.env, message, way.channel if way else None)
    except DeliveryError as error:
        if way is not None:
            note_error(ports, task.env, way, error)
        return judge(ports, task, message, way, error)
    if way is not None:
        note_answer(ports, task.env, way)
        if way.patience is not None:
            # Before the record: who dies in between has a message looked at that is still on its way.
            park(ports, task, message, ports.clock() + way.patience)
    facts = facts_of_carrier(message, way) or None
    end = End(
        Status.SENT,
        facts,
        external_id=sent.external_id,
        exchange=sent.exchange,
        is_delivered=sent.delivered,
    )
    return record(ports, task.env, message, end).status.value
