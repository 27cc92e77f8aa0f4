"""Dead letters on the wire: Tocsin's own. Who lists them sees why each message was given up."""

from collections.abc import Sequence
from typing import Any

from pydantic import ConfigDict, Field, model_validator

from tocsin.contract.management import PagedQuery
from tocsin.contract.model import Model
from tocsin.contract.paging import Moment, PageInfoOut
from tocsin.domain.clock import to_iso
from tocsin.domain.dead_letters import DeadLetter

MOST_AT_ONCE = 100

Json = dict[str, Any]


class DeadLettersQuery(PagedQuery):
    channel_key: str | None = Field(default=None, description="Only those of this channel")
    workflow: str | None = Field(default=None, description="Only those of this workflow")
    since: Moment | None = Field(default=None, description="Given up at this time or later")
    until: Moment | None = Field(default=None, description="Given up before this time")


class ReplayIn(Model):
    """Either messages by id, or the dead letters that the other fields describe, all of them if none is there."""

    model_config = ConfigDict(extra="forbid")

    message_ids: list[str] | None = Field(default=None, min_length=1, max_length=MOST_AT_ONCE)
    channel_key: str | None = None
    workflow: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    after: str | None = Field(default=None, description="Cursor: where the last answer stopped")
    limit: int = Field(default=MOST_AT_ONCE, ge=1, le=MOST_AT_ONCE, description="Messages in this call")

    @model_validator(mode="after")
    def _one_way(self) -> "ReplayIn":
        described = (self.channel_key, self.workflow, self.since, self.until, self.after)
        if self.message_ids is not None and any(described):
            raise ValueError("send message_ids alone, or describe the dead letters without them")
        return self


class DeadLetterOut(Model):
    """`failure_reason` and `failure_details` are those of the message's last event."""

    message_id: str
    recipient: str | dict[str, str]
    channel_id: str
    channel_key: str | None
    workflow: str
    failure_reason: str
    failure_details: str
    undelivered_at: str


class DeadLettersPageOut(Model):
    entries: list[DeadLetterOut]
    page_info: PageInfoOut


class ReplayOut(Model):
    """`skipped` are gone, on their way or delivered by now. With `after` there is more: call again with it."""

    replayed: list[str]
    skipped: int
    after: str | None


def dead_letter_out(letter: DeadLetter, channel_keys: dict[str, str]) -> Json:
    return {
        "message_id": letter.message_id,
        "recipient": letter.recipient.to_wire(),
        "channel_id": letter.channel_id,
        "channel_key": channel_keys.get(letter.channel_id),
        "workflow": letter.workflow,
        "failure_reason": letter.reason,
        "failure_details": letter.details,
        "undelivered_at": to_iso(letter.at),
    }


def replay_out(message_ids: Sequence[str], skipped: int, after: str | None) -> Json:
    return {"replayed": list(message_ids), "skipped": skipped, "after": after}
