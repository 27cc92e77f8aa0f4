"""User tokens that name tenants: feeds, messages and preferences open for those alone."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.feeds.handler import lambda_handler as feeds
from functions.messages.handler import lambda_handler as messages
from functions.users.handler import lambda_handler as users
from tests.builders.account import IN_APP_CHANNEL, PUBLIC_KEY
from tests.builders.channels import put_channel
from tests.builders.messages import ENV, JANE, START, a_draft, put
from tests.builders.user_tokens import a_signing_key, a_token, grants
from tocsin.lambda_kit.services import Services

Api = Callable[..., Any]
FEED = f"/v1/users/jane/feeds/{IN_APP_CHANNEL}"
SETS = "/v1/users/jane/preferences"
WHERE = ("acme", "globex", None)


@pytest.fixture
def call(services: Services, api: Api) -> Api:
    services.signing_keys.put(a_signing_key(created_at=START))

    def send(
        handler: Any, method: str, path: str, body: object = None, *, token: str, query: str = ""
    ) -> Any:
        headers = {"x-knock-user-token": token}
        return api(handler, method, path, body, query=query, key=PUBLIC_KEY, headers=headers)

    return send


def explicit(**by_resource: list[str]) -> str:
    return a_token("jane", explicit_grants=True, grants=grants(**by_resource))


def refused(answer: Any) -> bool:
    return (answer.status, answer.json["code"]) == (403, "incorrect_token_type")


@pytest.fixture
def ids(services: Services) -> dict[str | None, str]:
    """A message of each of two tenants and one of none, by tenant."""
    drafts = [a_draft(number, tenant=tenant) for number, tenant in enumerate(WHERE)]
    return dict(zip(WHERE, put(services, *drafts), strict=True))


def test_a_feed_shows_and_counts_the_tenants_of_the_token(call: Api, ids: dict[str | None, str]) -> None:
    acme = explicit(tenants__acme=["user_feed/read"])
    both = explicit(tenants__acme=["user_feed/read"], users__jane=["user_feed/read"])
    for token, expected in ((acme, {"acme"}), (both, {"acme", None})):
        page = call(feeds, "GET", FEED, token=token).json
        assert {entry["id"] for entry in page["entries"]} == {ids[tenant] for tenant in expected}
        assert page["meta"]["total_count"] == page["meta"]["unread_count"] == len(expected)


@pytest.mark.usefixtures("ids")
def test_the_feed_of_a_tenant_that_was_not_granted_is_refused(call: Api) -> None:
    token = explicit(tenants__acme=["feed/read"])
    assert call(feeds, "GET", FEED, token=token, query="tenant=acme").json["meta"]["total_count"] == 1
    assert refused(call(feeds, "GET", FEED, token=token, query="tenant=globex"))
    assert refused(call(feeds, "GET", FEED, token=explicit(tenants__acme=["preferences/read"])))


def test_messages_of_other_tenants_do_not_exist(call: Api, ids: dict[str | None, str]) -> None:
    token = explicit(tenants__acme=["feed/read", "feed/write"])
    for tenant, message_id in ids.items():
        expected = 200 if tenant == "acme" else 404
        assert call(messages, "GET", f"/v1/messages/{message_id}", token=token).status == expected
        assert call(messages, "PUT", f"/v1/messages/{message_id}/read", token=token).status == expected
    body = {"message_ids": list(ids.values())}
    batch = call(messages, "POST", "/v1/messages/batch/seen", body, token=token).json
    assert [message["id"] for message in batch] == [ids["acme"]]


def test_what_may_be_read_may_not_be_marked_for_that(call: Api, ids: dict[str | None, str]) -> None:
    token = explicit(tenants__acme=["feed/read"])
    assert refused(call(messages, "PUT", f"/v1/messages/{ids['acme']}/read", token=token))


# --- preferences


def test_a_tenant_s_preferences_open_and_no_others(call: Api) -> None:
    token = explicit(tenants__acme=["preferences/read"])
    for set_id, query, opens in (
        ("acme", "", True),
        ("acme", "tenant=acme", True),
        ("default", "tenant=acme", True),
        ("default", "", False),
        ("default", "tenant=globex", False),
        ("acme", "tenant=globex", False),
        ("globex", "", False),
        ("globex", "tenant=acme", False),
    ):
        answer = call(users, "GET", f"{SETS}/{set_id}", token=token, query=query)
        assert answer.status == (200 if opens else 403), (set_id, query)


def test_preferences_are_written_where_the_token_says(call: Api, services: Services) -> None:
    token = explicit(tenants__acme=["preferences/write"])
    for rest, body in (
        ("", {"channel_types": {"email": True}}),
        ("/channel_types", {"email": True}),
        ("/channel_types/email", {"subscribed": True}),
        ("/workflows", {"welcome": True}),
        ("/workflows/welcome", {"subscribed": True}),
        ("/categories", {"news": True}),
        ("/categories/news", {"subscribed": True}),
    ):
        assert call(users, "PUT", f"{SETS}/acme{rest}", body, token=token).status == 200
        for set_id in ("globex", "default"):
            assert refused(call(users, "PUT", f"{SETS}/{set_id}{rest}", body, token=token)), rest
    assert [one.id for one in services.preferences.all(ENV, JANE)] == ["acme"]


def test_the_list_of_preferences_holds_those_of_the_token_s_tenants(call: Api, api: Api) -> None:
    for set_id in ("default", "acme", "globex"):
        api(users, "PUT", f"{SETS}/{set_id}", {"channel_types": {"email": True}})
    acme = explicit(tenants__acme=["preferences/read"])
    both = explicit(tenants__acme=["preferences/read"], users__jane=["preferences/read"])
    assert {one["id"] for one in call(users, "GET", SETS, token=acme).json} == {"acme"}
    assert {one["id"] for one in call(users, "GET", SETS, token=both).json} == {"acme", "default"}
    assert {one["id"] for one in call(users, "GET", SETS, token=a_token("jane")).json} == {
        "default",
        "acme",
        "globex",
    }


# --- what comes along when a user is identified

EMAIL_ON = {"channel_types": {"email": True}}


def test_identifying_takes_the_grants_of_all_that_comes_along(call: Api, services: Services) -> None:
    push = put_channel(services, "push_fcm")
    for body, names in (
        ({"name": "Jane"}, ["user/write"]),
        ({"preferences": {"default": EMAIL_ON}}, ["user/write", "preferences/write"]),
        ({"channel_data": {push: {"tokens": ["t"]}}}, ["user/write", "channel_data/write"]),
    ):
        for missing in names:
            rest = [name for name in names if name != missing]
            assert refused(call(users, "PUT", "/v1/users/jane", body, token=explicit(users__jane=rest)))
        assert call(users, "PUT", "/v1/users/jane", body, token=explicit(users__jane=names)).status == 200


def test_preferences_beside_a_name_stay_within_the_token_s_tenants(call: Api, services: Services) -> None:
    token = a_token("jane", grants=grants(tenants__acme=["preferences/write"]))
    assert (
        call(users, "PUT", "/v1/users/jane", {"preferences": {"acme": EMAIL_ON}}, token=token).status == 200
    )
    for set_id in ("default", "globex"):
        body = {"name": "Jane", "preferences": {"acme": EMAIL_ON, set_id: EMAIL_ON}}
        assert refused(call(users, "PUT", "/v1/users/jane", body, token=token))
    jane = services.recipients.get(ENV, JANE)
    assert jane
    assert "name" not in jane.properties
