"""Events on the way out: the body that webhooks get, as Knock's have it, and the detail of events on the bus, which
says also where they come from. The schemas in docs/schemas/ are written from these models."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from tocsin.contract.messages import MessageOut, message_out
from tocsin.contract.model import Model
from tocsin.contract.webhooks import WebhookOut, webhook_out
from tocsin.contract.workflow_recipient_runs import RunOut, run_out
from tocsin.domain.clock import to_iso
from tocsin.domain.messages import Message
from tocsin.domain.outbound_events import OutboundEvent
from tocsin.domain.runs import RecipientRun

Json = dict[str, Any]


class EventData(Model):
    """What else is known of the event: of an attempt, of why it failed, of a link."""

    model_config = ConfigDict(extra="allow")

    typename: Literal["EventData"] = Field(alias="__typename")


class _Event(Model):
    typename: Literal["Event"] = Field(alias="__typename")
    created_at: str
    event_data: EventData | None


class MessageHappened(_Event):
    """Trigger data too large to be kept with a message is null: ask the API for it."""

    type: Literal[
        "message.archived",
        "message.bounced",
        "message.delivered",
        "message.delivery_attempted",
        "message.interacted",
        "message.link_clicked",
        "message.read",
        "message.seen",
        "message.sent",
        "message.unarchived",
        "message.undelivered",
        "message.unread",
        "message.unseen",
    ]
    data: MessageOut


class RunHappened(_Event):
    type: Literal[
        "workflow_recipient_run.started",
        "workflow_recipient_run.completed",
        "workflow_recipient_run.error",
    ]
    data: RunOut


class WebhookHappened(_Event):
    """A webhook that took nothing for days is disabled."""

    type: Literal["webhook.disabled"]
    data: WebhookOut


class _OnTheBus(Model):
    id: str = Field(description="The same however often the event is told")
    deployment: str = Field(description="The stack, such as tocsin-prod")
    environment: str


class MessageDetail(MessageHappened, _OnTheBus):
    pass


class RunDetail(RunHappened, _OnTheBus):
    pass


class WebhookDetail(WebhookHappened, _OnTheBus):
    pass


Body = Annotated[MessageHappened | RunHappened | WebhookHappened, Field(discriminator="type")]
Detail = Annotated[MessageDetail | RunDetail | WebhookDetail, Field(discriminator="type")]


def event_out(event: OutboundEvent) -> Json:
    return {
        "__typename": "Event",
        "type": event.type,
        "created_at": to_iso(event.at),
        "data": _subject_out(event),
        "event_data": {"__typename": "EventData", **event.details} if event.details else None,
    }


def _subject_out(event: OutboundEvent) -> Json:
    if isinstance(event.subject, Message):
        return message_out(event.subject, None, event.subject.data)
    if isinstance(event.subject, RecipientRun):
        return run_out(event.subject)
    return webhook_out(event.subject)


def detail_out(event: OutboundEvent, deployment: str, env: str) -> Json:
    return {"id": event.id, "deployment": deployment, "environment": env, **event_out(event)}


def event_schemas() -> dict[str, Json]:
    """A JSON Schema of the bodies and one of the details, by the names of their files."""
    bodies: TypeAdapter[Any] = TypeAdapter(Body)
    details: TypeAdapter[Any] = TypeAdapter(Detail)
    return {
        "webhook-event.schema.json": _schema("What a webhook is sent", bodies),
        "event-bus-detail.schema.json": _schema("The detail of an event on the bus", details),
    }


def _schema(title: str, described: TypeAdapter[Any]) -> Json:
    schema = described.json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}
