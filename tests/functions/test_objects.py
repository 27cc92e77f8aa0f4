"""The objects function: set, get, list, delete, and what is wrong."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from knockapi.types import Object as ClientObject

from functions.messages.handler import lambda_handler as messages_handler
from functions.objects.handler import lambda_handler
from tests.builders import account
from tests.builders.messages import a_draft, an_email, put
from tocsin.domain.recipients import RecipientRef
from tocsin.lambda_kit.services import Services

Call = Callable[..., Any]
ODD_IDS = ["a#b", "a/b", "a%2Fb", "50%", "$", "😀", "with space", "ä ö", "bulk", "a" * 256, "😀" * 256]


@pytest.fixture
def objects(api: Call) -> Call:
    def call(method: str, path: str, body: object = None, **more: Any) -> Any:
        raw = {"x-tocsin-raw-path": path}
        return api(lambda_handler, method, path, body, headers=raw, **more)

    return call


def _path(identifier: str, collection: str = "projects") -> str:
    return f"/v1/objects/{quote(collection, safe='$')}/{quote(identifier, safe='')}"


def test_an_object_comes_back_as_it_was_set(objects: Call) -> None:
    answer = objects("PUT", _path("p-1"), {"name": "One", "plan": {"a": 1, "b": 1.10}, "gone": None})
    assert answer.status == 200
    client = ClientObject.model_validate(answer.json, strict=False)
    assert (client.id, client.collection, client.api_typename) == ("p-1", "projects", "Object")

    objects("PUT", _path("p-1"), {"plan": {"b": 2}, "locale": "de-AT"})
    found = objects("GET", _path("p-1")).json
    assert found["properties"] == {"name": "One", "plan": {"a": 1, "b": 2}, "gone": None, "locale": "de-AT"}
    assert found["created_at"] <= found["updated_at"]


def test_a_property_cannot_shadow_what_is_ours(objects: Call) -> None:
    sent = {"id": "x", "collection": "y", "__typename": "Cat", "created_at": "1999-01-01T00:00:00Z", "k": 1}
    answer = objects("PUT", _path("p-1"), sent).json
    assert (answer["id"], answer["collection"], answer["__typename"]) == ("p-1", "projects", "Object")
    assert answer["properties"] == {"k": 1}


def test_ids_may_hold_anything(objects: Call) -> None:
    for number, identifier in enumerate(ODD_IDS):
        answer = objects("PUT", _path(identifier), {"number": number})
        assert (answer.status, answer.json.get("id")) == (200, identifier)
    for number, identifier in enumerate(ODD_IDS):
        assert objects("GET", _path(identifier)).json["properties"] == {"number": number}
    entries = objects("GET", "/v1/objects/projects").json["entries"]
    assert {entry["id"] for entry in entries} == set(ODD_IDS)
    assert objects("DELETE", _path("a#b")).status == 204
    assert objects("GET", _path("a#b")).status == 404
    assert objects("GET", _path("a/b")).status == 200


def test_collections_and_environments_do_not_meet(objects: Call) -> None:
    objects("PUT", _path("1", "ab"))
    assert objects("GET", _path("1", "a")).status == 404
    assert objects("GET", "/v1/objects/a").json["entries"] == []
    assert objects("GET", _path("1", "ab"), key=account.PRODUCTION_KEY).status == 404
    assert objects("GET", "/v1/objects/ab", key=account.PRODUCTION_KEY).json["entries"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/v1/objects/projects/%20", {}, "object_id"),
        ("PUT", "/v1/objects/projects/" + "a" * 257, {}, "object_id"),
        ("PUT", "/v1/objects/projects/%ff", {}, "object_id"),
        ("PUT", "/v1/objects/$users/jane", {}, "collection"),
        ("GET", "/v1/objects/$users", None, "collection"),
        ("PUT", "/v1/objects/$mine/1", {}, "collection"),
        ("PUT", "/v1/objects/a%23b/1", {}, "collection"),
        ("PUT", "/v1/objects/projects/1", {"name": 5}, "name"),
        ("PUT", "/v1/objects/projects/1", {"channel_data": []}, "channel_data"),
        ("PUT", "/v1/objects/projects/1", {"preferences": {"default": {"workflows": 5}}}, "preferences"),
        ("PUT", "/v1/objects/projects/1", {"big": "x" * 300_000}, "properties"),
        ("PUT", "/v1/objects/projects/1", "[]", "body"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written(
    objects: Call, method: str, path: str, body: object, field: str
) -> None:
    answer = objects(method, path, body)
    assert (answer.status, answer.json["code"]) == (422, "invalid_params")
    assert answer.json["errors"][0]["field"].startswith(field)
    assert objects("GET", "/v1/objects/projects").json["entries"] == []


def test_public_keys_do_not_open_objects(objects: Call) -> None:
    for method, path in (("GET", _path("1")), ("PUT", _path("1")), ("GET", "/v1/objects/projects")):
        assert objects(method, path, key=account.PUBLIC_KEY).status == 403


def test_a_list_pages_both_ways_while_others_insert_and_delete(objects: Call) -> None:
    for number in range(7):
        objects("PUT", _path(f"p-{number}"))

    def page(**query: Any) -> Any:
        return objects("GET", "/v1/objects/projects", query=urlencode({"page_size": 3, **query})).json

    first = page()
    assert [entry["id"] for entry in first["entries"]] == ["p-6", "p-5", "p-4"]
    objects("PUT", _path("p-7"))
    objects("DELETE", _path("p-3"))
    objects("DELETE", _path("p-4"))  # the cursor's own
    second = page(after=first["page_info"]["after"])
    assert [entry["id"] for entry in second["entries"]] == ["p-2", "p-1", "p-0"]
    assert second["page_info"]["after"] is None
    back = page(before=second["page_info"]["before"])
    assert [entry["id"] for entry in back["entries"]] == ["p-7", "p-6", "p-5"]
    assert back["page_info"]["before"] is None


@pytest.mark.parametrize(
    "cursor", ["nonsense", "%%%", "bm90IGEgcGxhY2U", "MjAyNi0wMS0wMVQwMDowMDowMC4wMDBaIA" * 2]
)
def test_a_cursor_of_nobodys_is_refused(objects: Call, cursor: str) -> None:
    answer = objects("GET", "/v1/objects/projects", query=urlencode({"after": cursor}))
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "after")


def test_a_page_of_heavy_objects_is_shorter_and_goes_on(objects: Call) -> None:
    for number in range(19):
        objects("PUT", _path(f"p-{number}"), {"text": "x" * 250_000})
    first = objects("GET", "/v1/objects/projects").json
    assert 0 < len(first["entries"]) < 19
    rest = objects("GET", "/v1/objects/projects", query=f"after={first['page_info']['after']}").json
    assert len(first["entries"]) + len(rest["entries"]) == 19


def test_preferences_and_channel_data_come_inline_and_are_listed_on_request(
    objects: Call, services: Services
) -> None:
    preferences = {"default": {"workflows": {"welcome": False}}}
    assert objects("PUT", _path("p-1"), {"preferences": preferences}).json["properties"] == {}
    entries = objects("GET", "/v1/objects/projects", query="include[]=preferences").json["entries"]
    assert entries[0]["preferences"][0]["workflows"] == {"welcome": False}
    assert objects("GET", "/v1/objects/projects", query="include[]=everything").status == 422


def test_an_object_has_messages(services: Services, api: Call) -> None:
    ref = RecipientRef("pro jects", "a/b#%😀")
    [message_id] = put(services, an_email(1, recipient=ref))
    put(services, an_email(2, recipient=RecipientRef("pro jects", "a")), a_draft(3))
    path = f"{_path(ref.id, ref.collection)}/messages"
    answer = api(messages_handler, "GET", path, headers={"x-tocsin-raw-path": path})
    assert [item["id"] for item in answer.json["items"]] == [message_id]
    assert answer.json["items"][0]["recipient"] == {"collection": ref.collection, "id": ref.id}
