"""Pages and their cursors: both ways through any list, null at the ends, and no cursor that was made up."""

import base64
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.errors import InvalidParamsError
from tocsin.domain.ids import is_ksuid, is_uuid
from tocsin.domain.listing import Found, Span
from tocsin.lambda_kit.pagination import (
    Slice,
    Window,
    from_cursor,
    is_sort_key,
    page_info,
    slice_of,
    slice_of_all,
    slice_of_found,
    to_cursor,
    window_of,
)

ROWS = ["f", "e", "d", "c", "b", "a"]
"""As they are shown: the newest first."""


@dataclass
class Query:
    after: str | None = None
    before: str | None = None
    page_size: int = 2


def read(rows: list[str], window: Window) -> Slice[str]:
    """A page as the stores read it: rows within the span, in its direction, and one more than the page holds."""
    span = window.span
    within = sorted((row for row in rows if span.holds(row)), reverse=span.newest_first)
    return slice_of(within[: window.size + 1], window, str)


def read_rising(rows: list[str], window: Window) -> Slice[str]:
    span = window.rising_span
    within = sorted((row for row in rows if span.holds(row)), reverse=span.newest_first)
    return slice_of(within[: window.size + 1], window, str)


texts = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(texts)
def test_a_cursor_is_opaque_text_for_urls_that_comes_back(identifier: str) -> None:
    cursor = to_cursor(identifier)
    assert cursor.replace("-", "").replace("_", "").isalnum() or set(cursor) <= set("-_")
    assert from_cursor(cursor, "after") == identifier


@pytest.mark.parametrize(
    "cursor", ["%%%", "a", "é", "😀", "gICA", to_cursor("x")[:1], base64.b64encode(b"\xff\xfe").decode(), "="]
)
@pytest.mark.parametrize("field", ["after", "before"])
def test_what_is_no_cursor_is_refused_by_its_field(cursor: str, field: str) -> None:
    with pytest.raises(InvalidParamsError) as refusal:
        from_cursor(cursor, field)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert "is not a cursor" in refusal.value.problems[0].message


@pytest.mark.parametrize("is_id", [is_ksuid, is_uuid])
def test_a_cursor_of_another_list_is_refused(is_id: object) -> None:
    assert callable(is_id)
    with pytest.raises(InvalidParamsError):
        from_cursor(to_cursor("something else"), "after", is_id)


@given(st.text(max_size=30))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    try:
        identifier = from_cursor(text, "after", is_sort_key)
    except InvalidParamsError:
        return
    assert is_sort_key(identifier)


@pytest.mark.parametrize(
    ("identifier", "fits"),
    [("", False), ("x", True), ("x" * 1024, True), ("x" * 1025, False), ("é" * 513, False)],
)
def test_a_sort_key_has_a_length_in_bytes(identifier: str, fits: bool) -> None:
    assert is_sort_key(identifier) is fits


@pytest.mark.parametrize("field", ["after", "before"])
def test_a_query_s_malformed_cursor_is_refused_by_its_field(field: str) -> None:
    with pytest.raises(InvalidParamsError) as refusal:
        window_of(Query(**{field: "%%%"}))  # type: ignore[arg-type]
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_an_empty_cursor_is_none() -> None:
    assert window_of(Query(after="", before="")) == Window(None, None, 2)


def test_of_both_cursors_after_counts() -> None:
    window = window_of(Query(after=to_cursor("d"), before=to_cursor("b")))
    assert not window.backwards
    assert (window.span, window.rising_span) == (Span(below="d"), Span(above="d", newest_first=False))


def test_the_bounds_of_each_direction() -> None:
    back = window_of(Query(before=to_cursor("d")))
    assert back.backwards
    assert (back.span, back.rising_span) == (Span(above="d", newest_first=False), Span(below="d"))
    assert window_of(Query()).span == Span()


