"""One query in every dialect of the official clients, from Python's and Node's to the browser's."""

import doctest
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.lambda_kit import query_strings
from tocsin.lambda_kit.query_strings import canonical_name, parse

Pairs = list[tuple[str, str]]

STATUSES = [("status", "read"), ("status", "seen")]
TWO_OBJECTS = [
    ("objects.id", "a"),
    ("objects.collection", "projects"),
    ("objects.id", "b"),
    ("objects.collection", "$tenants"),
]


@pytest.mark.parametrize(
    "raw",
    [
        "status[]=read&status[]=seen",
        "status%5B%5D=read&status%5B%5D=seen",
        "status%5b%5d=read&status%5b%5d=seen",
        "status=read&status=seen",
        "status[0]=read&status[1]=seen",
        "status[10]=read&status%5B11%5D=seen",
        "status[]=read&status=seen",
    ],
)
def test_a_list_is_one_name_several_times(raw: str) -> None:
    assert parse(raw) == STATUSES


@pytest.mark.parametrize(
    "raw",
    [
        "objects[][id]=a&objects[][collection]=projects&objects[][id]=b&objects[][collection]=$tenants",
        "objects[0][id]=a&objects[0][collection]=projects&objects[1][id]=b&objects[1][collection]=%24tenants",
        "objects%5B%5D%5Bid%5D=a&objects%5B%5D%5Bcollection%5D=projects"
        "&objects%5B%5D%5Bid%5D=b&objects%5B%5D%5Bcollection%5D=%24tenants",
        "objects%5B0%5D%5Bid%5D=a&objects%5B0%5D%5Bcollection%5D=projects"
        "&objects%5B1%5D%5Bid%5D=b&objects%5B1%5D%5Bcollection%5D=%24tenants",
    ],
)
def test_a_list_of_objects_keeps_its_order(raw: str) -> None:
    assert parse(raw) == TWO_OBJECTS


@pytest.mark.parametrize(
    "name", ["inserted_at[gt]", "inserted_at%5Bgt%5D", "inserted_at.gt", "inserted_at%2Egt"]
)
def test_a_nested_name_is_dotted(name: str) -> None:
    assert parse(f"{name}=x") == [("inserted_at.gt", "x")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("query_options[$skiptoken]", "query_options.$skiptoken"),
        ("query_options.$skiptoken", "query_options.$skiptoken"),
        ("query_options[limit]", "query_options.limit"),
        ("access_token_object[object_id]", "access_token_object.object_id"),
        ("a[b][c][d]", "a.b.c.d"),
        ("a[b][0][c][]", "a.b.c"),
        ("a[b.c]", "a.b.c"),
        ("plain", "plain"),
        ("", ""),
        ("[]", ""),
        ("a[", "a["),
        ("a]", "a]"),
        ("a[b", "a[b"),
        ("a[ünï 😀]", "a.ünï 😀"),
    ],
)
def test_names_are_brought_to_one_form(name: str, expected: str) -> None:
    assert canonical_name(name) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("has_tenant=true&archived=false", [("has_tenant", "true"), ("archived", "false")]),
        ("limit=10&page_size=050", [("limit", "10"), ("page_size", "050")]),
        ("tenant=", [("tenant", "")]),
        ("tenant", [("tenant", "")]),
        ("tenant=&tenant=a", [("tenant", ""), ("tenant", "a")]),
        ("status[]=", [("status", "")]),
        ("a=b=c", [("a", "b=c")]),
        ("after=QUJD==", [("after", "QUJD==")]),
        ("a=1;b=2", [("a", "1;b=2")]),
        ("q=x[0][y]", [("q", "x[0][y]")]),
        ("q=one+two%20three%2Bfour", [("q", "one two three+four")]),
    ],
)
def test_values_are_taken_as_they_are(raw: str, expected: Pairs) -> None:
    assert parse(raw) == expected


@pytest.mark.parametrize("name", ["inserted_at[gte]", "inserted_at%5Bgte%5D", "inserted_at.gte"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2019-12-27T18:11:19.117000%2B00:00", "2019-12-27T18:11:19.117000+00:00"),
        ("2019-12-27T18%3A11%3A19.117000%2B00%3A00", "2019-12-27T18:11:19.117000+00:00"),
        ("2019-12-27T18:11:19.117Z", "2019-12-27T18:11:19.117Z"),
    ],
)
def test_dates_keep_their_offset(name: str, value: str, expected: str) -> None:
    assert parse(f"{name}={value}") == [("inserted_at.gte", expected)]


@pytest.mark.parametrize(
    "raw",
    [
        'trigger_data={"a":1,"b":["x","y"],"c":{"d[0]":null}}',
        "trigger_data=%7B%22a%22%3A1%2C%22b%22%3A%5B%22x%22%2C%22y%22%5D%2C%22c%22%3A%7B%22d%5B0%5D%22%3Anull%7D%7D",
    ],
)
def test_json_in_a_value_is_one_value_with_its_commas_and_brackets(raw: str) -> None:
    assert parse(raw) == [("trigger_data", '{"a":1,"b":["x","y"],"c":{"d[0]":null}}')]


@pytest.mark.parametrize("raw", ["", "&", "&&&"])
def test_nothing_is_no_pairs(raw: str) -> None:
    assert parse(raw) == []


def test_empty_pieces_between_pairs_do_no_harm() -> None:
    assert parse("&a=1&&b=2&") == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a=%", [("a", "%")]),
        ("a=100%&b=1", [("a", "100%"), ("b", "1")]),
        ("a=%zz", [("a", "%zz")]),
        ("a=%4", [("a", "%4")]),
        ("a%5=1", [("a%5", "1")]),
        ("a=%FF", [("a", "\ufffd")]),
        ("a=%F0%9F%98", [("a", "\ufffd")]),
        ("a=%F0%9F%98%80", [("a", "😀")]),
        ("a=😀", [("a", "😀")]),
        ("a=%00", [("a", "\0")]),
        ("a=%2525", [("a", "%25")]),
    ],
)
def test_broken_escapes_are_no_error_and_nothing_is_decoded_twice(raw: str, expected: Pairs) -> None:
    assert parse(raw) == expected


@given(st.text(alphabet=st.sampled_from("ab[]0.%=&+5BD;# é😀"), max_size=30))
def test_no_text_makes_it_raise(raw: str) -> None:
    for name, value in parse(raw):
        assert isinstance(name, str)
        assert isinstance(value, str)


names = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="[]"), min_size=1, max_size=8)
values = st.text(alphabet=st.characters(codec="utf-8"), max_size=8)


@given(st.lists(st.tuples(names, values), max_size=5))
def test_whatever_a_client_encodes_comes_back_and_is_its_own_canonical_form(pairs: Pairs) -> None:
    assert parse(urlencode(pairs)) == pairs
    assert parse(urlencode(parse(urlencode(pairs)))) == pairs


def test_its_examples_hold() -> None:
    assert doctest.testmod(query_strings).failed == 0
