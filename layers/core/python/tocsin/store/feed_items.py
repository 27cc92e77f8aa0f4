"""A message as a feed shows it, over its row. Of the JSON in it, only what somebody looks into is read."""

from datetime import datetime
from typing import Any

from tocsin.domain.clock import from_iso
from tocsin.domain.messages import Mark, Status
from tocsin.domain.recipients import RecipientRef
from tocsin.store import keys
from tocsin.store.messages import content_from_row, made_of_batch, source_from_row
from tocsin.store.rows import optional_date, optional_value, ref_from_row
from tocsin.store.table import Item

# How content began until 0.1.0, when it lay there as a whole.
_BEFORE_BLOCKS = '{"__typename":"MessageInAppFeedContent","blocks":'

# All that is brought of a row. What only runs, deliveries and lists by id ask of a message is as much again.
ATTRIBUTES = (
    keys.SK,
    *("status", "source", "inserted_at", "updated_at", "scheduled_at", "tenant", "actor"),
    *("data", "traits", "marks", "blocks", "content", "batch"),
)


class StoredItem:
    """What every look asks is read at once, the rest when it is asked."""

    def __init__(self, row: Item, recipient: RecipientRef) -> None:
        self._row = row
        self.id = keys.id_of_message(row[keys.SK])
        self.recipient = recipient
        self.actor = ref_from_row(row.get("actor"))
        self.tenant: str | None = row.get("tenant")
        self.source = source_from_row(row["source"])
        self.inserted_at = from_iso(row["inserted_at"])
        self.batch = made_of_batch(optional_value(row.get("batch")))
        self.marks = {Mark(mark): from_iso(at) for mark, at in row.get("marks", {}).items()}
        self.data_json: str | None = row.get("data")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredItem) and self._row == other._row

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def channel_id(self) -> str:
        return keys.channel_of_message(self._row["sk"])

    @property
    def status(self) -> Status:
        return Status(self._row["status"])

    @property
    def updated_at(self) -> datetime:
        return optional_date(self._row.get("updated_at")) or self.inserted_at

    @property
    def actors(self) -> tuple[RecipientRef, ...]:
        if self.batch is not None:
            return self.batch.actors
        return (self.actor,) if self.actor is not None else ()

    @property
    def data(self) -> dict[str, Any] | None:
        data: dict[str, Any] | None = optional_value(self.data_json)
        return data

    @property
    def searchable(self) -> dict[str, Any] | None:
        traits: dict[str, Any] | None = optional_value(self._row.get("traits"))
        return traits if self.data_json is None else self.data

    @property
    def content(self) -> dict[str, Any] | None:
        return content_from_row(self._row)

    @property
    def blocks_json(self) -> str | None:
        blocks: str | None = self._row.get("blocks")
        if blocks is not None:
            return blocks
        text: str = self._row.get("content", "")
        return text[len(_BEFORE_BLOCKS) : -1] if text.startswith(_BEFORE_BLOCKS) else None

    def is_due(self, now: datetime) -> bool:
        scheduled_at = optional_date(self._row.get("scheduled_at"))
        return scheduled_at is None or scheduled_at <= now

    def is_marked(self, mark: Mark) -> bool:
        return mark in self.marks
