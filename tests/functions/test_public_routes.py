"""What a public key may call, and what a user token makes of it: every route of every function is tried."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from functions.messages.handler import lambda_handler as messages
from tests.builders.account import PUBLIC_KEY
from tests.builders.messages import ENV, a_draft, put
from tests.builders.routes import Route, all_routes, public_grants, public_routes
from tests.builders.user_tokens import a_signing_key, a_token, grants
from tocsin.domain.grants import Grant
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]
ROUTES = {route.name: route for route in public_routes()}
OBJECTS = [name for name in ROUTES if "{object_id}" in name]
OWN_PATHS = [name for name in ROUTES if "{user_id}" in name]
PROJECT = {"collection": "projects", "object_id": "p1"}
# Their callers have no keys: one needs none, the others prove in ways of their own who they are.
OPEN = ("hooks", "integrations", "openapi")
EVERYTHING = [grant.value for grant in Grant]

# From the API's documentation, and from what its browser clients call.
DOCUMENTED = """
GET /v1/users/{user_id}
PUT /v1/users/{user_id}
GET /v1/users/{user_id}/preferences
GET /v1/users/{user_id}/preferences/{set_id}
PUT /v1/users/{user_id}/preferences/{set_id}
PUT /v1/users/{user_id}/preferences/{set_id}/channel_types
PUT /v1/users/{user_id}/preferences/{set_id}/channel_types/{channel_type}
PUT /v1/users/{user_id}/preferences/{set_id}/categories
PUT /v1/users/{user_id}/preferences/{set_id}/categories/{key}
PUT /v1/users/{user_id}/preferences/{set_id}/workflows
PUT /v1/users/{user_id}/preferences/{set_id}/workflows/{key}
GET /v1/users/{user_id}/channel_data/{channel_id}
PUT /v1/users/{user_id}/channel_data/{channel_id}
DELETE /v1/users/{user_id}/channel_data/{channel_id}
GET /v1/objects/{collection}/{object_id}/channel_data/{channel_id}
PUT /v1/objects/{collection}/{object_id}/channel_data/{channel_id}
DELETE /v1/objects/{collection}/{object_id}/channel_data/{channel_id}
GET /v1/users/{user_id}/feeds/{channel_id}
GET /v1/users/{user_id}/feeds/{channel_id}/settings
GET /v1/messages/{message_id}
PUT /v1/messages/{message_id}/seen
PUT /v1/messages/{message_id}/read
PUT /v1/messages/{message_id}/interacted
PUT /v1/messages/{message_id}/archived
DELETE /v1/messages/{message_id}/seen
DELETE /v1/messages/{message_id}/read
DELETE /v1/messages/{message_id}/archived
DELETE /v1/messages/{message_id}/unseen
DELETE /v1/messages/{message_id}/unread
DELETE /v1/messages/{message_id}/unarchived
POST /v1/messages/batch/seen
POST /v1/messages/batch/unseen
POST /v1/messages/batch/read
POST /v1/messages/batch/unread
POST /v1/messages/batch/interacted
POST /v1/messages/batch/archived
POST /v1/messages/batch/unarchived
POST /v1/channels/{channel_id}/messages/bulk/{action}
GET /v1/users/{user_id}/guides/{channel_id}
PUT /v1/users/{user_id}/guides/messages/seen
PUT /v1/users/{user_id}/guides/messages/interacted
PUT /v1/users/{user_id}/guides/messages/archived
PUT /v1/users/{user_id}/guides/messages/{message_id}/seen
PUT /v1/users/{user_id}/guides/messages/{message_id}/interacted
PUT /v1/users/{user_id}/guides/messages/{message_id}/archived
PUT /v1/users/{user_id}/guides/engagements/reset
"""


@pytest.fixture
def call(services: Services, api: Api) -> Api:
    """Calls a route with a public key, and perhaps a token, in an environment with enhanced security."""
    services.signing_keys.put(a_signing_key(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    environment = services.environments.get(ENV)
    assert environment
    services.environments.put(replace(environment, requires_user_token=True))

    def send(route: Route, token: str | None = None, path: str | None = None, body: Any = None) -> Any:
        headers = {"x-knock-user-token": token} if token else {}
        return api(
            route.handler,
            route.method,
            path or route.filled(**PROJECT),
            {"recipient_ids": ["jane"]} if body is None and "/bulk/" in route.path else body,
            key=PUBLIC_KEY,
            headers=headers,
        )

    return send


def opens(answer: Any) -> bool:
    """The route was reached. What it makes of our example is its own affair."""
    return answer.status not in (401, 403)


def test_public_keys_reach_what_is_documented_and_nothing_else(api: Api, services: Services) -> None:
    reached = {
        route.name
        for route in all_routes()
        if route.function not in OPEN
        and opens(
            api(route.handler, route.method, route.filled(), {"recipient_ids": ["jane"]}, key=PUBLIC_KEY)
        )
    }
    assert reached == set(DOCUMENTED.strip().splitlines())


def test_every_line_of_the_tables_is_a_route() -> None:
    assert set(public_grants()) == set(ROUTES)


def test_with_enhanced_security_no_route_opens_without_a_token(call: Api) -> None:
    for route in all_routes():
        if route.function not in OPEN:
            answer = call(route)
            assert (answer.status, answer.json["code"]) == (401, "missing_user_token"), route


def test_a_token_opens_what_is_its_user_s_own(call: Api) -> None:
    closed = [name for name, route in ROUTES.items() if not opens(call(route, a_token("jane")))]
    assert closed == OBJECTS


def test_a_token_opens_no_path_of_another_user(call: Api) -> None:
    for stranger in ("tom", "Jane", "jane ", "jan", "janet", "ｊane"):
        token = a_token(stranger)
        for name in OWN_PATHS:
            answer = call(ROUTES[name], token)
            assert (answer.status, answer.json["code"]) == (403, "incorrect_token_type"), (stranger, name)


def test_explicit_grants_open_a_route_by_its_own_grant_alone(call: Api) -> None:
    for name, route in ROUTES.items():
        wanted = public_grants()[name].value
        where = "objects__projects__p1" if name in OBJECTS else "users__jane"
        others = [grant for grant in EVERYTHING if grant != wanted]
        with_it, without = (
            a_token("jane", explicit_grants=True, grants=grants(**{where: given}))
            for given in ([wanted], others)
        )

        assert opens(call(route, with_it)), name
        answer = call(route, without)
        assert (answer.status, answer.json["code"]) == (403, "incorrect_token_type"), name
        assert f"«{wanted}»" in answer.json["message"]


def test_an_object_opens_by_a_grant_on_it_and_not_on_its_neighbour(call: Api) -> None:
    def token(resource: str) -> str:
        return a_token("jane", grants=grants(**{resource: EVERYTHING}))

    for name in OBJECTS:
        path = ROUTES[name].filled(collection="projects", object_id="a%20b")
        assert opens(call(ROUTES[name], token("objects__projects__a b"), path))
        for other in (
            "objects__projects__a",
            "objects__projects__a b ",
            "objects__people__a b",
            "users__jane",
        ):
            assert not opens(call(ROUTES[name], token(other), path)), (name, other)


def test_a_tenant_is_an_object_too(call: Api) -> None:
    for resource in ("tenants__acme", "objects__$tenants__acme"):
        token = a_token("jane", grants=grants(**{resource: ["channel_data/read"]}))
        for name in OBJECTS:
            path = ROUTES[name].filled(collection="$tenants", object_id="acme")
            assert opens(call(ROUTES[name], token, path)) == name.startswith("GET")


def test_messages_of_somebody_else_do_not_exist(call: Api, services: Services) -> None:
    [jane_s, tom_s] = put(services, a_draft(1), a_draft(2, recipient=user("tom")))
    token = a_token("tom")
    for name, route in ROUTES.items():
        if route.path.startswith("/v1/messages/{"):
            answer = call(route, token, route.filled(message_id=jane_s))
            assert (answer.status, answer.json["code"]) == (404, "resource_missing"), name
            assert opens(call(route, token, route.filled(message_id=tom_s)))
        elif route.path.startswith("/v1/messages/batch/"):
            answer = call(route, token, body={"message_ids": [jane_s, tom_s]})
            assert [message["id"] for message in answer.json] == [tom_s]
    untouched = services.message_lists.find(ENV, jane_s)
    assert untouched
    assert (untouched.marks, len(untouched.events)) == ({}, 1)


def test_in_bulk_a_token_marks_its_own_user_s_messages_only(call: Api) -> None:
    route = ROUTES["POST /v1/channels/{channel_id}/messages/bulk/{action}"]
    for recipients in (["tom"], ["jane", "tom"]):
        for field in ("recipient_ids", "user_ids"):
            answer = call(route, a_token("jane"), body={field: recipients})
            assert (answer.status, answer.json["code"]) == (403, "incorrect_token_type")
    assert call(route, a_token("jane"), body={"user_ids": ["jane"]}).status == 200


def test_a_public_key_cannot_do_more_by_an_odd_spelling_of_the_method(api: Api) -> None:
    call = partial(api, messages, key=PUBLIC_KEY)
    for method in ("get", "Get", "HEAD", "TRACE", "", "PATCH"):
        assert call(method, "/v1/messages").status in (403, 404)
