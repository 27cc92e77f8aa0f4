"""Signed links: what they carry cannot be changed, and leads nowhere but where it was meant to."""

from base64 import urlsafe_b64encode

import pytest

from tocsin.domain.recipients import user
from tocsin.domain.signed_links import LinkKeys, Links, Purpose

KEYS = LinkKeys((b"new", b"old"))
MESSAGE = "2nB5Yb6Ym6TzJ8vQ0dXlE1kRfGh"
URL = "https://app.test/a?b=1&c=%20#d"


def links(environment: str = "development", keys: LinkKeys = KEYS) -> Links:
    return Links("https://tocsin.test", environment, lambda: keys)


def token(link: str) -> str:
    return link.rpartition("/")[2]


@pytest.mark.parametrize(
    "url", [URL, "https://bücher.test/straße?q=✓", "https://app.test/\\?x='y'", "HTTPS://A.TEST"]
)
def test_a_link_carries_its_environment_its_message_and_its_url(url: str) -> None:
    link = links().click(MESSAGE, url)

    assert link.startswith("https://tocsin.test/l/")
    assert link.isascii()
    assert KEYS.read(Purpose.CLICK, token(link)) == ["development", MESSAGE, url]


def test_a_token_with_any_letter_changed_added_or_left_out_is_none() -> None:
    whole = token(links().click(MESSAGE, URL))
    for place in range(len(whole)):
        other = "A" if whole[place] != "A" else "B"
        assert KEYS.read(Purpose.CLICK, whole[:place] + other + whole[place + 1 :]) is None
        assert KEYS.read(Purpose.CLICK, whole[:place]) is None
    for forged in (
        f"{whole}=",
        f"{whole}A",
        f"={whole}",
        f"{whole}.{whole}",
        whole.replace(".", ""),
        ".",
        "",
        "✓.✓",
    ):
        assert KEYS.read(Purpose.CLICK, forged) is None


def test_another_url_under_the_same_signature_is_refused() -> None:
    signature = token(links().click(MESSAGE, URL)).partition(".")[2]
    said = urlsafe_b64encode(f'["development","{MESSAGE}","https://evil.test"]'.encode()).decode().rstrip("=")

    assert KEYS.read(Purpose.CLICK, f"{said}.{signature}") is None


def test_a_token_is_good_for_its_purpose_alone() -> None:
    jane = user("jane")
    made = {
        Purpose.CLICK: links().click(MESSAGE, URL),
        Purpose.OPEN: links().open(MESSAGE),
        Purpose.UNSUBSCRIBE: links().unsubscribe(jane),
        Purpose.PREFERENCES: links().preferences(jane),
    }
    for purpose in Purpose:
        read = [other for other, link in made.items() if KEYS.read(purpose, token(link)) is not None]
        assert read == [purpose]


def test_a_token_names_its_environment_and_is_another_one_elsewhere() -> None:
    here, there = (links(env).unsubscribe(user("jane")) for env in ("development", "production"))

    assert here != there
    assert KEYS.read(Purpose.UNSUBSCRIBE, token(there)) == ["production", "$users", "jane"]


def test_a_link_outlives_the_key_it_was_signed_with_as_long_as_that_is_kept() -> None:
    before = token(links(keys=LinkKeys((b"old",))).open(MESSAGE))

    assert KEYS.read(Purpose.OPEN, before) == ["development", MESSAGE]
    assert LinkKeys((b"new",)).read(Purpose.OPEN, before) is None
    assert LinkKeys((b"old",)).read(Purpose.OPEN, token(links().open(MESSAGE))) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://app.test",
        "mailto:jane@app.test",
        "/settings",
        "",
        "https://",
        "https://app.test/a b",
        "https://app.test/\r\nSet-Cookie: x",
        'https://app.test/"onclick="x',
        "https://app.test/\ud800",
        "https://app.test/" + "a" * 4_000,
        "https://tocsin.test/u/x.y",
    ],
)
def test_what_is_no_https_url_and_what_is_our_own_stays_as_it_is(url: str) -> None:
    assert links().click(MESSAGE, url) == url
    assert links().short(MESSAGE, url) is None


def test_what_is_wrapped_already_is_not_wrapped_again() -> None:
    once = links().click(MESSAGE, URL)

    assert links().click(MESSAGE, once) == once


def test_a_short_link_has_ten_characters_that_follow_from_what_it_is_for_and_from_the_secret() -> None:
    made = [
        links().short(MESSAGE, URL),
        links().short(MESSAGE, f"{URL}x"),
        links().short(f"{MESSAGE}x", URL),
        links("production").short(MESSAGE, URL),
        links(keys=LinkKeys((b"other",))).short(MESSAGE, URL),
    ]
    keys = {link.key for link in made if link is not None}

    assert len(keys) == 5
    assert all(len(key) == 10 and key.isalnum() for key in keys)
    assert made[0] == links().short(MESSAGE, URL)
