"""Lists that lie in several partitions (or stretches of one), read as one in the order of their ids.

Each lane is read page by page and only as far as the reader gets, so a page of fifty costs a few rows of each lane.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from tocsin.domain.listing import Span
from tocsin.store.keys import ISK, SK
from tocsin.store.table import Item, Table

MIN_CHUNK = 10
MAX_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Lane:
    """Where rows lie. `lowest` and `highest` bound them where other rows share the partition; `key` makes an id
    the sort key it has there; `id_of` names the attribute that holds the id; `only`, what to bring of each row."""

    partition: str
    key: Callable[[str], str] = str
    lowest: str | None = None
    highest: str | None = None
    id_of: str = SK
    index: bool = False
    consistent: bool = False
    only: Sequence[str] = ()


def merged(table: Table, lanes: Sequence[Lane], span: Span, chunk: int) -> Iterator[Item]:
    """The rows of all lanes between the span's bounds, in its direction; a reader will want about `chunk`."""
    share = max(MIN_CHUNK, 2 * chunk // max(1, len(lanes)))
    streams = [rows(table, lane, span, share) for lane in lanes]
    if len(streams) == 1:
        return streams[0]
    return (
        heapq.merge(*streams, key=itemgetter(lanes[0].id_of), reverse=span.newest_first)
        if streams
        else iter(())
    )


def rows(table: Table, lane: Lane, span: Span, chunk: int) -> Iterator[Item]:
    """One lane. Reading goes on behind the last row's key, which holds for tables and indexes alike."""
    attribute = ISK if lane.index else SK
    # A cursor may be anybody's invention: it never leads out of the lane, to rows of another kind.
    after = max(_given(lane.lowest, span.above and lane.key(span.above)), default=None)
    before = min(_given(lane.highest, span.below and lane.key(span.below)), default=None)
    while after is None or before is None or after < before:
        page = table.query(
            lane.partition,
            after=after,
            before=before,
            descending=span.newest_first,
            # Between two bounds, the one that reading goes on behind is read once more.
            limit=chunk if after is None or before is None else chunk + 1,
            index=lane.index,
            consistent=lane.consistent,
            only=lane.only,
        )
        yield from page.items
        if page.last is None or not page.items:
            return
        onwards = page.items[-1][attribute]
        after, before = (after, onwards) if span.newest_first else (onwards, before)
        chunk = min(2 * chunk, MAX_CHUNK)


def _given(*bounds: str | None) -> list[str]:
    return [bound for bound in bounds if bound is not None]
