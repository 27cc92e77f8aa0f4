"""What came of a delivery attempt, stored with the message whatever else happens to it meanwhile."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tocsin.domain.channels import Channel
from tocsin.domain.dead_letters import dead_letter_of
from tocsin.domain.errors import ConflictError
from tocsin.domain.exchanges import Exchange, with_exchange
from tocsin.domain.messages import Message, Status, moved
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.choose_carrier import carried_by
from tocsin.usecases.delivery_ports import DeliverPorts


@dataclass(frozen=True, slots=True)
class End:
    """What came of an attempt, as the message records it. With `failure` it ends there, undelivered for that; a dead
    letter is listed besides. `next_carrier` tries after it. Where the provider's yes is the arrival (`is_delivered`),
    both are one write: who died in between would leave the message sent for ever."""

    status: Status
    facts: dict[str, Any] | None = None
    claimed_until: datetime | None = None
    external_id: str | None = None
    exchange: Exchange | None = None
    failure: dict[str, Any] | None = None
    is_dead_letter: bool = False
    next_carrier: Channel | None = None
    is_delivered: bool = False


def record(ports: DeliverPorts, env: str, message: Message, end: End) -> Message:
    """Stores the attempt's end. A mark set meanwhile is kept: the change is made again on what lies there now."""
    while True:
        changed = _ended(message, end, ports.clock())
        dead_letter = dead_letter_of(changed) if end.is_dead_letter else None
        try:
            return ports.messages.put(env, changed, dead_letter)
        except ConflictError:
            stored = _again(ports, env, message)
            if stored is None or stored.is_settled():
                return stored or message
            message = stored


def _ended(message: Message, end: End, now: datetime) -> Message:
    changed = moved(message, end.status, now, end.facts)
    if end.failure is not None:
        changed = moved(changed, Status.UNDELIVERED, now, end.failure)
    if end.is_delivered:
        changed = moved(changed, Status.DELIVERED, now)
    changed = replace(
        changed,
        claimed_until=end.claimed_until,
        external_id=end.external_id or message.external_id,
        exchanges=with_exchange(message.exchanges, end.exchange, now),
        tried_since=(message.tried_since or now) if changed.status is Status.DELIVERY_ATTEMPTED else None,
    )
    return carried_by(changed, end.next_carrier) if end.next_carrier else changed


def found(
    ports: DeliverPorts, env: str, recipient: RecipientRef, channel_id: str, message_id: str
) -> Message | None:
    """Under its recipient, or under the user that its recipient has been merged into meanwhile."""
    message = ports.messages.get(env, recipient, channel_id, message_id)
    return message or ports.lists.find_moved(env, message_id)


def _again(ports: DeliverPorts, env: str, message: Message) -> Message | None:
    while True:
        try:
            return found(ports, env, message.recipient, message.channel_id, message.id)
        except ConflictError:
            # It is on its way to another user, which takes milliseconds; the attempt must not go unrecorded.
            continue
