"""What a bulk operation on a channel's messages is asked for with. The filter is kept as it was sent, and read again
by whoever works on it."""

from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    StrictBool,
)

from tocsin.contract.activities import TriggerData
from tocsin.contract.as_sent import AsSent
from tocsin.contract.ids import BareUserId
from tocsin.contract.paging import Moment
from tocsin.domain import json_text
from tocsin.domain.bulk_operations import MAX_ROWS
from tocsin.domain.feed import Archived
from tocsin.domain.listing import TimeRange
from tocsin.domain.message_filter import Engagement
from tocsin.domain.message_walks import Action, WalkFilter
from tocsin.domain.messages import Status

_OLDER_WORDS = {"archive": Action.ARCHIVED, "unarchive": Action.UNARCHIVED}


def _older_word(text: str) -> str:
    return _OLDER_WORDS.get(text, text)


def _not_all(text: Any) -> Any:
    """A feed that shows everything says so in this field."""
    return None if text == "all" else text


def _as_text(data: Any) -> Any:
    """The browser's client may send the object itself."""
    if data is None or isinstance(data, str):
        return data
    if not isinstance(data, dict):
        raise ValueError("must be a JSON object, or the text of one")
    return json_text.dumps(data)


ActionName = Annotated[Action, BeforeValidator(_older_word)]
Recipients = Annotated[list[BareUserId], Field(max_length=MAX_ROWS)]


class BulkMessagesIn(AsSent):
    """Which of the channel's messages: those that pass every filter given. An empty list lets nothing pass."""

    recipient_ids: Recipients | None = None
    user_ids: Recipients | None = Field(default=None, description="An older name of `recipient_ids`")
    archived: Archived | None = None
    delivery_status: Status | None = None
    engagement_status: Annotated[Engagement | None, BeforeValidator(_not_all)] = None
    has_tenant: StrictBool | None = None
    tenants: list[str] | None = None
    workflows: list[str] | None = None
    trigger_data: Annotated[TriggerData | None, BeforeValidator(_as_text)] = Field(
        default=None, description="A JSON object; its properties must match exactly"
    )
    newer_than: Moment | None = None
    older_than: Moment | None = None

    @property
    def sent_filter(self) -> dict[str, Any]:
        """As it came, without the recipients: those are where to look, not what to look for."""
        return {name: self._sent[name] for name in _FILTERS & self._sent.keys()}

    def recipients(self) -> list[str] | None:
        """Each once; None where nobody is named, so that all are meant."""
        named = [ids for ids in (self.recipient_ids, self.user_ids) if ids is not None]
        return list(dict.fromkeys(name for ids in named for name in ids)) if named else None

    def to_filter(self, reached_tenants: frozenset[str | None] | None) -> WalkFilter:
        return WalkFilter(
            archived=self.archived or Archived.INCLUDE,
            status=self.delivery_status,
            engagement=self.engagement_status,
            has_tenant=self.has_tenant,
            tenants=None if self.tenants is None else frozenset(self.tenants),
            reached_tenants=reached_tenants,
            workflows=None if self.workflows is None else frozenset(self.workflows),
            trigger_data=self.trigger_data,
            inserted=TimeRange(gt=self.newer_than, lt=self.older_than),
        )


_FILTERS = BulkMessagesIn.model_fields.keys() - {"recipient_ids", "user_ids"}
