"""Time as an argument: the one place that reads the wall clock, and the one form of a date on the wire."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


def to_iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as every date on the wire and in the table is written.

    >>> to_iso(datetime(2026, 1, 2, 3, 4, 5, 678901, UTC))
    '2026-01-02T03:04:05.678Z'
    """
    text = (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat(timespec="milliseconds")
    return f"{text[:-6]}Z"  # instead of +00:00


def from_iso(text: str) -> datetime:
    """Any ISO 8601 instant; one without an offset is taken as UTC. Raises ValueError when it is none."""
    moment = datetime.fromisoformat(text.replace(" ", "+") if " " in text[19:] else text)
    if moment.tzinfo is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def as_stored(moment: datetime) -> datetime:
    """To the millisecond, as it comes back from the table: for moments that are compared with stored ones."""
    return from_iso(to_iso(moment))
