"""Opaque cursors and pages. A cursor is the id after which a list goes on, so it survives writes and deletes.

`after` walks down the list as it is shown, `before` walks back up; both bounds exclude the item they name.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.listing import Found, Span
from tocsin.store.keys import MAX_SORT_KEY_BYTES

T = TypeVar("T")

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 100


def to_cursor(identifier: str) -> str:
    return base64.urlsafe_b64encode(identifier.encode()).decode().rstrip("=")


def is_sort_key(identifier: str) -> bool:
    """For lists whose cursors are sort keys: any text that DynamoDB would take as one."""
    return 0 < len(identifier.encode()) <= MAX_SORT_KEY_BYTES


def from_cursor(cursor: str, field: str, is_id: Callable[[str], bool] = bool) -> str:
    """Raises InvalidParamsError: a cursor comes from an answer of ours or it is none."""
    try:
        identifier = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        identifier = ""
    if not is_id(identifier):
        raise InvalidParamsError([_no_cursor(field)])
    return identifier


def _no_cursor(field: str) -> FieldProblem:
    return FieldProblem(field, "is not a cursor; use the `after` or `before` of a page you were given")


class PageQuery(Protocol):
    after: str | None
    before: str | None
    page_size: int


@dataclass(frozen=True, slots=True)
class Window:
    """What to read. Going back up, rows are read nearest first and turned round afterwards."""

    after: str | None
    before: str | None
    size: int

    @property
    def backwards(self) -> bool:
        return self.before is not None and self.after is None

    @property
    def span(self) -> Span:
        """The same as bounds of ids, for a list that shows the newest first."""
        if self.backwards:
            return Span(above=self.before, newest_first=False)
        return Span(below=self.after)

    @property
    def rising_span(self) -> Span:
        """The same for a list in the order of its ids, such as names."""
        if self.backwards:
            return Span(below=self.before, newest_first=True)
        return Span(above=self.after, newest_first=False)


def window_of(query: PageQuery, is_id: Callable[[str], bool] = bool) -> Window:
    """`is_id` knows the ids that this list's cursors hold."""
    return Window(
        after=from_cursor(query.after, "after", is_id) if query.after else None,
        before=from_cursor(query.before, "before", is_id) if query.before else None,
        size=query.page_size,
    )


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page's items in the order shown; `after`/`before` are the cursors onwards, None where nothing is left."""

    items: list[T]
    after: str | None
    before: str | None


def slice_of(found: Sequence[T], window: Window, identify: Callable[[T], str]) -> Slice[T]:
    """A page out of up to `size + 1` rows in reading order: the one too many tells that the list goes on."""
    more = len(found) > window.size
    items = list(found[: window.size])
    if window.backwards:
        items.reverse()
    if not items:
        return Slice([], None, None)
    first, last = to_cursor(identify(items[0])), to_cursor(identify(items[-1]))
    if window.backwards:
        return Slice(items, after=last, before=first if more else None)
    return Slice(items, after=last if more else None, before=first if window.after else None)


def slice_of_found(found: Found[T], window: Window, identify: Callable[[T], str]) -> Slice[T]:
    """A page that may be short because reading was cut: its cursor then goes on from where reading stopped."""
    slice_ = slice_of(found.items, window, identify)
    if found.stopped_at is None or len(found.items) > window.size:
        return slice_
    onwards = to_cursor(found.stopped_at)
    return replace(slice_, before=onwards) if window.backwards else replace(slice_, after=onwards)


def slice_of_all(rows: Sequence[T], window: Window, identify: Callable[[T], str]) -> Slice[T]:
    """A page of a list that is at hand as a whole, in its own order. A cursor names one of its rows, or it is none."""
    cursor = window.after or window.before
    if cursor is None:
        return slice_of(rows, window, identify)
    places = [place for place, row in enumerate(rows) if identify(row) == cursor]
    if not places:
        raise InvalidParamsError([_no_cursor("after" if window.after else "before")])
    onwards = rows[: places[0]][::-1] if window.backwards else rows[places[0] + 1 :]
    return slice_of(onwards, window, identify)


def page_info(slice_: Slice[Any], size: int) -> dict[str, Any]:
    return {"__typename": "PageInfo", "after": slice_.after, "before": slice_.before, "page_size": size}
