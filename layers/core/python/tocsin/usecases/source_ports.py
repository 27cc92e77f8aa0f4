"""Where sources are kept, and what is known of events that came."""

from datetime import datetime
from typing import Protocol

from tocsin.domain.event_sources import EventSource, SourceEvent


class Sources(Protocol):
    def get(self, key: str) -> EventSource | None: ...

    def all(self) -> list[EventSource]:
        """By key."""


class EditableSources(Sources, Protocol):
    def put(self, source: EventSource) -> None:
        """Compare-and-set on `source.version`."""

    def delete(self, source: EventSource) -> None:
        """Compare-and-set on `source.version`."""


class ReceivedEvents(Protocol):
    def is_first(self, env: str, source: str, event: SourceEvent, arrival: str, now: datetime) -> bool:
        """Whether no other arrival of the same event counts, remembered for a day. The arrival that was first stays
        it, however often it asks."""

    def forget(self, env: str, source: str, event: SourceEvent) -> None:
        """The next arrival of it counts."""
