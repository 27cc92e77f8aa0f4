"""JSON as it is written: by simplejson, and as its own `dumps` writes it."""

from decimal import Decimal

import pytest
import simplejson
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain import json_text

FRACTIONS = st.decimals(min_value=-(10**12), max_value=10**12, places=3)
OURS = st.none() | st.booleans() | st.integers() | st.text()


def nested(plain: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.recursive(
        plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
    )


JSON = nested(OURS | FRACTIONS)


@given(JSON)
def test_json_is_written_as_simplejson_writes_it(value: object) -> None:
    expected = simplejson.dumps(value, use_decimal=True, separators=(",", ":"), ensure_ascii=False)
    assert json_text.dumps(value) == expected


@given(JSON)
def test_what_was_written_is_read_again(value: object) -> None:
    assert json_text.loads(json_text.dumps(value)) == value


@given(nested(OURS))
def test_what_holds_no_fraction_may_be_written_plainly(value: object) -> None:
    assert json_text.loads(json_text.dumps_plain(value)) == value


def test_json_may_have_blanks_around_it_and_nothing_else() -> None:
    assert json_text.loads(' {"a": [1]}\n') == json_text.loads('{"a": [1]} ') == {"a": [1]}
    for text in ('{"a": 1}{', "[1],", "{", ""):
        with pytest.raises(json_text.JSONDecodeError):
            json_text.loads(text)


def test_what_is_written_already_is_taken_as_it_is() -> None:
    assert json_text.dumps({"data": json_text.Raw('{"a": 1.10}')}) == '{"data":{"a": 1.10}}'


@pytest.mark.parametrize("value", [float("nan"), {"a": [float("inf")]}, Decimal("nan")])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_text.dumps(value)


def test_a_text_that_could_not_be_written_leaves_nothing_behind() -> None:
    with pytest.raises(TypeError):
        json_text.dumps({"a": {"b": object()}})
    assert json_text.dumps({"b": {"a": 1}}) == '{"b":{"a":1}}'
