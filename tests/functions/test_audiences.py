"""Members of audiences, through the handler."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from functions.audiences.handler import lambda_handler
from tests.builders.account import PRODUCTION_KEY, PUBLIC_KEY
from tests.builders.channels import put_channel
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services

VIP = "/v1/audiences/vip/members"
CREATE = "create_audience=true"


@pytest.fixture
def audiences(api: Callable[..., Any]) -> Callable[..., Any]:
    def call(method: str, path: str, body: object = None, **more: Any) -> Any:
        return api(lambda_handler, method, path, body, headers={"x-tocsin-raw-path": path}, **more)

    return call


def members(*names: str | tuple[str, str]) -> dict[str, Any]:
    """`jane`, or `("jane", "acme")` for a tenant."""
    pairs = [(name, None) if isinstance(name, str) else name for name in names]
    return {
        "members": [
            {"user": {"id": name}, **({"tenant": tenant} if tenant else {})} for name, tenant in pairs
        ]
    }


def who(answer: Any) -> list[str | tuple[str, str]]:
    assert answer.status == 200, answer.json
    entries = answer.json["entries"]
    return [(one["user_id"], one["tenant"]) if one["tenant"] else one["user_id"] for one in entries]


def test_members_are_identified_and_listed(audiences: Any) -> None:
    jane_of_acme = {"user": {"id": "jane", "name": "Jane", "plan": 1}, "tenant": "acme"}
    body = {"members": [jane_of_acme, {"user": {"id": "al"}}]}
    answer = audiences("POST", VIP, body, query=CREATE)
    assert (answer.status, answer.json) == (204, None)
    al, jane = audiences("GET", VIP).json["entries"]
    assert (al["user_id"], al["tenant"], al["user"]["id"]) == ("al", None, "al")
    assert (jane["__typename"], jane["tenant"]) == ("AudienceMember", "acme")
    assert (jane["user"]["__typename"], jane["user"]["name"], jane["user"]["plan"]) == ("User", "Jane", 1)
    assert jane["added_at"].endswith("Z")


def test_an_audience_is_made_only_on_request(audiences: Any, services: Services) -> None:
    for method in ("POST", "DELETE", "GET"):
        answer = audiences(method, VIP, members("jane"))
        assert (answer.status, answer.json["code"]) == (404, "resource_missing")
    assert audiences("POST", VIP, members("jane"), query="create_audience=false").status == 404
    assert services.recipients.get("development", user("jane")) is None

    assert audiences("POST", VIP, members(), query=CREATE).status == 204
    assert who(audiences("GET", VIP)) == []
    assert audiences("POST", VIP, members("jane")).status == 204
    assert audiences("POST", VIP, members("jane"), query=CREATE).status == 204
    assert who(audiences("GET", VIP)) == ["jane"]


def test_adding_again_keeps_the_first_time(audiences: Any) -> None:
    audiences("POST", VIP, members("jane"), query=CREATE)
    first = audiences("GET", VIP).json["entries"]
    audiences("POST", VIP, members("jane", "tom", "jane"))
    assert audiences("GET", VIP).json["entries"][:1] == first
    assert who(audiences("GET", VIP)) == ["jane", "tom"]


def test_a_user_is_in_it_once_for_each_tenant(audiences: Any) -> None:
    audiences("POST", VIP, members("jane", ("jane", "acme"), ("jane", "b#c"), ("jane", "acme")), query=CREATE)
    assert who(audiences("GET", VIP)) == ["jane", ("jane", "acme"), ("jane", "b#c")]
    audiences("DELETE", VIP, members(("jane", "acme")))
    assert who(audiences("GET", VIP)) == ["jane", ("jane", "b#c")]
    audiences("DELETE", VIP, members("jane"))
    assert who(audiences("GET", VIP)) == [("jane", "b#c")]


def test_removing_whoever_is_not_in_it_succeeds(audiences: Any) -> None:
    audiences("POST", VIP, members("jane"), query=CREATE)
    for _ in range(2):
        assert audiences("DELETE", VIP, members("jane", "nobody", ("jane", "acme"), "jane")).status == 204
    assert who(audiences("GET", VIP)) == []


def test_audiences_do_not_meet(audiences: Any) -> None:
    odd = ["a/b", "#", "100%", "%23", "$x", "😀", "a#000", "a"]
    for name in odd:
        path = f"/v1/audiences/{quote(name, safe='')}/members"
        only = members(str(odd.index(name)))
        assert audiences("POST", path, only, query=CREATE).status == 204
    for name in odd:
        path = f"/v1/audiences/{quote(name, safe='')}/members"
        assert who(audiences("GET", path)) == [str(odd.index(name))]


def test_odd_ids_of_users_and_tenants(audiences: Any) -> None:
    names: list[str | tuple[str, str]] = ["%23", "100%", "$x", "😀", ("%", "#/%"), ("😀" * 256, "😀" * 256)]
    assert audiences("POST", VIP, members(*names), query=CREATE).status == 204
    assert set(who(audiences("GET", VIP))) == set(names)
    audiences("DELETE", VIP, members(*names[1:]))
    assert who(audiences("GET", VIP)) == names[:1]


def test_members_page_both_ways(audiences: Any) -> None:
    names = [f"u{number:02d}" for number in range(11)]
    audiences("POST", VIP, members(*names), query=CREATE)

    def page(**query: Any) -> Any:
        return audiences("GET", VIP, query=urlencode({"page_size": 4, **query}))

    first = page()
    second = page(after=first.json["page_info"]["after"])
    last = page(after=second.json["page_info"]["after"])
    assert [who(one) for one in (first, second, last)] == [names[:4], names[4:8], names[8:]]
    assert (first.json["page_info"]["before"], last.json["page_info"]["after"]) == (None, None)
    back = page(before=last.json["page_info"]["before"])
    assert who(back) == who(second)
    assert who(page(before=back.json["page_info"]["before"])) == who(first)
    assert page(after="nothing!").json["errors"][0]["field"] == "after"


def test_a_thousand_at_once_and_no_more(audiences: Any) -> None:
    audiences("POST", VIP, members(), query=CREATE)
    answer = audiences("POST", VIP, members(*(f"u{number}" for number in range(1001))))
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "members")
    assert who(audiences("GET", VIP)) == []


def test_more_than_one_transaction_holds(audiences: Any) -> None:
    names = [f"u{number:03d}" for number in range(120)]
    audiences("POST", VIP, members(*names[::2]), query=CREATE)
    audiences("POST", VIP, members(*names))
    assert who(audiences("GET", VIP, query="page_size=100")) == names[:100]
    audiences("DELETE", VIP, members(*names[:119]))
    assert who(audiences("GET", VIP)) == names[119:]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, "members"),
        ({"members": None}, "members"),
        ({"members": {}}, "members"),
        ({"members": ["jane"]}, "members.0"),
        ({"members": [{}]}, "members.0.user"),
        ({"members": [{"user": "jane"}]}, "members.0.user"),
        ({"members": [{"user": {}}]}, "members.0.user.id"),
        ({"members": [{"user": {"id": " "}}]}, "members.0.user"),
        ({"members": [{"user": {"id": "a/b"}}]}, "members.0.user"),
        ({"members": [{"user": {"id": "x", "collection": "teams"}}]}, "members.0.user"),
        ({"members": [{"user": {"id": "x"}, "tenant": ""}]}, "members.0.tenant"),
        ({"members": [{"user": {"id": "x"}, "tenant": {"id": "acme"}}]}, "members.0.tenant"),
    ],
)
def test_bodies_that_make_no_sense(audiences: Any, body: object, field: str) -> None:
    for method in ("POST", "DELETE"):
        answer = audiences(method, VIP, body, query=CREATE)
        assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert audiences("GET", VIP).status == 404


def test_a_member_brings_channel_data(audiences: Any, services: Services) -> None:
    push = put_channel(services, "push_fcm")
    jane = {"id": "jane", "channel_data": {push: {"tokens": ["a"]}}}
    audiences("POST", VIP, {"members": [{"user": jane}]}, query=CREATE)
    kept = services.channel_data.get("development", user("jane"), push)
    assert kept is not None
    assert kept["tokens"] == ["a"]

    wrong = {"id": "tom", "channel_data": {push: {}}}
    answer = audiences("POST", VIP, {"members": [{"user": {"id": "al"}}, {"user": wrong}]})
    assert answer.json["errors"][0]["field"] == f"members.1.user.channel_data.{push}.tokens"
    assert who(audiences("GET", VIP)) == ["jane"]


def test_a_query_that_is_neither_true_nor_false(audiences: Any) -> None:
    answer = audiences("POST", VIP, members("jane"), query="create_audience=maybe")
    assert answer.json["errors"][0]["field"] == "create_audience"


def test_environments_know_nothing_of_each_other(audiences: Any) -> None:
    audiences("POST", VIP, members("jane"), query=CREATE)
    assert audiences("GET", VIP, key=PRODUCTION_KEY).status == 404


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_browsers_have_no_business_here(audiences: Any, method: str) -> None:
    assert audiences(method, VIP, members("jane"), query=CREATE, key=PUBLIC_KEY).status == 403
