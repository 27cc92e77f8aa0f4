"""Preferences of users and objects, called as API Gateway calls them."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from knockapi.types.recipients import PreferenceSet as KnockPreferenceSet

from functions.management.handler import lambda_handler as management
from functions.objects.handler import lambda_handler as objects
from functions.users.handler import lambda_handler as users
from tests.builders import account
from tocsin.domain.recipients import TENANTS, RecipientRef, user
from tocsin.lambda_kit.services import Services
from tocsin.usecases.identify import identify

NOW = datetime(2026, 1, 1, tzinfo=UTC)
JANE = "/v1/users/jane/preferences"
PROJECT = "/v1/objects/projects/p%2F1/preferences"
EMPTY: dict[str, Any] = {
    "categories": {},
    "workflows": {},
    "channel_types": {},
    "channels": {},
    "commercial_subscribed": None,
}
Call = Callable[..., Any]


@pytest.fixture(params=[(users, JANE), (objects, PROJECT)], ids=["user", "object"])
def sets(api: Call, request: pytest.FixtureRequest) -> Call:
    """The preferences of a user and of an object: the same stories hold for both."""
    handler, base = request.param

    def call(method: str, path: str = "", body: object = None, **more: Any) -> Any:
        return api(handler, method, base + path, body, headers={"x-tocsin-raw-path": base + path}, **more)

    return call


@pytest.fixture
def jane(api: Call) -> Call:
    def call(method: str, path: str = "", body: object = None, **more: Any) -> Any:
        return api(users, method, JANE + path, body, **more)

    return call


def tenant_prefers(services: Services, tenant: str, preferences: object) -> None:
    properties = {"settings": {"preference_set": preferences}}
    identify(services.recipients, "development", RecipientRef(TENANTS, tenant), properties, NOW)


def test_a_set_that_nobody_made_is_empty_and_in_no_list(sets: Call) -> None:
    assert sets("GET", "/default").json == {"id": "default", **EMPTY}
    assert sets("GET").json == []


def test_a_set_comes_back_as_it_was_sent_and_is_replaced_by_the_next(sets: Call) -> None:
    condition = {"variable": "recipient.age", "operator": "greater_than", "argument": Decimal("17.50")}
    request = {
        "id": "something else",
        "categories": {"marketing": False, "ünï.cöde/#%": {"channel_types": {"email": False}}},
        "workflows": {"welcome": {"channels": {account.EMAIL_CHANNEL: True}}},
        "channel_types": {"sms": {"conditions": [condition]}},
        "channels": {account.IN_APP_CHANNEL: True},
        "commercial_subscribed": False,
    }
    first = sets("PUT", "/default", request)
    assert first.status == 200
    assert first.json == sets("GET", "/default").json == {**request, "id": "default"}

    second = sets("PUT", "/default", {"workflows": {"digest": True}, "categories": None}).json
    assert second == {"id": "default", **EMPTY, "workflows": {"digest": True}}


def test_the_official_client_reads_a_set_strictly(sets: Call) -> None:
    sets("PUT", "/default", {"workflows": {"welcome": {"channel_types": {"email": False}}}})
    for answer in (sets("GET", "/default"), sets("GET", "/never-set")):
        KnockPreferenceSet.model_validate(answer.json, strict=True)


def test_merging_keeps_what_is_not_sent(sets: Call) -> None:
    sets(
        "PUT",
        "/default",
        {"workflows": {"a": {"channel_types": {"email": False}}}, "categories": {"b": True}},
    )
    request = {"__persistence_strategy__": "merge", "workflows": {"a": {"channel_types": {"sms": True}}}}
    merged = sets("PUT", "/default", request).json
    assert merged["workflows"] == {"a": {"channel_types": {"email": False, "sms": True}}}
    assert merged["categories"] == {"b": True}


def test_the_list_is_a_bare_array_of_all_sets(sets: Call) -> None:
    for set_id in ("default", "acme%23%2F", "%F0%9F%98%80" * 256):
        assert sets("PUT", f"/{set_id}", {"workflows": {"a": True}}).status == 200
    assert {one["id"] for one in sets("GET").json} == {"acme#/", "default", "😀" * 256}


def test_a_deleted_set_is_empty_again_and_deleting_may_be_repeated(sets: Call) -> None:
    sets("PUT", "/default", {"workflows": {"a": True}})
    assert [sets("DELETE", "/default").status for _ in range(2)] == [204, 204]
    assert sets("GET", "/default").json == {"id": "default", **EMPTY}
    assert sets("GET").json == []


def test_setting_preferences_makes_whoever_is_not_there(sets: Call, services: Services) -> None:
    sets("GET", "/default")
    sets("DELETE", "/default")
    refs = [user("jane"), RecipientRef("projects", "p/1")]
    assert services.recipients.get_many("development", refs) == {}
    sets("PUT", "/default", {})
    [made] = services.recipients.get_many("development", refs).values()
    assert made.properties == {}


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/channel_types", {"push": True}, {"channel_types": {"push": True}}),
        ("/categories", {"n": {"conditions": []}}, {"categories": {"n": {"conditions": []}}}),
        ("/workflows", {}, {"workflows": {}}),
        ("/channel_types/push", {"subscribed": True}, {"channel_types": {"sms": False, "push": True}}),
        ("/channel_types/sms", {"conditions": []}, {"channel_types": {"sms": {"conditions": []}}}),
        ("/categories/b", {"subscribed": False}, {"categories": {"a": True, "b": False}}),
        ("/workflows/w", {"channel_types": {"sms": True}}, {"workflows": {"w": {"channel_types": {"sms": True}}}}),
        ("/workflows/x%2Fy", {"subscribed": True}, {"workflows": {"w": True, "x/y": True}}),
    ],
)  # fmt: skip
def test_a_part_is_replaced_and_the_rest_stays(sets: Call, path: str, body: object, expected: Any) -> None:
    before = {"channel_types": {"sms": False}, "categories": {"a": True}, "workflows": {"w": True}}
    sets("PUT", "/default", before)
    answer = sets("PUT", f"/default{path}", body)
    assert answer.status == 200
    assert answer.json == {"id": "default", **EMPTY, **before, **expected}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", [], "body"),
        ("", '{"workflows": {"a": NaN}}', "body"),
        ("", {"workflows": {"a": {"channel_types": {"emial": True}}}}, "workflows.a.channel_types.emial"),
        ("/channel_types", {"emial": True}, "channel_types.emial"),
        ("/channel_types/emial", {"subscribed": True}, "channel_types.emial"),
        ("/workflows/a", {"subscribed": "yes"}, "workflows.a"),
        ("/workflows/a", {"subscribed": True, "conditions": []}, "workflows.a.subscribed"),
        ("/workflows/a", {}, "body"),
        ("/workflows/a", True, "body"),
        ("", {"workflows": {f"w{number}": True for number in range(30_000)}}, "preferences"),
    ],
)
def test_what_is_invalid_is_refused_by_its_field_and_changes_nothing(
    sets: Call, path: str, body: object, field: str
) -> None:
    sets("PUT", "/default", {"workflows": {"kept": True}})
    answer = sets("PUT", f"/default{path}", body)
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (422, [field])
    assert sets("GET", "/default").json["workflows"] == {"kept": True}


def test_an_invalid_set_makes_nobody(jane: Call, services: Services) -> None:
    jane("PUT", "/default", {"workflows": 7})
    jane("PUT", f"/{'x' * 257}", {})
    assert services.recipients.get("development", user("jane")) is None


def test_the_view_lies_on_the_tenant_and_the_environment(jane: Call, api: Call, services: Services) -> None:
    defaults = {"channel_types": {"email": True, "sms": True, "push": True}}
    api(management, "PUT", "/v1/environments/development/preferences", defaults, key=account.SERVICE_TOKEN)
    tenant_prefers(services, "acme", {"channel_types": {"sms": False, "push": False}})

    assert jane("GET", "/default").json["channel_types"] == defaults["channel_types"]
    of_acme = jane("PUT", "/acme", {"channel_types": {"push": True}}).json
    assert of_acme["channel_types"] == {"email": True, "sms": False, "push": True}
    assert jane("GET").json == [of_acme]
    on_acme = jane("GET", "/default", query="tenant=acme").json
    assert on_acme["channel_types"] == {"email": True, "sms": False, "push": False}

    jane("DELETE", "/acme")
    assert jane("GET", "/acme").json["channel_types"] == {"email": True, "sms": False, "push": False}


def test_only_what_the_user_said_is_the_user_s(jane: Call, api: Call, services: Services) -> None:
    path = "/v1/environments/development/preferences"
    api(management, "PUT", path, {"channel_types": {"email": True}}, key=account.SERVICE_TOKEN)
    jane("PUT", "/default/workflows/w", {"subscribed": False})
    [own] = services.preferences.all("development", user("jane"))
    assert own.settings == {"workflows": {"w": False}}


def test_a_tenant_s_id_has_a_length(jane: Call) -> None:
    answer = jane("GET", "/default", query="tenant=" + "x" * 3000)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "tenant")


@pytest.mark.parametrize("depth", [400, 985, 5000])
def test_an_argument_may_be_as_deep_as_json_is_read(jane: Call, depth: int) -> None:
    argument = "[" * depth + "]" * depth
    condition = f'{{"variable":"data.a","operator":"equal_to","argument":{argument}}}'
    answer = jane("PUT", "/default", f'{{"channel_types":{{"sms":{{"conditions":[{condition}]}}}}}}')
    assert answer.status in (200, 422)


@pytest.mark.parametrize("nonsense", [7, [], {"categories": []}, {"workflows": {"a": "x"}}, None])
def test_what_a_tenant_never_had_checked_does_no_harm(
    jane: Call, services: Services, nonsense: object
) -> None:
    tenant_prefers(services, "acme", nonsense)
    assert jane("GET", "/acme").json == {"id": "acme", **EMPTY}


def test_deleting_the_user_takes_the_preferences_along(jane: Call, api: Call) -> None:
    jane("PUT", "/default", {"workflows": {"a": True}})
    api(users, "DELETE", "/v1/users/jane")
    assert jane("GET").json == []


def test_a_public_key_may_do_what_a_preference_center_does(jane: Call, api: Call) -> None:
    public = {"key": account.PUBLIC_KEY}
    assert jane("PUT", "/default", {}, **public).status == 200
    assert jane("PUT", "/default/workflows", {}, **public).status == 200
    assert jane("PUT", "/default/workflows/a", {"subscribed": True}, **public).status == 200
    assert (jane("GET", "", **public).status, jane("GET", "/default", **public).status) == (200, 200)
    assert jane("DELETE", "/default", **public).status == 403
    assert api(objects, "GET", PROJECT + "/default", **public).status == 403


def test_one_environment_knows_nothing_of_the_other(sets: Call) -> None:
    sets("PUT", "/default", {"workflows": {"a": True}})
    assert sets("GET", "/default", key=account.PRODUCTION_KEY).json == {"id": "default", **EMPTY}
