"""A message that was sent, and of which nothing was heard for too long: the next provider tries it as well.

It may then arrive twice, which is what a channel with `failover_after_seconds` asks for.
"""

from dataclasses import replace

from tocsin.contract.tasks import Deliver
from tocsin.domain.messages import Message, Status, moved
from tocsin.domain.retries import MAX_ATTEMPTS
from tocsin.usecases.choose_carrier import carried_by, next_in_silence
from tocsin.usecases.deliver_later import park
from tocsin.usecases.delivery_ports import DeliverPorts


def given_to_the_next(ports: DeliverPorts, task: Deliver, message: Message) -> Message:
    """As its next carrier finds it; as it is where it is not overdue. Raises ConflictError when something was heard
    at this moment."""
    found = next_in_silence(ports.channels.all(task.env), message)
    if found is None:
        return message
    (following, due), now = found, ports.clock()
    if now < due:
        # It was parked before it was recorded as sent: where that took long, the wheel comes too early.
        park(ports, task, message, due)
        return message
    facts = {
        "attempt": min(message.attempts, MAX_ATTEMPTS),
        "max_attempts": MAX_ATTEMPTS,
        "retryable": False,
        "details": "it was sent, and no receipt has come in time",
        "failover_to": following.key,
    }
    attempted = moved(message, Status.DELIVERY_ATTEMPTED, now, facts)
    return ports.messages.put(task.env, replace(carried_by(attempted, following), claimed_until=None))
