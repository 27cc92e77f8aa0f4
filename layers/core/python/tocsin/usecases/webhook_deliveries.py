"""What became of deliveries to a webhook: listed, made again, and tried with a sample of an event."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from tocsin.contract.outbound_events import event_out
from tocsin.contract.tasks import PostEvent
from tocsin.domain import json_text
from tocsin.domain.errors import FieldProblem, InvalidParamsError, NotFoundError
from tocsin.domain.ids import NewUuid, earliest_ksuid
from tocsin.domain.listing import Found, Span, collect
from tocsin.domain.outbound_events import EVENT_TYPES
from tocsin.domain.webhooks import KEPT, DeliveryStatus, Webhook, WebhookDelivery, begun_anew
from tocsin.usecases.event_samples import sample_of
from tocsin.usecases.ports import Tasks
from tocsin.usecases.repeating import persistently
from tocsin.usecases.webhook_ports import WebhookDeliveries


class DeliveryPorts(NamedTuple):
    deliveries: WebhookDeliveries
    tasks: Tasks
    new_uuid: NewUuid


def find_deliveries(
    deliveries: WebhookDeliveries,
    env: str,
    webhook: Webhook,
    statuses: Collection[DeliveryStatus],
    span: Span,
    size: int,
    now: datetime,
) -> Found[WebhookDelivery]:
    kept = span.narrowed(above=earliest_ksuid(now - KEPT))
    found = deliveries.listed(env, webhook.id, kept, size + 1)
    return collect(found, lambda one: not statuses or one.status in statuses, size, lambda one: one.event_id)


def find_delivery(
    deliveries: WebhookDeliveries, env: str, webhook: Webhook, event_id: str, now: datetime
) -> WebhookDelivery:
    """Raises NotFoundError."""
    found = deliveries.get(env, webhook.id, event_id)
    if found is None or found.at <= now - KEPT:
        raise NotFoundError(f"no event {event_id!r} was sent to this webhook within the last thirty days")
    return found


def replay_delivery(
    ports: DeliveryPorts, env: str, webhook: Webhook, event_id: str, now: datetime
) -> WebhookDelivery:
    """With all its tries, whatever became of it before. Raises NotFoundError."""
    _refuse_disabled(webhook)

    def attempt() -> WebhookDelivery:
        delivery = begun_anew(find_delivery(ports.deliveries, env, webhook, event_id, now))
        ports.deliveries.put(env, delivery)
        return delivery

    delivery = persistently(attempt, "the delivery is being")
    ports.tasks.send(_task(env, delivery))
    return delivery


def send_sample(
    ports: DeliveryPorts, env: str, webhook: Webhook, event_type: str, now: datetime
) -> WebhookDelivery:
    """Of an event that has not happened, in one try; to a disabled webhook, too. Raises InvalidParamsError."""
    if event_type not in EVENT_TYPES:
        message = f"there is no event {event_type!r}; there are {', '.join(EVENT_TYPES)}"
        raise InvalidParamsError([FieldProblem("event_type", message, "enum")])
    event = sample_of(event_type, webhook, ports.new_uuid(), now)
    packed = {"json": json_text.dumps(event_out(event))}
    delivery = WebhookDelivery(webhook.id, event.id, event.type, event.at, packed, sample=True)
    ports.deliveries.put(env, delivery)
    ports.tasks.send(_task(env, delivery))
    return delivery


def _refuse_disabled(webhook: Webhook) -> None:
    if not webhook.enabled:
        message = "the webhook is disabled and would not be sent anything; enable it first"
        raise InvalidParamsError([FieldProblem("enabled", message)])


def _task(env: str, delivery: WebhookDelivery) -> PostEvent:
    return PostEvent(
        env=env,
        webhook_id=delivery.webhook_id,
        event_id=delivery.event_id,
        event_type=delivery.event_type,
        at=delivery.at,
        event=delivery.event,
        sample=delivery.sample,
    )
