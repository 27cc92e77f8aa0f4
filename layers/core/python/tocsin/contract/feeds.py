"""Feeds on the wire."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tocsin.contract.activities import ActivityOut, People, TriggerData, activity_out, person_out
from tocsin.contract.excluding import FieldPaths
from tocsin.contract.messages import engagement_dates
from tocsin.contract.paging import InsertedAtIn, PageIn, PageInfoOut
from tocsin.domain.activities import Activity
from tocsin.domain.attachments import without_attachments
from tocsin.domain.clock import to_iso
from tocsin.domain.feed import Archived, Counts, FeedFilter, FeedStatus
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Message


class Mode(StrEnum):
    RICH = "rich"
    COMPACT = "compact"


class FeedQuery(PageIn, InsertedAtIn):
    status: FeedStatus = FeedStatus.ALL
    archived: Archived = Archived.EXCLUDE
    mode: Mode = Mode.RICH
    tenant: str | None = Field(default=None, description="Items of this tenant, and of none")
    has_tenant: bool | None = None
    source: str | None = Field(default=None, description="A workflow's key")
    workflow_categories: list[str] = Field(default=[])
    trigger_data: TriggerData | None = Field(
        default=None, description="A JSON object; its properties must match exactly"
    )
    exclude: FieldPaths = Field(
        default="", description="Field paths to leave out of the answer, between commas: `entries.data,vars`"
    )
    locale: str | None = Field(
        default=None, description="Has no effect: items are shown as they were rendered"
    )

    def to_filter(self, within: frozenset[str | None] | None) -> FeedFilter:
        """`within`: the tenants that the caller reaches, None for all."""
        messages = MessageFilter(
            source=self.source,
            categories=frozenset(self.workflow_categories),
            tenant=self.tenant,
            has_tenant=self.has_tenant,
            within=within,
            trigger_data=self.trigger_data or None,
            inserted=self.inserted(),
        )
        return FeedFilter(self.status, self.archived, messages)


class FeedItemOut(BaseModel):
    """One item. `__cursor` is its place in the feed: as `before`, it asks for what is newer."""

    model_config = ConfigDict(extra="allow")

    typename: str = Field(alias="__typename")
    cursor: str = Field(alias="__cursor")
    id: str
    activities: list[ActivityOut]
    actors: list[dict[str, Any]]
    blocks: list[dict[str, Any]]
    data: dict[str, Any] | None
    source: dict[str, Any]
    tenant: str | None
    total_activities: int
    total_actors: int
    inserted_at: str
    updated_at: str
    seen_at: str | None
    read_at: str | None
    archived_at: str | None
    interacted_at: str | None
    link_clicked_at: str | None
    clicked_at: str | None


class FeedMetaOut(BaseModel):
    typename: str = Field(alias="__typename")
    total_count: int
    unread_count: int
    unseen_count: int


class FeedOut(BaseModel):
    entries: list[FeedItemOut]
    meta: FeedMetaOut
    page_info: PageInfoOut
    vars: dict[str, Any]


class FeaturesOut(BaseModel):
    branding_required: bool


class FeedSettingsOut(BaseModel):
    features: FeaturesOut


def meta_out(counts: Counts) -> dict[str, Any]:
    return {
        "__typename": "FeedMetadata",
        "total_count": counts.total,
        "unread_count": counts.unread,
        "unseen_count": counts.unseen,
    }


def feed_item_out(
    message: Message,
    cursor: str,
    content: dict[str, Any] | None,
    data: dict[str, Any],
    activities: Sequence[Activity],
    people: People,
    mode: Mode,
) -> dict[str, Any]:
    """Without files, whether they lie in the data or in an activity's. A compact item has neither activities nor what
    is nested in its data, and names one actor."""
    is_rich, batch = mode is Mode.RICH, message.batch
    source = message.source
    data = without_attachments(data)
    actors = message.actors if is_rich else message.actors[:1]
    return {
        "__typename": "FeedItem",
        "__cursor": cursor,
        "id": message.id,
        "activities": [_activity_out(one, people) for one in activities] if is_rich else [],
        "actors": [person_out(actor, people, message.inserted_at) for actor in actors],
        "blocks": (content or {}).get("blocks", []),
        "data": data if is_rich else _flat(data),
        "source": {
            "__typename": "Workflow",
            "key": source.workflow,
            "version_id": source.version_id,
            "categories": list(source.categories),
        },
        "tenant": message.tenant,
        "total_activities": batch.total_activities if batch else 1,
        "total_actors": batch.total_actors if batch else len(message.actors),
        "inserted_at": to_iso(message.inserted_at),
        "updated_at": to_iso(message.updated_at),
        **engagement_dates(message),
    }


def _activity_out(activity: Activity, people: People) -> dict[str, Any]:
    return {**activity_out(activity, people), "data": without_attachments(activity.data)}


def _flat(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if not isinstance(value, (dict, list))}
