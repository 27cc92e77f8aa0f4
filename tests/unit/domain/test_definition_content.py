"""What is kept of a definition, and how its hash tells whether anything changed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain import json_text
from tocsin.domain.definition_content import content_of, sha_of
from tocsin.domain.definitions import DefinitionKind


@pytest.mark.parametrize(
    ("sent", "sent_back"),
    [("1.10", "1.1"), ("1.0", "1"), ("1e2", "100"), ("-0.0", "0"), ("1.5E-7", "0.00000015")],
)
def test_a_number_is_the_same_however_it_is_written(sent: str, sent_back: str) -> None:
    """The CLI reads numbers as JavaScript does, and writes them in its own way."""
    before, after = (json_text.loads(f'{{"steps": [{{"price": {text}}}]}}') for text in (sent, sent_back))

    assert sha_of(before) == sha_of(after)


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 2), (1, True), (1, "1"), (Decimal("1.1"), Decimal("1.11")), (0, None), ([1, 2], [2, 1]), ({}, [])],
)
def test_different_content_has_another_hash(one: Any, other: Any) -> None:
    assert sha_of({"x": one}) != sha_of({"x": other})


@given(st.integers(), st.integers(min_value=-40, max_value=40), st.integers(min_value=0, max_value=20))
def test_zeros_at_the_end_and_the_exponent_do_not_count(digits: int, exponent: int, zeros: int) -> None:
    short = Decimal((digits < 0, tuple(map(int, str(abs(digits)))), exponent))
    long = Decimal((digits < 0, (*map(int, str(abs(digits))), *[0] * zeros), exponent - zeros))

    assert sha_of({"n": short}) == sha_of({"n": long})


@pytest.mark.parametrize(
    ("sent", "read"), [(50, "50"), ("50", "50"), (Decimal("33.30"), "33.3"), ("1e2", "100"), (0, "0")]
)
def test_a_share_is_read_as_text_and_sending_it_back_changes_nothing(sent: Any, read: str) -> None:
    """Also deep inside of branches."""
    cohort = {"type": "random_cohort", "cohort_branches": [{"percentage": sent, "steps": []}]}
    steps = [{"type": "branch", "branches": [{"steps": [cohort]}]}]

    content = content_of(DefinitionKind.WORKFLOW, {"name": "W", "steps": steps})

    [inner] = content["steps"][0]["branches"][0]["steps"]
    assert inner["cohort_branches"] == [{"percentage": read, "steps": []}]
    assert content_of(DefinitionKind.WORKFLOW, content) == content


@pytest.mark.parametrize("share", [None, True, "half", "NaN", "1e999999999", 101, Decimal("33.33"), [50], {}])
def test_what_is_no_share_is_left_to_whoever_checks_it(share: Any) -> None:
    steps = [{"cohort_branches": [{"percentage": share}, "x"]}, "y", {"branches": {}}]

    assert content_of(DefinitionKind.WORKFLOW, {"steps": steps})["steps"] == steps
