"""A message that its worker fails on again and again ends where a person sees it, and not in a queue's attic."""

from tocsin.contract.tasks import Deliver
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.deliver_message import require_free
from tocsin.usecases.delivery_ports import DeliverPorts
from tocsin.usecases.judge_attempt import end_undelivered
from tocsin.usecases.record_attempt import found


def bury(ports: DeliverPorts, task: Deliver, receives: int) -> str:
    """Raises BusyError while another task may still bring it on its way."""
    recipient = RecipientRef(task.collection, task.recipient_id)
    message = found(ports, task.env, recipient, task.channel_id, task.message_id)
    if message is None:
        return "gone"
    if message.is_settled():
        return "settled"
    require_free(message, ports.clock())
    details = f"the delivery worker failed on it {receives - 1} times; the log of `deliver` says why"
    return end_undelivered(ports, task, message, "worker_failed", details)
