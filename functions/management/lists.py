"""Pages of lists."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from tocsin.domain import json_text
from tocsin.domain.definition_views import Shown
from tocsin.lambda_kit.pagination import Slice, Window, page_info, slice_of
from tocsin.usecases.find_definitions import Library

T = TypeVar("T")

# Lambda answers with 6 MB at most, and a definition may hold 350 kB.
MAX_PAGE_BYTES = 4 * 1024 * 1024


def slice_of_all(items: Sequence[T], window: Window, identify: Callable[[T], str]) -> Slice[T]:
    """A page of a list that was read whole. A bound that is no longer there is no bound."""
    names = [identify(item) for item in items]
    end = names.index(window.before) if window.before in names else len(items)
    start = names.index(window.after) + 1 if window.after in names else 0
    found = list(items[start:end])
    if window.backwards:
        found.reverse()
    return slice_of(found[: window.size + 1], window, identify)


def slice_of_library(library: Library, window: Window) -> Slice[Shown]:
    """A page by key; a shorter one where the answer would grow too large."""
    found = library.page(
        after=window.after, before=window.before, limit=window.size + 1, descending=window.backwards
    )
    fitting = replace(window, size=min(window.size, _fitting(found)))
    return slice_of(found, fitting, lambda shown: shown.draft.key)


def _fitting(found: Sequence[Shown]) -> int:
    """How many of the first ones fit one answer; at least one."""
    total = 0
    for count, shown in enumerate(found):
        total += len(json_text.dumps(shown.draft.content))
        if total > MAX_PAGE_BYTES and count:
            return count
    return max(len(found), 1)


def page(slice_: Slice[T], size: int, out: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    return {"entries": [out(item) for item in slice_.items], "page_info": page_info(slice_, size)}
