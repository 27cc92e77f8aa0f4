"""A message whose every provider is out of service waits, which is no attempt, for as long as its tries may last."""

from dataclasses import replace
from datetime import timedelta

from tocsin.contract.tasks import Deliver
from tocsin.domain.messages import Message
from tocsin.domain.retries import WINDOW
from tocsin.usecases.choose_carrier import Barred
from tocsin.usecases.deliver_later import hop
from tocsin.usecases.delivery_ports import DeliverPorts
from tocsin.usecases.judge_attempt import end_undelivered

# What waits together comes back one by one, most of it after the probe has told.
SPREAD = timedelta(seconds=30)


def wait_for_service(ports: DeliverPorts, task: Deliver, message: Message, barred: Barred) -> str:
    """Raises ConflictError when somebody else has changed the message."""
    now = ports.clock()
    since = message.tried_since or now
    if now >= since + WINDOW:
        details = f"its provider has been out of service for half an hour: {barred.reason}"
        return end_undelivered(ports, task, message, "retries_exhausted", details)
    if message.tried_since is None:
        ports.messages.put(task.env, replace(message, tried_since=now))
    again = max(now, barred.until) + ports.chance() * SPREAD
    hop(ports, task.model_copy(update={"turn": None}), min(again, since + WINDOW))
    return "waits"
