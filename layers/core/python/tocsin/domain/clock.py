"""Time as an argument: the one place that reads the wall clock, and the one form of a date on the wire."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

# What belongs together bears the same dates many times over, and to write one takes as long as to read two rows.
_REMEMBERED = 1024

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


@lru_cache(maxsize=_REMEMBERED)
def to_iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as every date on the wire and in the table is written.

    >>> to_iso(datetime(2026, 1, 2, 3, 4, 5, 678901, UTC))
    '2026-01-02T03:04:05.678Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=_REMEMBERED)
def from_iso(text: str) -> datetime:
    """Any ISO 8601 instant; one without an offset is taken as UTC. Raises ValueError when it is none."""
    moment = datetime.fromisoformat(text.replace(" ", "+") if " " in text[19:] else text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def as_stored(moment: datetime) -> datetime:
    """To the millisecond, as it comes back from the table: for moments that are compared with stored ones."""
    return from_iso(to_iso(moment))
