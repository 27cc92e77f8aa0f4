"""Paths as routes match them: encoded once, whatever came, and decoded once, into what the customer meant."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.lambda_kit.paths import RAW_PATH_HEADER, decoded, encoded_path


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("/v1/users/jane", "/v1/users/jane"),
        ("/v1/objects/$tenants/acme", "/v1/objects/$tenants/acme"),
        ("/v1/users/jane@app.test", "/v1/users/jane@app.test"),
        ("/v1/users/a:b+c", "/v1/users/a:b+c"),
        ("/v1/users/a b", "/v1/users/a%20b"),
        ("/v1/users/😀", "/v1/users/%F0%9F%98%80"),
        ("/v1/users/50%25", "/v1/users/50%25"),
        ("/v1/users/a?b", "/v1/users/a%3Fb"),
        ("/v1/users/a#b", "/v1/users/a%23b"),
        ("/v1/users/a<b>|c", "/v1/users/a%3Cb%3E%7Cc"),
        ("/v1/users//x", "/v1/users//x"),
        ("/", "/"),
    ],
)
def test_a_path_that_a_gateway_decoded_is_encoded_again(raw: str, expected: str) -> None:
    assert encoded_path(raw, {}) == expected


def test_the_path_as_it_was_sent_goes_before_the_decoded_one() -> None:
    assert encoded_path("/v1/users/a/b", {RAW_PATH_HEADER: "/v1/users/a%2Fb"}) == "/v1/users/a%2Fb"


def test_a_header_that_is_empty_is_none() -> None:
    assert encoded_path("/v1/users/jane", {RAW_PATH_HEADER: ""}) == "/v1/users/jane"


def test_a_client_that_encodes_nothing_is_understood_all_the_same() -> None:
    sent = "/v1/users/jane doe 😀"
    assert encoded_path("/elsewhere", {RAW_PATH_HEADER: sent}) == "/v1/users/jane%20doe%20%F0%9F%98%80"


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("jane", "jane"),
        ("a%2Fb", "a/b"),
        ("a%2fb", "a/b"),
        ("a%20b", "a b"),
        ("a+b", "a+b"),
        ("%2525", "%25"),
        ("50%25", "50%"),
        ("100%", "100%"),
        ("%zz", "%zz"),
        ("%4", "%4"),
        ("%F0%9F%98%80", "😀"),
        ("%24tenants", "$tenants"),
        ("", ""),
    ],
)
def test_a_segment_is_decoded_once(segment: str, expected: str) -> None:
    assert decoded(segment) == expected


@pytest.mark.parametrize("segment", ["%FF", "a%C3", "%F0%9F%98", "%ED%A0%80", "%C0%AF"])
def test_bytes_that_are_no_text_are_refused(segment: str) -> None:
    with pytest.raises(ValueError, match="not UTF-8"):
        decoded(segment)


texts = st.text(
    alphabet=st.sampled_from("%/$#?&=+ ;@:~2F5é日😀") | st.characters(codec="utf-8"), min_size=1, max_size=12
)


@given(texts)
def test_what_a_client_encodes_arrives_with_an_edge_in_front(identifier: str) -> None:
    sent = f"/v1/users/{quote(identifier, safe='')}"
    path = encoded_path("/whatever", {RAW_PATH_HEADER: sent})
    assert path == encoded_path(path, {})
    assert [decoded(segment) for segment in path.split("/")] == ["", "v1", "users", identifier]


@given(texts.filter(lambda text: "/" not in text))
def test_what_a_client_encodes_arrives_without_an_edge_unless_it_holds_a_slash(identifier: str) -> None:
    """A gateway decodes everything but the escape of the per cent sign."""
    path = encoded_path(f"/v1/users/{identifier.replace('%', '%25')}", {})
    assert [decoded(segment) for segment in path.split("/")] == ["", "v1", "users", identifier]
