"""Pages of lists."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from tocsin.domain.definition_views import Shown
from tocsin.lambda_kit.answer_size import fitting
from tocsin.lambda_kit.pagination import Slice, Window, page_info, slice_of
from tocsin.usecases.find_definitions import Library

T = TypeVar("T")


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
    size = fitting([shown.draft.content for shown in found], window.size)
    return slice_of(found, replace(window, size=size), lambda shown: shown.draft.key)


def page(slice_: Slice[T], size: int, out: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    return {"entries": [out(item) for item in slice_.items], "page_info": page_info(slice_, size)}
