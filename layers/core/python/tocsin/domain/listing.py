"""How lists are read: between two ids, in one direction, until a page is full or enough has been read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# A filter may match nothing for long. A request that has read this many rows answers with what it found and a cursor.
READ_LIMIT = 2_000
# The official clients take an empty page for the end, whatever its cursor says: a first match is worth some seconds.
EMPTY_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Span:
    """Ids strictly between two bounds (None: no bound), newest or oldest first."""

    above: str | None = None
    below: str | None = None
    newest_first: bool = True

    def narrowed(self, *, above: str | None = None, below: str | None = None) -> "Span":
        return replace(
            self,
            above=max((bound for bound in (self.above, above) if bound is not None), default=None),
            below=min((bound for bound in (self.below, below) if bound is not None), default=None),
        )

    def holds(self, identifier: str) -> bool:
        return (self.above is None or identifier > self.above) and (
            self.below is None or identifier < self.below
        )


@dataclass(frozen=True, slots=True)
class TimeRange:
    """The reference's `inserted_at.gt` and its three siblings."""

    gt: datetime | None = None
    gte: datetime | None = None
    lt: datetime | None = None
    lte: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        return (
            (self.gt is None or moment > self.gt)
            and (self.gte is None or moment >= self.gte)
            and (self.lt is None or moment < self.lt)
            and (self.lte is None or moment <= self.lte)
        )

    def narrow(self, span: Span, earliest: Callable[[datetime], str]) -> Span:
        """Bounds by ids, which know milliseconds only: a little wider than the range, never narrower."""
        for moment in (self.gt, self.gte):
            span = span.narrowed(above=earliest(moment)) if moment else span
        for moment in (self.lt, self.lte):
            span = span.narrowed(below=earliest(moment + timedelta(milliseconds=1))) if moment else span
        return span


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """Up to a page's rows and one more, in reading order. `stopped_at` names the row where reading was cut short."""

    items: list[T]
    stopped_at: str | None = None


def collect(
    rows: Iterable[T],
    matches: Callable[[T], bool],
    size: int,
    identify: Callable[[T], str],
    limit: int | None = None,
) -> Found[T]:
    """Reads on until `size + 1` rows match (the one too many tells that there are more), or as many rows are read as
    a page may cost: `limit`, or else READ_LIMIT, and EMPTY_LIMIT as long as none matches."""
    found: list[T] = []
    for count, row in enumerate(rows, start=1):
        if matches(row):
            found.append(row)
        if len(found) > size:
            break
        if count >= (limit or (READ_LIMIT if found else EMPTY_LIMIT)):
            return Found(found, identify(row))
    return Found(found)


def data_matches(data: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether every wanted property is there with exactly that value; `true` is not `1`."""
    missing = object()
    return all(_same(data.get(name, missing), value) for name, value in wanted.items())


def _same(left: object, right: object) -> bool:
    return left == right and isinstance(left, bool) == isinstance(right, bool)
