"""How far a list is read for one page."""

from collections.abc import Container, Iterable

from tocsin.domain.listing import EMPTY_LIMIT, READ_LIMIT, Found, collect

FOR_EVER = range(10 * EMPTY_LIMIT)


def page(wanted: Container[int], rows: Iterable[int] = FOR_EVER, limit: int | None = None) -> Found[int]:
    return collect(rows, lambda row: row in wanted, 2, str, limit)


def test_a_full_page_is_read_to_the_row_that_tells_of_more() -> None:
    rows = iter(FOR_EVER)
    assert page(range(5, 100), rows) == Found([5, 6, 7])
    assert next(rows) == 8


def test_a_page_that_has_something_stops_at_the_limit_and_says_where() -> None:
    assert page([7]) == Found([7], str(READ_LIMIT - 1))


def test_a_page_is_only_empty_when_nothing_was_found_for_very_long() -> None:
    """A client of the official ones stops at an empty page, whatever its cursor says."""
    assert page([READ_LIMIT + 5]) == Found([READ_LIMIT + 5], str(READ_LIMIT + 5))
    assert page([]) == Found([], str(EMPTY_LIMIT - 1))


def test_at_the_list_s_end_there_is_no_cursor() -> None:
    assert page([1], range(3)) == Found([1])
    assert page([], range(READ_LIMIT)) == Found([])


def test_who_names_a_limit_gets_no_further() -> None:
    assert page([7, 30], limit=20) == Found([7], "19")
    assert page([30], limit=20) == Found([], "19")
