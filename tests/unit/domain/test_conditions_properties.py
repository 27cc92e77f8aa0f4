"""Conditions hold their rules on any data: no exception, and a negation is the exact opposite."""

import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.conditions import evaluate
from tocsin.domain.conditions_operators import OPERATORS

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["5", "true", "2026-01-01", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"]),
    lambda child: st.lists(child, max_size=3) | st.dictionaries(st.sampled_from("ab"), child, max_size=2),
    max_leaves=6,
)
ARGUMENTS = JSON | st.sampled_from(
    [
        "data.b",
        "[1,2]",
        '{"value":99999999999999,"unit":"weeks","modifier":"ago"}',
        "1e999999999",
        "NaN",
        "[]",
        '""',
    ]
)


@given(JSON, JSON, ARGUMENTS, st.sampled_from(sorted(OPERATORS)))
def test_no_data_makes_an_evaluation_raise(a: object, b: object, argument: object, operator: str) -> None:
    condition = {"variable": "data.a", "operator": operator, "argument": argument}
    assert evaluate({"all": [condition]}, {"data": {"a": a, "b": b}}, NOW).passed in (True, False)


@pytest.mark.parametrize(
    ("positive", "negative"),
    [
        ("equal_to", "not_equal_to"),
        ("contains", "not_contains"),
        ("contains_all", "not_contains_all"),
        ("empty", "not_empty"),
        ("exists", "not_exists"),
        ("is_timestamp", "is_not_timestamp"),
    ],
)
@given(JSON, ARGUMENTS)
def test_a_negated_operator_is_the_exact_opposite(
    positive: str, negative: str, a: object, argument: object
) -> None:
    scope = {"data": {"a": a}}
    pair = [{"variable": "data.a", "operator": name, "argument": argument} for name in (positive, negative)]
    first, second = (evaluate({"all": [item]}, scope, NOW).passed for item in pair)
    assert first is not second


@given(st.text(alphabet=string.printable))
def test_any_text_can_be_an_argument(text: str) -> None:
    condition = {"variable": "data.a", "operator": "equal_to", "argument": text}
    evaluate({"all": [condition]}, {"data": {"a": text}}, NOW)
