"""Messages that come under another one: each waits until that one is sent, for only then the chat has a name for it."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tocsin.channels.base import DeliveryError, RejectedError
from tocsin.contract.tasks import Deliver
from tocsin.domain.errors import ConflictError
from tocsin.domain.messages import Message, Status
from tocsin.domain.replies import next_look
from tocsin.usecases.delivery_ports import DeliverPorts
from tocsin.usecases.record_attempt import found

Content = dict[str, Any]

# What of its parent's content a reply has in common.
WHERE = ("connection", "connection_secrets")


class ParentNotSentError(DeliveryError):
    """The parent may still be sent: its reply has not been tried."""


def sendable(ports: DeliverPorts, env: str, message: Message, content: Content) -> Content:
    """The content, which knows where it goes. Raises RejectedError where it can go nowhere, and ParentNotSentError."""
    if "problem" in content:
        raise RejectedError(content["problem"])
    if "message_id" not in content.get("replies_to", ()):
        return content
    parent = _parent(ports, env, message, content["replies_to"]["message_id"])
    above = _under(ports, env, parent)
    thread_id = above["replies_to"]["thread_id"] if "replies_to" in above else parent.external_id
    replies_to = {"external_id": parent.external_id, "thread_id": thread_id}
    where: Content = {name: above[name] for name in WHERE if name in above}
    return {**content, **where, "replies_to": replies_to}


def _under(ports: DeliverPorts, env: str, parent: Message) -> Content:
    """The parent's own content as it was sent."""
    content = ports.messages.content(env, parent)
    if content is None:
        raise RejectedError(f"the content of its parent message {parent.id} is gone")
    return sendable(ports, env, parent, content)


def _parent(ports: DeliverPorts, env: str, message: Message, parent_id: str) -> Message:
    parent = found(ports, env, message.recipient, message.channel_id, parent_id)
    if parent is None:
        raise RejectedError(f"its parent message {parent_id} has been deleted")
    if not parent.is_settled():
        raise ParentNotSentError(f"its parent message {parent_id} has not been sent within a day")
    if parent.status not in (Status.SENT, Status.DELIVERED):
        raise RejectedError(
            f"its parent message {parent_id} ended as {parent.status.value}: nothing to reply to"
        )
    if not parent.external_id:
        raise RejectedError(
            f"its parent message {parent_id} went to an incoming webhook, which cannot reply; "
            "connect the channel through a bot, with its id"
        )
    return parent


def look_again(ports: DeliverPorts, task: Deliver, message: Message) -> bool:
    """Puts the message back for a while, which is no attempt. False when it has waited for too long."""
    now = ports.clock()
    delay = next_look(now - (message.scheduled_at or message.inserted_at))
    if delay is None:
        return False
    free_at = now + timedelta(seconds=delay - 1)
    # Where somebody marks it meanwhile, the claim stays, runs out by itself and has cost an attempt.
    with suppress(ConflictError):
        ports.messages.put(task.env, replace(message, attempts=message.attempts - 1, claimed_until=free_at))
    ports.delivery.send(task, delay_seconds=delay)
    return True
