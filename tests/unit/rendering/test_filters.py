"""Filters Liquid lacks, and those of its own that were replaced."""

import hashlib
import hmac
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rendering.samples import NOW
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.liquid import render

VALUES: dict[str, object] = {
    "price": Decimal("1.10"),
    "at": "2024-01-01T00:30:00Z",
    "items": [1, Decimal("2.50"), 1, "x", {"n": 1}],
    "object": {"a": Decimal("1E+3"), "b": "é"},
    "rows": [{"n": 1}, {"n": Decimal("1.0")}, {"n": 2}],
}


def show(expression: str) -> str:
    return render(f"{{{{ {expression} }}}}", VALUES, NOW)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("price | plus: 2.2", "3.30"),
        ("price | times: 3", "3.30"),
        ("price | minus: 0.1", "1.00"),
        ("0.1 | plus: 0.2", "0.3"),
        ("'5' | plus: '2'", "7"),
        ("7 | divided_by: 2", "3"),
        ("7 | divided_by: 2.0", "3.5"),
        ("10 | divided_by: 3.0", "3.333333333333333"),
        ("-7 | modulo: 3", "2"),
        ("-7.5 | modulo: 2", "0.5"),
        ("-1.5 | abs", "1.5"),
        ("1.5 | at_least: 2", "2"),
        ("price | at_most: 1", "1"),
        ("1.01 | ceil", "2"),
        ("-1.01 | floor", "-2"),
        ("2.5 | round", "3"),
        ("2.345 | round: 2", "2.35"),
        ("rows | sum: 'n'", "4.0"),
        ("'junk' | plus: 1", "1"),
    ],
)
def test_arithmetic_is_exact(expression: str, text: str) -> None:
    assert show(expression) == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("at | date: '%-d %B %Y'", "1 January 2024"),
        ("at | date: '%-I:%M %p %Z', 'America/New_York'", "7:30 PM EST"),
        ("at | date: '%s %%s %L'", "1704069000 %s 000"),
        ("1704069000 | date: '%Y-%m-%d'", "2024-01-01"),
        ("'1704069000' | date: '%Y-%m-%d'", "2024-01-01"),
        ("'March 14, 2016' | date: '%b %d, %y'", "Mar 14, 16"),
        ("'10:00' | date: '%F'", "2026-03-10"),
        ("'now' | date: '%F %T'", "2026-03-10 12:00:00"),
        ("'junk' | date: '%Y'", "junk"),
        ("missing | date: '%Y'", ""),
        ("at | date: '%H %Z', 'Nowhere/Land'", "00 UTC"),
        ("at | timezone: 'America/New_York'", "2023-12-31T19:30:00-05:00"),
        ("'2024-07-01' | timezone: 'Europe/Paris'", "2024-07-01T02:00:00+02:00"),
        ("at | timezone: missing", "2024-01-01T00:30:00+00:00"),
        ("'junk' | timezone: 'UTC'", "junk"),
        ("at | format_date_in_locale: 'en-GB'", "01/01/2024"),
        ("at | format_date_in_locale: 'en-GB', 'long'", "1 January 2024"),
        ("at | format_date_in_locale: 'de', 'full'", "Montag, 1. Januar 2024"),
        ("at | format_datetime_in_locale: 'en-GB', 'medium', 'short'", "1 Jan 2024, 00:30"),
    ],
)
def test_a_date_is_shown_as_asked(expression: str, text: str) -> None:
    assert show(expression) == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("10000 | format_number: 'en'", "10,000"),
        ("1234.5 | format_number: 'de-DE'", "1.234,5"),
        ("10 | currency", "$10.00"),
        ("10 | currency: 'GBP', 'en'", "£10.00"),
        ("1234.5 | currency: 'eur', 'de-DE'", "1.234,50\xa0€"),
        ("10.99 | rounded_currency: 'GBP', 'en'", "£11"),
        ("10.5 | rounded_currency", "$11"),
        ("'junk' | currency", "junk"),
        ("missing | format_number", ""),
    ],
)
def test_a_number_is_written_as_the_locale_does(expression: str, text: str) -> None:
    assert show(expression) == text


