"""Tell the world outside what happened: the bus of the account, and each webhook that listens for it.

It may be told twice: an event's id is the same each time, by which a webhook's log knows what it has sent.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tocsin.contract.outbound_events import detail_out, event_out
from tocsin.contract.tasks import PostEvent
from tocsin.domain.outbound_events import OutboundEvent
from tocsin.domain.webhooks import Webhook
from tocsin.usecases.ports import Tasks
from tocsin.usecases.webhook_ports import EventBus, Packing

# Ten tasks share a call of 256 KB, and JSON within JSON doubles its quotation marks.
MOST_IN_A_TASK = 10 * 1024


class AnnouncePorts(NamedTuple):
    """`webhooks` finds those of an environment. `bus` is None where events go on none; on it they bear the name of the
    `deployment`, for several may share it."""

    webhooks: Callable[[str], Sequence[Webhook]]
    tasks: Tasks
    payloads: Packing
    bus: EventBus | None
    deployment: str
    tell: Callable[..., None]


def announce(ports: AnnouncePorts, env: str, events: Iterable[OutboundEvent]) -> int:
    """How many there were. Where nobody listens, nobody looks what happened."""
    webhooks = [webhook for webhook in ports.webhooks(env) if webhook.enabled]
    if not webhooks and ports.bus is None:
        return 0
    known = list(events)
    if ports.bus is not None and known:
        entries = [(one.type, one.at, detail_out(one, ports.deployment, env)) for one in known]
        if too_large := ports.bus.put(entries):
            ports.tell(too_large_for_the_bus=too_large)
    tasks = [task for event in known for task in _tasks(ports, env, event, webhooks)]
    if tasks:
        ports.tasks.send_many(tasks)
    return len(known)


def _tasks(
    ports: AnnouncePorts, env: str, event: OutboundEvent, webhooks: Sequence[Webhook]
) -> list[PostEvent]:
    # A webhook does not hear of its own end.
    listening = [one for one in webhooks if one.hears(event.type) and one.id != event.subject.id]
    if not listening:
        return []
    packed = ports.payloads.pack(f"outbound/{env}/{event.id}", event_out(event), MOST_IN_A_TASK)
    return [
        PostEvent(
            env=env,
            webhook_id=webhook.id,
            event_id=event.id,
            event_type=event.type,
            at=event.at,
            event=packed,
        )
        for webhook in listening
    ]