def test_pages_down_and_back_up_with_null_at_the_ends() -> None:
    first = read(ROWS, window_of(Query()))
    assert (first.items, first.before) == (["f", "e"], None)
    second = read(ROWS, window_of(Query(after=first.after)))
    assert second.items == ["d", "c"]
    third = read(ROWS, window_of(Query(after=second.after)))
    assert (third.items, third.after) == (["b", "a"], None)

    assert read(ROWS, window_of(Query(before=third.before))) == second
    again = read(ROWS, window_of(Query(before=second.before)))
    assert (again.items, again.before) == (["f", "e"], None)
    assert again.after == first.after


def test_a_page_that_is_exactly_full_is_the_last_one() -> None:
    assert read(["b", "a"], window_of(Query())) == Slice(["b", "a"], None, None)


@pytest.mark.parametrize("query", [Query(), Query(after=to_cursor("a")), Query(before=to_cursor("f"))])
def test_an_empty_page_leads_nowhere(query: Query) -> None:
    assert read([], window_of(query)) == Slice([], None, None)
    assert read(ROWS, window_of(query)).items == ([] if query.after or query.before else ["f", "e"])


def test_a_cursor_goes_on_where_its_row_was_deleted_and_new_rows_came() -> None:
    first = read(ROWS, window_of(Query()))
    changed = ["h", "g", *[row for row in ROWS if row != "e"]]
    assert read(changed, window_of(Query(after=first.after))).items == ["d", "c"]
    assert read(changed, window_of(Query(before=to_cursor("f")))).items == ["h", "g"]


@given(st.sets(texts, max_size=12), st.integers(1, 4), st.booleans())
def test_walking_down_and_up_shows_every_row_once(rows: set[str], size: int, rising: bool) -> None:
    page_of = read_rising if rising else read
    shown = sorted(rows, reverse=not rising)
    page = page_of(shown, window_of(Query(page_size=size)))
    down = list(page.items)
    while page.after:
        page = page_of(shown, window_of(Query(after=page.after, page_size=size)))
        down += page.items
    up = list(page.items)
    while page.before:
        page = page_of(shown, window_of(Query(before=page.before, page_size=size)))
        up = page.items + up
    assert down == up == shown


def test_a_page_cut_short_goes_on_from_where_reading_stopped() -> None:
    stopped = Found(["f"], stopped_at="d")
    assert slice_of_found(stopped, window_of(Query()), str) == Slice(["f"], to_cursor("d"), None)
    empty: Found[str] = Found([], stopped_at="d")
    assert slice_of_found(empty, window_of(Query()), str) == Slice([], to_cursor("d"), None)
    back = slice_of_found(empty, window_of(Query(before=to_cursor("a"))), str)
    assert back == Slice([], None, to_cursor("d"))


def test_a_full_page_forgets_where_reading_stopped() -> None:
    found = Found(["f", "e", "d"], stopped_at="a")
    assert slice_of_found(found, window_of(Query()), str).after == to_cursor("e")
    assert slice_of_found(Found(["f"]), window_of(Query()), str).after is None


def test_a_list_at_hand_keeps_its_own_order_both_ways() -> None:
    rows = ["x", "a", "m", "b", "z"]
    first = slice_of_all(rows, window_of(Query()), str)
    second = slice_of_all(rows, window_of(Query(after=first.after)), str)
    third = slice_of_all(rows, window_of(Query(after=second.after)), str)
    assert [first.items, second.items, third.items] == [["x", "a"], ["m", "b"], ["z"]]
    assert (first.before, third.after) == (None, None)
    assert slice_of_all(rows, window_of(Query(before=third.before)), str) == second
    assert slice_of_all(rows, window_of(Query(before=second.before)), str) == first


@pytest.mark.parametrize("field", ["after", "before"])
def test_a_list_at_hand_refuses_a_cursor_that_names_no_row(field: str) -> None:
    window = window_of(Query(**{field: to_cursor("nobody")}))  # type: ignore[arg-type]
    with pytest.raises(InvalidParamsError) as refusal:
        slice_of_all(ROWS, window, str)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_page_info_has_nulls_where_nothing_is_left() -> None:
    assert page_info(Slice(["a"], None, None), 50) == {
        "__typename": "PageInfo",
        "after": None,
        "before": None,
        "page_size": 50,
    }
