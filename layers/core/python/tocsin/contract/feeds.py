"""Feeds on the wire."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import ConfigDict, Field

from tocsin.contract.activities import ActivityOut, People, TriggerData, person_out
from tocsin.contract.excluding import FieldPaths
from tocsin.contract.messages import engagement_dates
from tocsin.contract.model import Model
from tocsin.contract.paging import InsertedAtIn, PageIn, PageInfoOut
from tocsin.contract.users import recipient_out
from tocsin.domain import json_text
from tocsin.domain.activities import Activity, activity_of
from tocsin.domain.attachments import may_have_files, without_attachments
from tocsin.domain.clock import to_iso
from tocsin.domain.feed import Archived, Counts, FeedFilter, FeedStatus
from tocsin.domain.listed import FeedItem
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.recipients import RecipientRef


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


class FeedItemOut(Model):
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


class FeedMetaOut(Model):
    typename: str = Field(alias="__typename")
    total_count: int
    unread_count: int
    unseen_count: int


class FeedOut(Model):
    entries: list[FeedItemOut]
    meta: FeedMetaOut
    page_info: PageInfoOut
    vars: dict[str, Any]


class FeaturesOut(Model):
    branding_required: bool


class FeedSettingsOut(Model):
    features: FeaturesOut


def meta_out(counts: Counts) -> dict[str, Any]:
    return {
        "__typename": "FeedMetadata",
        "total_count": counts.total,
        "unread_count": counts.unread,
        "unseen_count": counts.unseen,
    }


# Workflows that feeds have items of.
_REMEMBERED = 256
Shown = Mapping[RecipientRef, json_text.Raw]


def shown_people(people: People) -> Shown:
    """Each is written once, however many items name them."""
    return {ref: json_text.Raw(json_text.dumps(recipient_out(one))) for ref, one in people.items()}


def shown_data(item: FeedItem, mode: Mode, data: Callable[[FeedItem], dict[str, Any]]) -> Any:
    """Without files. A compact item has not what is nested in its data either."""
    if mode is Mode.RICH and item.data_json is not None and not may_have_files(item.data_json):
        return json_text.Raw(item.data_json)
    plain = without_attachments(data(item))
    return plain if mode is Mode.RICH else _flat(plain)


def feed_item_out(
    item: FeedItem,
    cursor: str,
    blocks: Any,
    data: Any,
    activities: Sequence[Activity],
    people: Shown,
    mode: Mode,
) -> dict[str, Any]:
    """`activities` are those of an item that a batch made. A compact item has none, and names one actor."""
    is_rich, batch, source, actors = mode is Mode.RICH, item.batch, item.source, item.actors
    return {
        "__typename": "FeedItem",
        "__cursor": cursor,
        "id": item.id,
        "activities": _activities_out(item, data, activities, people) if is_rich else [],
        "actors": [_person(actor, people, item.inserted_at) for actor in (actors if is_rich else actors[:1])],
        "blocks": blocks,
        "data": data,
        "source": _source_out(source.workflow, source.version_id, source.categories),
        "tenant": item.tenant,
        "total_activities": batch.total_activities if batch else 1,
        "total_actors": batch.total_actors if batch else len(actors),
        "inserted_at": to_iso(item.inserted_at),
        "updated_at": to_iso(item.updated_at),
        **engagement_dates(item),
    }


@lru_cache(maxsize=_REMEMBERED)
def _source_out(workflow: str, version_id: str, categories: tuple[str, ...]) -> json_text.Raw:
    """Written once for all items of a workflow."""
    shown = {
        "__typename": "Workflow",
        "key": workflow,
        "version_id": version_id,
        "categories": list(categories),
    }
    return json_text.Raw(json_text.dumps(shown))


def _activities_out(
    item: FeedItem, data: Any, activities: Sequence[Activity], people: Shown
) -> list[dict[str, Any]]:
    if item.batch is not None:
        return [_activity_out(one, without_attachments(one.data), people) for one in activities]
    return [_activity_out(activity_of(item, {}), data, people)]


def _activity_out(activity: Activity, data: Any, people: Shown) -> dict[str, Any]:
    at = to_iso(activity.at)
    return {
        "__typename": "Activity",
        "id": activity.id,
        "actor": _person(activity.actor, people, activity.at) if activity.actor else None,
        "recipient": _person(activity.recipient, people, activity.at),
        "data": data,
        "inserted_at": at,
        "updated_at": at,
    }


def _person(ref: RecipientRef, people: Shown, at: datetime) -> Any:
    return people.get(ref) or person_out(ref, {}, at)


def _flat(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if not isinstance(value, (dict, list))}
