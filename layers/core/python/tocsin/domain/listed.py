"""What lists and feeds ask of a message, whether it was read whole or only as far as they ask."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from tocsin.domain.messages import FromBatch, Mark, MessageSource, Status
from tocsin.domain.recipients import RecipientRef


class Listed(Protocol):
    """As `Message` tells it."""

    @property
    def id(self) -> str: ...

    @property
    def recipient(self) -> RecipientRef: ...

    @property
    def channel_id(self) -> str: ...

    @property
    def status(self) -> Status: ...

    @property
    def source(self) -> MessageSource: ...

    @property
    def inserted_at(self) -> datetime: ...

    @property
    def tenant(self) -> str | None: ...

    @property
    def actor(self) -> RecipientRef | None: ...

    @property
    def data(self) -> dict[str, Any] | None: ...

    @property
    def content(self) -> dict[str, Any] | None: ...

    @property
    def marks(self) -> Mapping[Mark, datetime]: ...

    @property
    def batch(self) -> FromBatch | None: ...

    @property
    def searchable(self) -> dict[str, Any] | None: ...

    def is_due(self, now: datetime) -> bool: ...

    def is_marked(self, mark: Mark) -> bool: ...


class FeedItem(Listed, Protocol):
    """One whose JSON is shown as it is stored, unread; None for what does not lie with it."""

    @property
    def updated_at(self) -> datetime: ...

    @property
    def actors(self) -> tuple[RecipientRef, ...]: ...

    @property
    def data_json(self) -> str | None: ...

    @property
    def blocks_json(self) -> str | None: ...
