"""Translations: how they are named, who speaks first, and what a translation says to a phrase."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.definition_content import is_key
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.translations import Phrase, TranslationName, canonical_locale, plural_forms, who_speaks

TEXTS: dict[str, Any] = {
    "hello": "Hello",
    "orders": {"shipped": {"one": "One order", "other": "Many orders"}, "title": "Orders"},
    "cart.title": "Your cart",
    "cart.items.one": "One item",
    "empty": "",
    "sale": {"zero": "Sold out", "other": "On sale"},
}


def keys(
    locale: str | None, tenant: str | None = None, default: str = "en", namespace: str = ""
) -> list[str]:
    return [name.key for name in who_speaks(namespace, locale, default, tenant)]


def said(key: str, count: int | None = None) -> str | None:
    return Phrase.named(key, () if count is None else plural_forms(count)).said_in(TEXTS)


def test_the_tenant_speaks_first_and_of_each_the_region_the_language_and_the_default() -> None:
    assert keys("fr-BE", "acme") == ["fr-BE@acme", "fr@acme", "en@acme", "fr-BE", "fr", "en"]


def test_without_a_tenant_and_a_locale_only_the_default_speaks() -> None:
    assert keys(None) == ["en"]
    assert keys("", default="pt-BR") == ["pt-BR"]


def test_nobody_is_asked_twice() -> None:
    assert keys("en-GB") == ["en-GB", "en"]
    assert keys("en") == ["en"]


def test_a_locale_with_a_script_gives_way_step_by_step() -> None:
    assert keys("zh-Hant-TW") == ["zh-Hant-TW", "zh-Hant", "zh", "en"]


@pytest.mark.parametrize("locale", ["fr_be", "FR-BE", "Fr_Be"])
def test_a_recipients_locale_is_understood_however_it_is_written(locale: str) -> None:
    assert keys(locale) == ["fr-BE", "fr", "en"]


@pytest.mark.parametrize("locale", ["french", "f", "fr/BE", "fr@acme", "../en", "fr-BE-", "fr " * 200])
def test_what_is_no_locale_counts_for_nothing(locale: str) -> None:
    assert canonical_locale(locale) is None
    assert keys(locale) == ["en"]


def test_a_namespace_is_kept_all_the_way() -> None:
    assert keys("fr", "acme", namespace="shipping") == [
        "fr/shipping@acme",
        "en/shipping@acme",
        "fr/shipping",
        "en/shipping",
    ]


@given(
    st.sampled_from(["en", "fr-BE", "zh-Hant-TW"]),
    st.from_regex(r"[A-Za-z0-9_-]{0,100}", fullmatch=True),
    st.none() | st.from_regex(r"[^\s\x00]{1,256}", fullmatch=True),
)
def test_a_key_tells_every_translation_apart(locale: str, namespace: str, tenant: str | None) -> None:
    name = TranslationName(locale, namespace, tenant)
    assert list(name.problems()) == []
    assert TranslationName.from_key(name.key) == name
    assert is_key(name.key, DefinitionKind.TRANSLATION)


@pytest.mark.parametrize(
    ("name", "field", "message"),
    [
        (TranslationName("english"), "locale_code", "must be a locale such as"),
        (TranslationName("en/shipping"), "locale_code", "must be a locale such as"),
        (TranslationName("en_gb"), "locale_code", "must be written en-GB"),
        (TranslationName("en", "a@b"), "namespace", "must be at most 100 of"),
        (TranslationName("en", "a.b"), "namespace", "must be at most 100 of"),
        (TranslationName("en", "", "two words"), "tenant", "is not the id of a tenant"),
        (TranslationName("en", "", "x" * 257), "tenant", "is not the id of a tenant"),
    ],
)
def test_a_name_that_could_mean_another_translation_is_refused(
    name: TranslationName, field: str, message: str
) -> None:
    [problem] = name.problems()
    assert problem.field == field
    assert message in problem.message


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("hello", "Hello"),
        ("orders.title", "Orders"),
        ("cart.title", "Your cart"),
        ("empty", ""),
        ("orders", None),
        ("orders.shipped", None),
        ("orders.title.more", None),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_path_leads_to_a_text_or_to_nothing(key: str, text: str | None) -> None:
    assert said(key) == text


@pytest.mark.parametrize(
    ("key", "count", "text"),
    [
        ("orders.shipped", 1, "One order"),
        ("orders.shipped", 2, "Many orders"),
        ("orders.shipped", -1, "Many orders"),
        ("orders.shipped", 0, "Many orders"),
        ("sale", 0, "Sold out"),
        ("sale", 1, "On sale"),
        ("cart.items", 1, "One item"),
        ("cart.items", 2, None),
        ("hello", 7, "Hello"),
    ],
)
def test_a_count_chooses_the_form(key: str, count: int, text: str | None) -> None:
    assert said(key, count) == text


def test_a_namespace_stands_before_a_colon() -> None:
    assert Phrase.named("shipping:orders.late") == Phrase("shipping", ("orders", "late"))
    assert Phrase.named("shipping:a:b") == Phrase("shipping", ("a:b",))


@pytest.mark.parametrize("key", ["secret@acme:key", "fr/shipping:key", ":key", "shipping:"])
def test_no_key_reaches_beyond_a_namespace(key: str) -> None:
    assert Phrase.named(key).namespace == ""
