"""Messages on the wire."""

from typing import Any

from pydantic import ConfigDict, Field

from tocsin.contract.activities import ActivityOut, TriggerData
from tocsin.contract.model import Model
from tocsin.contract.paging import InsertedAtIn, PageIn, PageInfoOut
from tocsin.domain.channels import Channel
from tocsin.domain.clock import to_iso
from tocsin.domain.ids import ksuid
from tocsin.domain.listed import Listed
from tocsin.domain.message_filter import MAX_MESSAGE_IDS, Engagement, MessageFilter
from tocsin.domain.messages import Mark, Message, MessageEvent, MessageSource, Status
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.redaction import shown_content


class MessagesQuery(PageIn, InsertedAtIn):
    status: list[Status] = Field(default=[])
    engagement_status: list[Engagement] = Field(default=[])
    message_ids: list[str] | None = Field(default=None, max_length=MAX_MESSAGE_IDS)
    workflow_categories: list[str] = Field(default=[])
    channel_id: str | None = None
    source: str | None = Field(default=None, description="A workflow's key")
    tenant: str | None = Field(default=None, description="Messages of this tenant, and of none")
    has_tenant: bool | None = None
    workflow_run_id: str | None = None
    workflow_recipient_run_id: str | None = None
    trigger_data: TriggerData | None = Field(
        default=None, description="A JSON object; its properties must match exactly"
    )

    def to_filter(self, recipient: RecipientRef | None = None) -> MessageFilter:
        return MessageFilter(
            recipient=recipient,
            channel_id=self.channel_id,
            statuses=frozenset(self.status),
            engagements=frozenset(self.engagement_status),
            source=self.source,
            categories=frozenset(self.workflow_categories),
            tenant=self.tenant,
            has_tenant=self.has_tenant,
            ids=None if self.message_ids is None else frozenset(self.message_ids),
            workflow_run_id=self.workflow_run_id,
            recipient_run_id=self.workflow_recipient_run_id,
            trigger_data=self.trigger_data,
            inserted=self.inserted(),
        )


class ActivitiesQuery(PageIn):
    trigger_data: TriggerData | None = None


class MessageOut(Model):
    """A message. Dates are null until what they tell of has happened."""

    model_config = ConfigDict(extra="allow")

    typename: str = Field(alias="__typename")
    id: str
    channel_id: str
    channel: dict[str, Any] | None = None
    recipient: str | dict[str, str]
    actors: list[str | dict[str, str]]
    data: dict[str, Any] | None
    status: Status
    engagement_statuses: list[Engagement]
    tenant: str | None
    workflow: str
    source: dict[str, Any]
    metadata: dict[str, Any] | None
    recipient_snapshot: dict[str, Any] | None
    inserted_at: str
    updated_at: str
    scheduled_at: str | None
    seen_at: str | None
    read_at: str | None
    archived_at: str | None
    interacted_at: str | None
    link_clicked_at: str | None
    clicked_at: str | None


class MessagesOut(Model):
    items: list[MessageOut]
    page_info: PageInfoOut


class MessageContentOut(Model):
    typename: str = Field(alias="__typename")
    message_id: str
    inserted_at: str
    data: dict[str, Any]


class MessageEventOut(Model):
    typename: str = Field(alias="__typename")
    id: str
    type: str
    recipient: str | dict[str, str]
    data: dict[str, Any] | None
    inserted_at: str


class MessageEventsOut(Model):
    items: list[MessageEventOut]
    page_info: PageInfoOut


class ActivitiesOut(Model):
    items: list[ActivityOut]
    page_info: PageInfoOut


def message_out(message: Message, channel: Channel | None, data: dict[str, Any] | None) -> dict[str, Any]:
    """`channel` is as configured now; without one (it is gone) the message says only its id."""
    return {
        "__typename": "Message",
        "id": message.id,
        "channel_id": message.channel_id,
        **({"channel": channel_out(channel)} if channel else {}),
        "recipient": message.recipient.to_wire(),
        "actors": [actor.to_wire() for actor in message.actors],
        "data": data,
        "status": message.status.value,
        "engagement_statuses": [mark.value for mark in Mark if message.is_marked(mark)],
        "tenant": message.tenant,
        "workflow": message.source.workflow,
        "source": _source_out(message.source),
        "metadata": {"external_id": message.external_id} if message.external_id else None,
        "recipient_snapshot": message.snapshot or None,
        "inserted_at": to_iso(message.inserted_at),
        "updated_at": to_iso(message.updated_at),
        "scheduled_at": to_iso(message.scheduled_at) if message.scheduled_at else None,
        **engagement_dates(message),
    }


_DATES = {mark: f"{mark.value}_at" for mark in Mark}
_NO_DATES: dict[str, str | None] = dict.fromkeys([*_DATES.values(), "clicked_at"])


def engagement_dates(message: Listed) -> dict[str, str | None]:
    """All of them, null where nothing happened: badges are computed by comparing with null."""
    if not message.marks:
        return _NO_DATES
    dates: dict[str, str | None] = dict.fromkeys(_DATES.values())
    for mark, at in message.marks.items():
        dates[_DATES[mark]] = to_iso(at)
    return {**dates, "clicked_at": dates["link_clicked_at"]}


def channel_out(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "key": channel.key,
        "name": channel.name,
        "type": channel.type,
        "provider": channel.provider,
        "created_at": to_iso(channel.created_at),
        "updated_at": to_iso(channel.updated_at),
    }


def _source_out(source: MessageSource) -> dict[str, Any]:
    return {
        "__typename": "NotificationSource",
        "type": "workflow",
        "key": source.workflow,
        "version_id": source.version_id,
        "step_ref": source.step_ref,
        "categories": list(source.categories),
        "workflow_run_id": source.workflow_run_id,
        "workflow_recipient_run_id": source.recipient_run_id,
    }


def content_out(message: Message, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "__typename": "MessageContents",
        "message_id": message.id,
        "inserted_at": to_iso(message.inserted_at),
        "data": shown_content(content),
    }


def events_out(message: Message) -> list[dict[str, Any]]:
    """Oldest first, as they happened."""
    return [_event_out(message, event) for event in message.events]


def _event_out(message: Message, event: MessageEvent) -> dict[str, Any]:
    """Its id follows from what it is, not from its place: older events may go."""
    return {
        "__typename": "MessageEvent",
        "id": ksuid(event.at, message.id, event.type),
        "type": f"message.{event.type}",
        "recipient": message.recipient.to_wire(),
        "data": event.data,
        "inserted_at": to_iso(event.at),
    }
