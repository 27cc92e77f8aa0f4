"""Channel data of users and objects, through the handlers."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from functions.objects.handler import lambda_handler as objects_handler
from functions.users.handler import lambda_handler as users_handler
from tests.builders.account import EMAIL_CHANNEL, IN_APP_CHANNEL, PRODUCTION_KEY, PUBLIC_KEY, SERVICE_TOKEN
from tests.builders.channels import put_channel
from tocsin.domain.recipients import RecipientRef, user
from tocsin.lambda_kit.services import Services

UNKNOWN = "99999999-0000-4000-8000-000000000000"
ODD = ("a/b", "#", "100%", "%2F", "$x", "😀 ü", "a?b&c", "..")


@pytest.fixture
def push(services: Services) -> str:
    return put_channel(services, "push_fcm")


@pytest.fixture
def call(api: Callable[..., Any]) -> Callable[..., Any]:
    """`whose` is such as `users/jane`; ids in it are already escaped."""

    def call(method: str, whose: str, channel_id: str, data: object = None, **more: Any) -> Any:
        handler = users_handler if whose.startswith("users") else objects_handler
        path = f"/v1/{whose}/channel_data/{channel_id}"
        body = {"data": data} if method == "PUT" else None
        return api(handler, method, path, body, headers={"x-tocsin-raw-path": path}, **more)

    return call


@pytest.mark.parametrize("whose", ["users/jane", "objects/projects/p-1", "objects/$tenants/acme"])
def test_what_is_set_is_read_replaced_and_unset(call: Any, push: str, whose: str) -> None:
    assert call("GET", whose, push).status == 404
    first = call("PUT", whose, push, {"tokens": ["a"]})
    assert (first.status, first.json) == (
        200,
        {
            "__typename": "ChannelData",
            "channel_id": push,
            "provider": "push_fcm",
            "data": {"tokens": ["a"], "devices": [{"token": "a", "locale": None, "timezone": None}]},
        },
    )
    assert call("GET", whose, push).json == first.json

    second = call("PUT", whose, push, {"devices": [{"token": "b", "locale": "de"}]})
    assert second.json["data"]["tokens"] == ["b"]
    assert call("GET", whose, push).json == second.json

    assert [call("DELETE", whose, push).status for _ in range(2)] == [204, 204]
    assert call("GET", whose, push).json["code"] == "resource_missing"


def test_setting_makes_the_recipient_and_leaves_one_that_exists(
    call: Any, push: str, services: Services
) -> None:
    call("PUT", "users/jane", push, {"tokens": []})
    call("PUT", "objects/projects/p-1", push, {"tokens": []})
    jane = services.recipients.get("development", user("jane"))
    assert jane is not None
    assert jane.properties == {}
    assert services.recipients.get("development", RecipientRef("projects", "p-1")) is not None

    call("PUT", "users/jane", push, {"tokens": ["a"]})
    assert services.recipients.get("development", user("jane")) == jane


def test_what_is_refused_makes_nobody(call: Any, push: str, services: Services) -> None:
    assert call("PUT", "users/jane", push, {"tokenz": []}).status == 422
    assert call("PUT", "users/jane", UNKNOWN, {"tokens": []}).status == 404
    assert services.recipients.get("development", user("jane")) is None


def test_a_wrong_shape_names_its_fields(call: Any, push: str) -> None:
    answer = call("PUT", "users/jane", push, {"tokens": ["a", 7]})
    assert (answer.status, answer.json["code"]) == (422, "invalid_params")
    assert answer.json["errors"] == [
        {"field": "data.tokens.1", "message": "must be a string", "type": "string_type"}
    ]


def test_a_body_without_data_is_refused(call: Any, push: str, api: Any) -> None:
    path = f"/v1/users/jane/channel_data/{push}"
    bodies: list[object] = [{}, {"tokens": ["a"]}, None, []]
    for body in bodies:
        answer = api(users_handler, "PUT", path, body)
        assert answer.status == 422, body
    assert call("PUT", "users/jane", push, None).json["errors"][0]["field"] == "data"


@pytest.mark.parametrize("channel_id", [UNKNOWN, "push_fcm", "not a uuid", "😀"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_channel_that_does_not_exist(call: Any, push: str, method: str, channel_id: str) -> None:
    answer = call(method, "users/jane", quote(channel_id), {"tokens": []})
    assert (answer.status, answer.json["code"]) == (404, "channel_invalid")


@pytest.mark.parametrize("channel_id", [EMAIL_CHANNEL, IN_APP_CHANNEL])
def test_email_and_the_feed_know_all_they_need(call: Any, services: Services, channel_id: str) -> None:
    answer = call("PUT", "users/jane", channel_id, {"tokens": ["a"]})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "data")
    assert "takes no channel data" in answer.json["message"]
    assert call("GET", "users/jane", channel_id).status == 404
    assert call("DELETE", "users/jane", channel_id).status == 204


def test_ids_of_channels_have_no_case(call: Any, services: Services) -> None:
    slack = put_channel(services, "chat_slack")
    assert call("PUT", "users/jane", slack.upper(), {"connections": []}).json["channel_id"] == slack


def test_numbers_and_names_come_back_as_they_were_sent(call: Any, services: Services) -> None:
    slack = put_channel(services, "chat_slack")
    data = '{"connections":[],"größe":1.10,"n":12345678901234567890.5,"null":null}'
    call("PUT", "users/jane", slack, {"connections": []})
    path = f"/v1/users/jane/channel_data/{slack}"
    event = {
        "rawPath": path,
        "headers": {"authorization": "Bearer sk_test_secret"},
        "requestContext": {"requestId": "r", "http": {"method": "PUT"}},
        "body": f'{{"data":{data}}}',
    }
    assert data in users_handler(event, None)["body"]
    assert data in users_handler({**event, "requestContext": {"http": {"method": "GET"}}}, None)["body"]


def test_odd_ids_of_objects_do_not_meet(call: Any, push: str) -> None:
    places = [f"objects/projects/{quote(odd, safe='')}" for odd in ODD]
    for number, place in enumerate(places):
        assert call("PUT", place, push, {"tokens": [str(number)]}).status == 200, place
    assert [call("GET", place, push).json["data"]["tokens"] for place in places] == [
        [str(number)] for number in range(len(ODD))
    ]


@pytest.mark.parametrize("odd", ["100%", "%2F", "$x", "😀 ü", "jane@app.test", "a+b"])
def test_odd_ids_of_users(call: Any, push: str, odd: str) -> None:
    whose = f"users/{quote(odd, safe='')}"
    assert call("PUT", whose, push, {"tokens": [odd]}).status == 200
    assert call("GET", whose, push).json["data"]["tokens"] == [odd]


@pytest.mark.parametrize(
    "whose",
    ["objects/$users/jane", "objects/$mine/x", "objects/a%23b/x", "objects/projects/%20", "users/%20"],
)
def test_recipients_that_cannot_be(call: Any, push: str, whose: str) -> None:
    answer = call("PUT", whose, push, {"tokens": []})
    assert answer.status == 422, answer.json
    assert answer.json["errors"][0]["field"] in ("collection", "object_id", "user_id")


def test_environments_know_nothing_of_each_other(call: Any, push: str, services: Services) -> None:
    call("PUT", "users/jane", push, {"tokens": ["a"]})
    assert call("GET", "users/jane", push, key=PRODUCTION_KEY).json["code"] == "channel_invalid"
    put_channel(services, "push_fcm", "production")
    assert call("GET", "users/jane", push, key=PRODUCTION_KEY).json["code"] == "resource_missing"


@pytest.mark.parametrize("whose", ["users/jane", "objects/projects/p-1"])
def test_a_browser_may_set_and_read(call: Any, push: str, whose: str) -> None:
    assert call("PUT", whose, push, {"tokens": ["a"]}, key=PUBLIC_KEY).status == 200
    assert call("GET", whose, push, key=PUBLIC_KEY).status == 200
    assert call("DELETE", whose, push, key=PUBLIC_KEY).status == 204
    assert call("GET", whose, push, key=SERVICE_TOKEN).status == 403
    assert call("GET", whose, push, key=None).status == 401


def test_what_grows_too_large_as_it_is_kept_is_refused(call: Any, push: str) -> None:
    """Each token is kept as a device as well."""
    answer = call("PUT", "users/jane", push, {"tokens": [f"{number:04d}" for number in range(10_000)]})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "data")
    assert call("GET", "users/jane", push).status == 404
