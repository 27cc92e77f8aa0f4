"""Guides on the wire, as users get them and say what they did with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field, StrictBool, field_validator

from tocsin.contract.activities import TriggerData
from tocsin.contract.model import Model
from tocsin.domain import json_text
from tocsin.domain.clock import to_iso
from tocsin.domain.guide_eligibility import Marker
from tocsin.domain.guide_engagement import GuideEngagement, StepEngagement
from tocsin.domain.guides import DEFAULT_GROUP, DISPLAY_INTERVAL, Guide, GuideStep
from tocsin.domain.recipients import MAX_ID_LENGTH

Json = dict[str, Any]

OK = {"status": "ok"}
MAX_METADATA_BYTES = 8 * 1024


class GuidesQuery(Model):
    tenant: str | None = Field(default=None, max_length=MAX_ID_LENGTH, description="In whose context")
    data: TriggerData | None = Field(default=None, description="A JSON object, for conditions and content")
    type: str | None = Field(default=None, description="Only guides of this type")
    force_all_guides: bool = Field(
        default=False, description="Also what the user does not get; for developers who look why"
    )


class OfGuideIn(Model):
    """Which guide, and in the context of which tenant."""

    guide_key: str
    tenant: str | None = Field(default=None, max_length=MAX_ID_LENGTH)


class StepIn(OfGuideIn):
    """The guide is known by its key; `guide_id` is what the answer called it."""

    channel_id: UUID
    guide_id: UUID
    guide_step_ref: str


class GuideSeenIn(StepIn):
    content: Json = Field(description="What was shown")
    data: Json | None = None


class GuideInteractedIn(StepIn):
    metadata: Json | None = None

    @field_validator("metadata")
    @classmethod
    def _small(cls, metadata: Json | None) -> Json | None:
        size = len(json_text.dumps(metadata).encode())
        if size > MAX_METADATA_BYTES:
            raise ValueError(
                f"is {size} bytes; the metadata of an interaction has at most {MAX_METADATA_BYTES}"
            )
        return metadata


class GuideArchivedIn(StepIn):
    is_final: StrictBool | None = Field(default=None, description="Nothing of the guide is left to be shown")
    unthrottled: StrictBool | None = Field(
        default=None, description="The next guide need not keep its distance"
    )


class GuideActionOut(Model):
    status: str


class StepMessageOut(Model):
    id: str | None
    seen_at: str | None
    read_at: str | None
    interacted_at: str | None
    archived_at: str | None
    link_clicked_at: str | None


class GuideStepOut(Model):
    ref: str
    schema_key: str
    schema_semver: str
    schema_variant_key: str
    content: Json
    message: StepMessageOut


class GuideOut(Model):
    """A guide that the user gets. Patterns and sequence are for the browser, which knows where the user is."""

    typename: str = Field(alias="__typename")
    id: str
    key: str
    channel_id: str
    type: str
    semver: str
    active: bool
    steps: list[GuideStepOut]
    activation_url_rules: list[Json]
    activation_url_patterns: list[Json]
    bypass_global_group_limit: bool
    inserted_at: str
    updated_at: str


class GuideGroupOut(Model):
    typename: str = Field(alias="__typename")
    key: str
    display_sequence: list[str]
    display_interval: int
    inserted_at: str
    updated_at: str


class MarkerOut(Model):
    typename: str = Field(alias="__typename")
    key: str
    reason: str
    message: str


class GuidesOut(Model):
    entries: list[GuideOut]
    guide_groups: list[GuideGroupOut]
    guide_group_display_logs: dict[str, str]
    ineligible_guides: list[MarkerOut]


def guide_out(
    guide: Guide, channel_id: str, contents: Sequence[Json], engagement: GuideEngagement | None
) -> Json:
    marked = engagement.steps if engagement else {}
    return {
        "__typename": "Guide",
        "id": guide.id,
        "key": guide.key,
        "channel_id": channel_id,
        "type": guide.type,
        "semver": f"0.0.{guide.revision}",
        "active": guide.active,
        "steps": [
            _step_out(step, content, marked.get(step.ref))
            for step, content in zip(guide.steps, contents, strict=True)
        ],
        "activation_url_rules": [],
        "activation_url_patterns": list(guide.url_patterns),
        "bypass_global_group_limit": False,
        "inserted_at": to_iso(guide.inserted_at),
        "updated_at": to_iso(guide.updated_at),
    }


def _step_out(step: GuideStep, content: Json, engagement: StepEngagement | None) -> Json:
    return {
        "ref": step.ref,
        "schema_key": step.schema_key,
        "schema_semver": step.schema_semver,
        "schema_variant_key": step.schema_variant_key,
        "content": content,
        "message": _message_out(engagement),
    }


def _message_out(engagement: StepEngagement | None) -> Json:
    """Who interacts has read. Links in guides are the product's own, so no click on one is known here."""
    if engagement is None:
        return dict.fromkeys(StepMessageOut.model_fields)
    interacted_at = _date(engagement.interacted_at)
    return {
        "id": engagement.id,
        "seen_at": _date(engagement.seen_at),
        "read_at": interacted_at,
        "interacted_at": interacted_at,
        "archived_at": _date(engagement.archived_at),
        "link_clicked_at": None,
    }


def groups_out(sequence: Sequence[Guide]) -> list[Json]:
    """The one group there is, or none where there is nothing to show."""
    if not sequence:
        return []
    group = {
        "__typename": "GuideGroup",
        "key": DEFAULT_GROUP,
        "display_sequence": [guide.key for guide in sequence],
        "display_interval": DISPLAY_INTERVAL,
        "inserted_at": to_iso(min(guide.inserted_at for guide in sequence)),
        "updated_at": to_iso(max(guide.updated_at for guide in sequence)),
    }
    return [group]


def display_logs_out(throttled_since: datetime | None) -> Json:
    return {DEFAULT_GROUP: to_iso(throttled_since)} if throttled_since else {}


def marker_out(marker: Marker) -> Json:
    return {
        "__typename": "GuideIneligibilityMarker",
        "key": marker.key,
        "reason": marker.reason.value,
        "message": marker.message,
    }


def _date(moment: datetime | None) -> str | None:
    return to_iso(moment) if moment else None
