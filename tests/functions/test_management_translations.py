"""Translations in the management API, as the official CLI and SDKs ask for them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import Manager
from tocsin.domain import json_text
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services

ENGLISH = {"hello": "Hello {{ name }}", "orders": {"one": "One order", "other": "{{ count }} orders"}}
PO = 'msgctxt "orders"\nmsgid "one"\nmsgstr "Une commande"\n'


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def save(
    manager: Manager, locale: str, content: object = None, query: str = "", format_: str = "json"
) -> Any:
    text = content if isinstance(content, str) else json_text.dumps(ENGLISH if content is None else content)
    translation = {"locale_code": locale, "content": text, "format": format_}
    return manager.put(f"/translations/{locale}", {"translation": translation}, query)


def named(manager: Manager, query: str = "") -> list[tuple[str, str, str | None]]:
    entries = manager.get("/translations", query).json["entries"]
    return [(entry["locale_code"], entry["namespace"], entry["tenant"]) for entry in entries]


def test_a_saved_translation_comes_back_as_it_was_sent(manager: Manager) -> None:
    saved = save(manager, "en").json["translation"]

    assert (saved["locale_code"], saved["namespace"], saved["tenant"], saved["format"]) == (
        "en",
        "",
        None,
        "json",
    )
    assert list(json_text.loads(saved["content"]).items()) == list(ENGLISH.items())
    assert saved["inserted_at"] == saved["created_at"] == saved["updated_at"] != ""


def test_the_cli_finds_it_bare_and_the_sdks_under_its_name(manager: Manager) -> None:
    saved = save(manager, "en").json["translation"]
    assert manager.get("/translations/en").json == {**saved, "translation": saved}


def test_names_that_look_like_notes_of_the_cli_are_texts_like_any_other(manager: Manager) -> None:
    texts = {"$schema": "Schema", "Mail us @": "Écrivez-nous @", "key": "Clé", "environment": "Environnement"}
    save(manager, "fr", texts)
    assert json_text.loads(manager.get("/translations/fr").json["content"]) == texts


def test_a_locale_has_a_translation_for_each_namespace_and_tenant(manager: Manager) -> None:
    for query in ("", "namespace=shipping", "tenant=acme", "namespace=shipping&tenant=acme"):
        save(manager, "en", {"from": query}, query)

    for query in (
        "namespace=&tenant=",
        "namespace=shipping",
        "tenant=acme",
        "namespace=shipping&tenant=acme",
    ):
        content = json_text.loads(manager.get("/translations/en", query).json["content"])
        assert content["from"] in (query, "")
    assert manager.get("/translations/en", "namespace=billing").status == 404
    assert "'en/billing'" in manager.answer.json["message"]


def test_lists_leave_out_what_is_a_tenants_own_unless_they_are_asked_for_it(manager: Manager) -> None:
    for locale, query in (
        ("fr", ""),
        ("en", "namespace=shipping"),
        ("en", ""),
        ("fr", "tenant=acme"),
        ("en-GB", ""),
    ):
        save(manager, locale, query=query)

    assert named(manager) == [
        ("en", "", None),
        ("en-GB", "", None),
        ("en", "shipping", None),
        ("fr", "", None),
    ]
    assert named(manager, "locale_code=en") == [("en", "", None), ("en", "shipping", None)]
    assert named(manager, "namespace=shipping") == [("en", "shipping", None)]
    assert named(manager, "tenant=acme") == [("fr", "", "acme")]
    assert named(manager, "tenant=acme&locale_code=en") == []


def test_a_filtered_list_goes_on_where_its_page_ended(manager: Manager) -> None:
    for number in range(5):
        save(manager, "en", query=f"tenant=t{number}")
        save(manager, "fr", query=f"namespace=n{number}")

    first = manager.get("/translations", "limit=3").json
    second = manager.get("/translations", f"limit=3&after={first['page_info']['after']}").json
    back = manager.get("/translations", f"limit=3&before={second['page_info']['before']}").json
    assert [entry["namespace"] for entry in first["entries"]] == ["n0", "n1", "n2"]
    assert [entry["namespace"] for entry in second["entries"]] == ["n3", "n4"]
    assert second["page_info"]["after"] is None
    assert back["entries"] == first["entries"]


def test_translators_get_po_files_and_send_them_back(manager: Manager) -> None:
    save(manager, "fr", PO, "commit=true", format_="po")
    assert json_text.loads(manager.get("/translations/fr").json["content"]) == {
        "orders": {"one": "Une commande"}
    }

    shown = manager.get("/translations/fr", "format=po").json
    assert shown["format"] == "po"
    assert shown["content"].endswith(PO)
    assert manager.get("/translations", "format=po").json["entries"][0]["content"] == shown["content"]

    save(manager, "fr", shown["content"], "commit=true", format_="po")
    assert len(manager.get("/commits").json["entries"]) == 1


@pytest.mark.parametrize(
    ("content", "format_", "field", "message"),
    [
        ("{", "json", "content", "cannot be read as json"),
        ("[" * 100_000, "json", "content", "cannot be read as json"),
        ("[]", "json", "content", "must be a JSON object of texts"),
        ('{"a": 1}', "json", "content.a", "must be a text, or an object of texts"),
        ('{"a": {"b": ["c"]}}', "json", "content.a.b", "must be a text, or an object of texts"),
        ('{"a.b": {"c": "d"}}', "json", "content.a.b", "no template finds texts below a name with a dot"),
        ('{"": "a"}', "json", "content", "has a text without a name"),
        ('{"a": {"one": "{{ a | nope }}"}}', "json", "content.a.one", "unknown filter 'nope'"),
        ('{"a":' * 60 + '"b"' + "}" * 60, "json", "content" + ".a" * 51, "nested more than 50 levels"),
        ('msgid "a', "po", "content", "cannot be read as po: line 1: a text must be between quotes"),
        ('{"a": "%s"}' % ("x" * 360_000), "json", "translation", "a definition holds at most"),
        (" ", "json", "translation.content", "can't be blank"),
        ("{}", "yaml", "translation.format", "json"),
    ],
)
def test_a_mistake_is_named_by_its_field(
    manager: Manager, content: str, format_: str, field: str, message: str
) -> None:
    for action in ("", "/validate"):
        manager.put(f"/translations/en{action}", {"translation": {"content": content, "format": format_}})
        assert list(manager.problems()) == [field]
        assert message in manager.problems()[field]
    assert manager.get("/translations/en").status == 404


@pytest.mark.parametrize(
    ("locale", "query", "field"),
    [
        ("english", "", "locale_code"),
        ("en_GB", "", "locale_code"),
        ("en%2Fshipping", "", "locale_code"),
        ("en", "namespace=a.b", "namespace"),
        ("en", "namespace=a@acme", "namespace"),
        ("en", "tenant=a%20b", "tenant"),
    ],
)
def test_a_name_that_is_none_is_refused(manager: Manager, locale: str, query: str, field: str) -> None:
    save(manager, locale, query=query)
    assert list(manager.problems()) == [field]
    manager.get(f"/translations/{locale}", query)
    assert list(manager.problems()) == [field]


def test_a_file_full_of_mistakes_is_answered_with_the_first_twenty(manager: Manager) -> None:
    save(manager, "en", {f"text {number}": number for number in range(1000)})
    assert len(manager.problems()) == 20


def test_validating_writes_nothing(manager: Manager) -> None:
    body = {"translation": {"content": "{}", "format": "json"}}
    answer = manager.put("/translations/en/validate", body, "namespace=shipping")
    assert (answer.status, answer.json["translation"]["namespace"]) == (200, "shipping")
    assert named(manager) == []


def test_they_are_committed_under_the_names_that_the_reference_has_for_them(manager: Manager) -> None:
    save(manager, "en", query="namespace=shipping&commit=true&commit_message=Ship")
    save(manager, "en")
    assert manager.put("/commits", {}, "resource_type=translation&resource_id=en").status == 200
    assert manager.put("/commits", {}, "resource_type=translation&resource_id=fr").status == 404

    entries = manager.get("/commits", "resource_type=translation").json["entries"]
    assert [entry["resource"] for entry in entries] == [
        {"type": "translation", "identifier": "en"},
        {"type": "translation", "identifier": "en/shipping"},
    ]
    [shipped] = manager.get("/commits", "resource_type=translation&resource_id=en/shipping").json["entries"]
    assert shipped["commit_message"] == "Ship"


def test_what_is_only_saved_is_hidden_from_whoever_asks_for_what_is_committed(manager: Manager) -> None:
    save(manager, "en", {"hello": "Hello"}, "commit=true")
    save(manager, "en", {"hello": "Hullo"})
    save(manager, "fr")

    shown = manager.get("/translations/en", "hide_uncommitted_changes=true").json
    assert json_text.loads(shown["content"]) == {"hello": "Hello"}
    assert named(manager, "hide_uncommitted_changes=true") == [("en", "", None)]


def test_promoting_brings_them_along(manager: Manager, services: Services) -> None:
    save(manager, "en", query="commit=true")
    save(manager, "en", query="tenant=acme&commit=true")
    manager.put("/commits/promote", {}, "to_environment=production")

    assert manager.get("/translations/en", "environment=production").status == 200
    for key in ("en", "en@acme"):
        head = services.definitions.head("production", DefinitionKind.TRANSLATION, key)
        assert head is not None
        assert head.version_id is not None


def test_another_environment_is_written_to_only_by_force(manager: Manager) -> None:
    assert save(manager, "en", query="environment=production&tenant=acme").status == 422
    assert list(manager.problems()) == ["environment"]

    assert (
        save(manager, "en", query="environment=production&tenant=acme&force=true&commit=true").status == 200
    )
    assert named(manager, "environment=production&tenant=acme") == [("en", "", "acme")]
    assert named(manager, "tenant=acme") == []


def test_an_environment_says_what_its_translations_speak_by_default(manager: Manager) -> None:
    assert manager.get("/environments/production").json["default_locale"] == "en"
    answer = manager.put("/environments/production", {"environment": {"default_locale": "fr-BE"}})
    assert answer.json["environment"]["default_locale"] == "fr-BE"
    assert answer.json["environment"]["name"] == "Production"
    assert manager.get("/environments/development").json["default_locale"] == "en"

    manager.put("/environments/staging", {"environment": {"after": "production"}})
    assert manager.get("/environments/staging").json["default_locale"] == "fr-BE"
    manager.put("/environments/production", {"environment": {"default_locale": "fr_be"}})
    assert manager.problems() == {"default_locale": "must be written fr-BE"}