@pytest.mark.parametrize("locale", ["'xx-YY'", "'../../etc'", "missing", "''", "5", "'en_US.UTF-8'", "items"])
def test_an_unknown_locale_falls_back_to_english(locale: str) -> None:
    assert show(f"1234.5 | format_number: {locale}") == "1,234.5"
    assert show(f"at | format_date_in_locale: {locale}, 'long'") == "January 1, 2024"


def test_a_locale_that_is_missing_from_the_data_falls_back_to_its_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from babel import localedata

    from tocsin.rendering import filter_locale

    kept = {"root", "en", "de"}
    filter_locale._find_locale.cache_clear()
    monkeypatch.setattr(localedata, "exists", lambda name: name.lower() in kept)
    try:
        assert show("1234.5 | format_number: 'de-CH'") == "1.234,5"
        assert show("1234.5 | format_number: 'fr-FR'") == "1,234.5"
    finally:
        filter_locale._find_locale.cache_clear()


def test_an_unknown_length_of_a_date_is_an_error() -> None:
    with pytest.raises(TemplateError, match="expected one of short, medium, long, full"):
        show("at | format_date_in_locale: 'en', 'huge'")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("price | json", "1.10"),
        ("object | json", '{"a": 1000, "b": "é"}'),
        ("missing | json", "null"),
        ("'[1.10]' | from_json | json", "[1.10]"),
        ("'nope' | from_json | default: 'none'", "none"),
        ("1 | pluralize: 'user', 'users'", "user"),
        ("0 | pluralize: 'user', 'users'", "users"),
        ("'2' | pluralize: 'user', 'users'", "users"),
        ("'my proJECT name' | titlecase", "My Project Name"),
        ("'u1' | md5", hashlib.md5(b"u1").hexdigest()),
        ("'u1' | sha256", hashlib.sha256(b"u1").hexdigest()),
        ("'u1' | hmac_sha256: 'key'", hmac.new(b"key", b"u1", hashlib.sha256).hexdigest()),
        ("items | intersect: items | json", '[1, 2.50, "x", {"n": 1}]'),
        ("items | intersect: missing | json", "[]"),
        ("rows | uniq: 'n' | size", "2"),
        ("items | join: '-'", '1-2.50-1-x-{"n": 1}'),
        ("'a-b' | replace: '-', price", "a1.10b"),
        ("'**x** <b>' | from_markdown", "<p><strong>x</strong> &lt;b&gt;</p>"),
        ("'1.0.0' | compare_versions: '2.0.0'", "-1"),
        ("'1.10.0' | compare_versions: '1.9.0'", "1"),
        ("'1.0.0-rc.1' | compare_versions: '1.0.0'", "-1"),
        ("'1.0.0-rc.9' | compare_versions: '1.0.0-rc.10'", "-1"),
        ("'1.0.0+a' | compare_versions: '1.0.0+b'", "0"),
        ("'x' | compare_versions: '1.0.0'", ""),
        ("price | equals: 1.1", "true"),
        ("missing | equals: nil", "true"),
        ("'1' | equals: 1", "false"),
        ("'aGk=' | base64_decode", "hi"),
        ("rows | where: 'n', 1.0 | size", "2"),
    ],
)
def test_a_filter_gives(expression: str, text: str) -> None:
    assert show(expression) == text


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15))
def test_adding_and_taking_away_gives_back_the_number(a: int, b: int) -> None:
    scope = {"a": Decimal(a).scaleb(-3), "b": Decimal(b).scaleb(-2)}
    assert Decimal(render("{{ a | plus: b | minus: b }}", scope, NOW)) == scope["a"]


def test_bytes_that_are_no_text_are_named() -> None:
    with pytest.raises(TemplateError, match="not base64 of a text"):
        show("'/w==' | base64_decode")
