"""The tenants function: set with deep merging, get, list with filters, delete."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from knockapi.types import Tenant as ClientTenant

from functions.objects.handler import lambda_handler as objects_handler
from functions.tenants.handler import lambda_handler
from tests.builders import account
from tocsin.domain.preferences import PreferenceSet
from tocsin.lambda_kit.services import Services

Call = Callable[..., Any]


@pytest.fixture
def tenants(api: Call) -> Call:
    def call(method: str, path: str = "", body: object = None, **more: Any) -> Any:
        path = f"/v1/tenants{path}"
        return api(lambda_handler, method, path, body, headers={"x-tocsin-raw-path": path}, **more)

    return call


def test_properties_settings_and_branding_merge(tenants: Call) -> None:
    tenants("PUT", "/acme", {"name": "Acme", "plan": {"a": 1}, "settings": {"branding": {"icon_url": "i"}}})
    answer = tenants(
        "PUT", "/acme", {"plan": {"b": 2}, "settings": {"branding": {"logo_url": "l"}, "mine": True}}
    )
    found = tenants("GET", "/acme").json
    assert found == answer.json
    assert (found["__typename"], found["id"], found["name"]) == ("Tenant", "acme", "Acme")
    assert found["plan"] == {"a": 1, "b": 2}
    assert found["settings"] == {
        "branding": {"icon_url": "i", "logo_url": "l"},
        "mine": True,
        "preference_set": None,
    }
    assert ClientTenant.model_validate(found, strict=False).settings is not None


def test_a_null_takes_a_colour_away(tenants: Call) -> None:
    tenants("PUT", "/acme", {"settings": {"branding": {"primary_color": "#fff", "icon_url": "i"}}})
    found = tenants("PUT", "/acme", {"settings": {"branding": {"primary_color": None}}}).json
    assert found["settings"]["branding"] == {"primary_color": None, "icon_url": "i"}
    assert tenants("PUT", "/acme", {"settings": {"branding": None}}).json["settings"]["branding"] is None


def test_the_preference_set_merges_unless_it_asks_to_replace_and_null_removes_it(tenants: Call) -> None:
    def put(preference_set: Any) -> Any:
        body = {"settings": {"preference_set": preference_set}}
        return tenants("PUT", "/acme", body).json["settings"]["preference_set"]

    assert put({"workflows": {"a": True}})["workflows"] == {"a": True}
    merged = put({"workflows": {"b": False}, "channel_types": {"email": True}})
    assert (merged["id"], merged["workflows"]) == ("default", {"a": True, "b": False})
    replaced = put({"__persistence_strategy__": "replace", "categories": {"c": False}})
    assert (replaced["workflows"], replaced["categories"]) == ({}, {"c": False})
    assert "__persistence_strategy__" not in replaced
    assert put(None) is None
    assert tenants("PUT", "/acme", {"name": "Acme"}).json["settings"]["preference_set"] is None


def test_the_preference_set_is_shown_over_the_environments_on_request(
    tenants: Call, services: Services
) -> None:
    defaults = PreferenceSet("default", {"workflows": {"a": True, "b": True}})
    services.preferences.put_defaults("development", defaults, services.clock())
    tenants("PUT", "/acme", {"settings": {"preference_set": {"workflows": {"b": False}}}})
    plain = tenants("GET", "/acme").json["settings"]["preference_set"]
    full = tenants("GET", "/acme", query="resolve_full_preference_settings=true").json
    assert plain["workflows"] == {"b": False}
    assert full["settings"]["preference_set"]["workflows"] == {"a": True, "b": False}


def test_a_tenant_is_an_object_of_a_collection_of_ours(tenants: Call, api: Call) -> None:
    tenants("PUT", "/acme", {"settings": {"preference_set": {"workflows": {"a": True}}}})
    body = {"name": "Acme", "settings": {"preference_set": {"workflows": {"b": False}}}}
    path = "/v1/objects/$tenants/acme"
    assert api(objects_handler, "PUT", path, body).json["collection"] == "$tenants"
    found = tenants("GET", "/acme").json
    assert (found["name"], found["settings"]["preference_set"]["workflows"]) == (
        "Acme",
        {"a": True, "b": False},
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"settings": []}, "settings"),
        ({"settings": {"branding": "red"}}, "settings.branding"),
        ({"settings": {"branding": {"icon_url": 5}}}, "settings.branding.icon_url"),
        ({"settings": {"preference_set": []}}, "settings.preference_set"),
        ({"settings": {"preference_set": {"workflows": {"a": 5}}}}, "settings.preference_set.workflows.a"),
        ({"settings": {"preference_set": {"__persistence_strategy__": "x"}}}, "settings.preference_set"),
        ({"name": 5}, "name"),
        ({"text": "x" * 300_000}, "properties"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written(tenants: Call, body: object, field: str) -> None:
    answer = tenants("PUT", "/acme", body)
    assert answer.status == 422
    assert answer.json["errors"][0]["field"].startswith(field)
    assert tenants("GET", "/acme").status == 404


def test_tenants_are_listed_newest_first_and_found_by_name_and_id(tenants: Call) -> None:
    for number in range(5):
        tenants("PUT", f"/t-{number}", {"name": f"Name {number % 2}"})

    def ids(**query: Any) -> list[str]:
        return [entry["id"] for entry in tenants("GET", query=urlencode(query)).json["entries"]]

    assert ids() == ["t-4", "t-3", "t-2", "t-1", "t-0"]
    assert ids(name="Name 1") == ["t-3", "t-1"]
    assert ids(tenant_id="t-2") == ["t-2"]
    assert ids(tenant_id="t-2", name="Name 1") == []
    assert ids(tenant_id="nobody") == []
    first = tenants("GET", query=urlencode({"name": "Name 0", "page_size": 2})).json
    after = first["page_info"]["after"]
    assert ids(name="Name 0", page_size=2, after=after) == ["t-0"]
    assert ids(tenant_id="t-2", after=after) == []


def test_odd_ids_and_environments(tenants: Call) -> None:
    for identifier in ("a#b", "a/b", "50%", "$", "😀 x"):
        path = "/" + quote(identifier, safe="")
        assert tenants("PUT", path).json["id"] == identifier
        assert tenants("GET", path, key=account.PRODUCTION_KEY).status == 404
        assert [tenants("DELETE", path).status for _ in range(2)] == [204, 204]
        assert tenants("GET", path).status == 404


def test_public_keys_do_not_open_tenants(tenants: Call) -> None:
    assert tenants("GET", "/acme", key=account.PUBLIC_KEY).status == 403
    assert tenants("GET", key=account.PUBLIC_KEY).status == 403
