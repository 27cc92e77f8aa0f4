"""Webhooks on the wire: Tocsin's own. Their secrets are in no answer but the one that makes them."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from tocsin.contract.documented import DocumentedAs
from tocsin.contract.management import PagedQuery
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain import json_text
from tocsin.domain.clock import to_iso
from tocsin.domain.webhooks import DeliveryStatus, Webhook, WebhookDelivery

Json = dict[str, Any]


class WebhookIn(Model):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(default=None, description="Where to POST events; a new webhook needs one")
    event_types: list[str] | None = Field(default=None, description="An empty list is all events")
    description: str | None = None
    enabled: bool | None = None


class WrappedWebhookIn(Model):
    webhook: Annotated[Json, DocumentedAs(WebhookIn)]


class WebhookTestIn(Model):
    model_config = ConfigDict(extra="forbid")

    event_type: str = Field(default="message.delivered", description="Of which event to send a sample")


class WebhookOut(Model):
    id: str
    url: str
    description: str | None
    event_types: list[str]
    enabled: bool
    disabled_because: str | None = Field(description="Why Tocsin disabled it; null where people did")
    failing_since: str | None = Field(description="Since when it has taken no event; null where all is well")
    previous_secret_ends_at: str | None
    created_at: str
    updated_at: str


class WebhooksOut(Model):
    entries: list[WebhookOut]


class WrappedWebhookOut(Model):
    webhook: WebhookOut


class CreatedWebhookOut(WrappedWebhookOut):
    secret: str = Field(description="Shown this once")


class WebhookSecretOut(Model):
    secret: str = Field(description="Shown this once")
    previous_ends_at: str | None = Field(description="Until when events are signed with the one before, too")


class DeliveriesQuery(PagedQuery):
    status: list[DeliveryStatus] = Field(default=[])


class TryOut(Model):
    at: str
    status: int | None = Field(description="null: no answer came, and `answer` says why")
    answer: str = Field(description="The beginning of the answer")


class WebhookDeliveryOut(Model):
    webhook_id: str
    event_id: str = Field(description="The header webhook-id, the same at each try")
    event_type: str
    event_at: str
    status: DeliveryStatus
    sample: bool = Field(description="Whether somebody tried the webhook and nothing has happened")
    tries: list[TryOut]
    event: Json | None = Field(description="What was sent; null where it is too large to be shown")


class WebhookDeliveriesOut(Model):
    entries: list[WebhookDeliveryOut]
    page_info: PageInfoOut


def webhook_out(webhook: Webhook) -> Json:
    previous = next((one.ends_at for one in webhook.secrets if one.ends_at is not None), None)
    return {
        "id": webhook.id,
        "url": webhook.url,
        "description": webhook.description,
        "event_types": list(webhook.event_types),
        "enabled": webhook.enabled,
        "disabled_because": webhook.disabled_because,
        "failing_since": to_iso(webhook.failing.since) if webhook.failing else None,
        "previous_secret_ends_at": to_iso(previous) if previous else None,
        "created_at": to_iso(webhook.created_at),
        "updated_at": to_iso(webhook.updated_at),
    }


def delivery_out(delivery: WebhookDelivery) -> Json:
    text = delivery.event.get("json")
    return {
        "webhook_id": delivery.webhook_id,
        "event_id": delivery.event_id,
        "event_type": delivery.event_type,
        "event_at": to_iso(delivery.at),
        "status": delivery.status.value,
        "sample": delivery.sample,
        "tries": [
            {"at": to_iso(one.at), "status": one.status, "answer": one.answer} for one in delivery.tries
        ],
        "event": json_text.loads(text) if text is not None else None,
    }
