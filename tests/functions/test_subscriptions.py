"""Subscribing recipients to objects and taking that back, through the handlers."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from functions.objects.handler import lambda_handler as objects_handler
from functions.users.handler import lambda_handler as users_handler
from tests.builders.account import PRODUCTION_KEY, PUBLIC_KEY
from tests.builders.channels import put_channel
from tocsin.domain.recipients import RecipientRef, user
from tocsin.lambda_kit.services import Services
from tocsin.store import keys
from tocsin.store.table import Delete

PROJECT = "/v1/objects/projects/p-1/subscriptions"


@pytest.fixture
def objects(api: Callable[..., Any]) -> Callable[..., Any]:
    def call(method: str, path: str, body: object = None, **more: Any) -> Any:
        return api(objects_handler, method, path, body, headers={"x-tocsin-raw-path": path}, **more)

    return call


def who(answer: Any) -> list[str]:
    """Ids of the recipients, in order."""
    assert answer.status == 200, answer.json
    entries = answer.json if isinstance(answer.json, list) else answer.json["entries"]
    return [entry["recipient"]["id"] for entry in entries]


def test_users_objects_and_strangers_follow_a_project(objects: Any, api: Any) -> None:
    api(users_handler, "PUT", "/v1/users/jane", {"name": "Jane"})
    answer = objects(
        "POST",
        PROJECT,
        {
            "recipients": [
                "jane",
                "stranger",
                {"id": "tom", "name": "Tom"},
                {"id": "design", "collection": "teams", "size": 5},
            ],
            "properties": {"role": "viewer"},
        },
    )
    assert who(answer) == ["jane", "stranger", "tom", "design"]
    jane, stranger, tom, team = answer.json
    assert jane["__typename"] == "Subscription"
    assert jane["recipient"]["name"] == "Jane"
    assert jane["properties"] == {"role": "viewer"}
    assert jane["inserted_at"] == jane["updated_at"]
    assert (jane["object"]["__typename"], jane["object"]["collection"]) == ("Object", "projects")
    assert (stranger["recipient"]["__typename"], stranger["recipient"]["name"]) == ("User", None)
    assert tom["recipient"]["name"] == "Tom"
    assert (team["recipient"]["__typename"], team["recipient"]["properties"]) == ("Object", {"size": 5})
    assert sorted(who(objects("GET", PROJECT))) == ["design", "jane", "stranger", "tom"]


def test_subscribing_again_changes_nothing(objects: Any) -> None:
    body = {"recipients": ["jane", "tom"], "properties": {"role": "viewer"}}
    first = objects("POST", PROJECT, body).json
    assert objects("POST", PROJECT, body).json == first
    assert objects("POST", PROJECT, {"recipients": ["jane"]}).json == first[:1]
    assert objects("GET", PROJECT).json["entries"] == first


def test_properties_are_replaced_and_the_first_time_stays(objects: Any, services: Services) -> None:
    first = objects("POST", PROJECT, {"recipients": ["jane"], "properties": {"role": "viewer", "n": 1}}).json[
        0
    ]
    changed = objects("POST", PROJECT, {"recipients": ["jane"], "properties": {"role": "owner"}}).json[0]
    assert changed["properties"] == {"role": "owner"}
    assert changed["inserted_at"] == first["inserted_at"]
    assert changed["updated_at"] >= first["updated_at"]
    assert objects("POST", PROJECT, {"recipients": ["jane"], "properties": None}).json[0]["properties"] == {}


def test_who_is_named_twice_is_subscribed_once(objects: Any) -> None:
    body = {"recipients": ["jane", {"id": "jane", "name": "Jane"}, {"id": "jane", "collection": "$users"}]}
    answer = objects("POST", PROJECT, body)
    assert who(answer) == ["jane"]
    assert answer.json[0]["recipient"]["name"] == "Jane"


def test_deleting_answers_with_what_was_there(objects: Any) -> None:
    objects("POST", PROJECT, {"recipients": ["jane", "tom", {"id": "t", "collection": "teams"}]})
    body = {"recipients": ["tom", "nobody", {"id": "t", "collection": "teams"}, "tom"]}
    assert who(objects("DELETE", PROJECT, body)) == ["tom", "t"]
    assert who(objects("DELETE", PROJECT, body)) == []
    assert who(objects("GET", PROJECT)) == ["jane"]
    assert who(objects("DELETE", "/v1/objects/projects/nothing/subscriptions", body)) == []


def test_a_hundred_at_once_and_no_more(objects: Any) -> None:
    everybody = [f"u{number:03d}" for number in range(101)]
    assert objects("POST", PROJECT, {"recipients": everybody}).json["errors"][0]["field"] == "recipients"
    assert objects("DELETE", PROJECT, {"recipients": everybody}).status == 422
    assert who(objects("POST", PROJECT, {"recipients": everybody[:100]})) == everybody[:100]
    assert who(objects("GET", PROJECT, query="page_size=100")) == everybody[:100]
    assert who(objects("DELETE", PROJECT, {"recipients": everybody[:100]})) == everybody[:100]
    assert who(objects("GET", PROJECT)) == []


def test_nobody_at_all_is_no_mistake(objects: Any) -> None:
    assert objects("POST", PROJECT, {"recipients": []}).json == []
    assert objects("DELETE", PROJECT, {"recipients": []}).json == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"recipients": None},
        {"recipients": "jane"},
        {"recipients": [None]},
        {"recipients": [7]},
        {"recipients": [""]},
        {"recipients": [" "]},
        {"recipients": ["a/b"]},
        {"recipients": [{}]},
        {"recipients": [{"collection": "teams"}]},
        {"recipients": [{"id": "", "collection": "teams"}]},
        {"recipients": [{"id": "x", "collection": ""}]},
        {"recipients": [{"id": "x", "collection": "a#b"}]},
        {"recipients": [{"id": "x", "collection": "$mine"}]},
        {"recipients": [{"id": "x" * 257, "collection": "teams"}]},
    ],
)
def test_bodies_that_make_no_sense(objects: Any, body: object) -> None:
    for method in ("POST", "DELETE"):
        answer = objects(method, PROJECT, body)
        assert answer.status == 422, body
        assert answer.json["errors"][0]["field"].startswith("recipients"), answer.json


@pytest.mark.parametrize("properties", ["owner", ["owner"], {"text": "x" * 33_000}])
def test_properties_that_are_refused(objects: Any, services: Services, properties: object) -> None:
    answer = objects("POST", PROJECT, {"recipients": ["jane"], "properties": properties})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "properties")
    assert services.recipients.get("development", user("jane")) is None


def test_a_subscriber_brings_channel_data_and_preferences(objects: Any, services: Services) -> None:
    push = put_channel(services, "push_fcm")
    jane = {
        "id": "jane",
        "channel_data": {push: {"tokens": ["a"]}},
        "preferences": {"default": {"workflows": {"w": False}}},
    }
    assert "channel_data" not in objects("POST", PROJECT, {"recipients": [jane]}).json[0]["recipient"]
    kept = services.channel_data.get("development", user("jane"), push)
    assert kept is not None
    assert kept["tokens"] == ["a"]

    shown = objects("GET", PROJECT, query="include[]=preferences").json["entries"][0]["recipient"]
    assert [one["workflows"] for one in shown["preferences"]] == [{"w": False}]
    assert "preferences" not in objects("GET", PROJECT).json["entries"][0]["recipient"]


def test_one_that_is_wrong_refuses_all(objects: Any, services: Services) -> None:
    push = put_channel(services, "push_fcm")
    body = {
        "recipients": [
            "tom",
            {"id": "jane", "channel_data": {push: {"tokens": [1]}}},
            {"id": "joe", "channel_data": {"nothing": {}}, "preferences": {"default": {"workflows": 7}}},
        ]
    }
    answer = objects("POST", PROJECT, body)
    assert answer.status == 422
    assert {problem["field"] for problem in answer.json["errors"]} == {
        f"recipients.1.channel_data.{push}.tokens.0",
        "recipients.2.channel_data.nothing",
        "recipients.2.preferences.default.workflows",
    }
    assert services.recipients.get("development", user("tom")) is None


def test_odd_names_do_not_meet(objects: Any) -> None:
    odd = ["a/b", "#", "100%", "%23", "$x", "😀", "a#b", "a", "a%23b"]
    for number, name in enumerate(odd):
        path = f"/v1/objects/pr%C3%B6j/{quote(name, safe='')}/subscriptions"
        body = {"recipients": [{"id": name, "collection": "t€ams"}], "properties": {"n": number}}
        assert who(objects("POST", path, body)) == [name]
    for number, name in enumerate(odd):
        path = f"/v1/objects/pr%C3%B6j/{quote(name, safe='')}/subscriptions"
        [entry] = objects("GET", path).json["entries"]
        assert (entry["object"]["id"], entry["recipient"]["id"]) == (name, name)
        assert entry["properties"] == {"n": number}
        follower = f"/v1/objects/t%E2%82%ACams/{quote(name, safe='')}/subscriptions"
        [same] = objects("GET", follower, query="mode=recipient").json["entries"]
        assert same == entry


def test_names_as_long_as_they_may_be(objects: Any) -> None:
    """Beyond what a sort key holds, in both directions."""
    long = ["😀" * 255 + end for end in "ab"]
    path = f"/v1/objects/{'p' * 256}/{quote(long[0])}/subscriptions"
    body = {"recipients": [{"id": name, "collection": "t" * 256} for name in long]}
    assert who(objects("POST", path, body)) == long
    assert sorted(who(objects("GET", path))) == long
    follower = f"/v1/objects/{'t' * 256}/{quote(long[1])}/subscriptions"
    assert who(objects("GET", follower, query="mode=recipient")) == [long[1]]


def test_environments_know_nothing_of_each_other(objects: Any) -> None:
    objects("POST", PROJECT, {"recipients": ["jane"]})
    assert who(objects("GET", PROJECT, key=PRODUCTION_KEY)) == []
    assert who(objects("DELETE", PROJECT, {"recipients": ["jane"]}, key=PRODUCTION_KEY)) == []
    assert who(objects("GET", PROJECT)) == ["jane"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_browsers_have_no_business_here(objects: Any, method: str) -> None:
    assert objects(method, PROJECT, {"recipients": []}, key=PUBLIC_KEY).status == 403


def test_a_deleted_object_or_recipient_is_not_shown(objects: Any, api: Any, services: Services) -> None:
    objects("POST", PROJECT, {"recipients": ["jane", "tom"]})
    objects("POST", "/v1/objects/projects/p-2/subscriptions", {"recipients": ["jane"]})
    assert api(users_handler, "DELETE", "/v1/users/tom").status == 204
    assert who(objects("GET", PROJECT)) == ["jane"]
    forget_profile(services, RecipientRef("projects", "p-1"))
    answer = api(users_handler, "GET", "/v1/users/jane/subscriptions").json
    assert [entry["object"]["id"] for entry in answer["entries"]] == ["p-2"]


def forget_profile(services: Services, ref: RecipientRef) -> None:
    """What remains of a deletion that is still under way."""
    services.table.delete(Delete((keys.recipient("development", ref.collection, ref.id), keys.PROFILE)))
