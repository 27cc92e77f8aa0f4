"""GET /v1/users, through the handler."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from knockapi.types import User as ClientUser

from functions.users.handler import lambda_handler
from tests.builders import account

Call = Callable[..., Any]


@pytest.fixture
def users(api: Call) -> Call:
    def call(method: str, path: str, body: object = None, **more: Any) -> Any:
        return api(lambda_handler, method, path, body, **more)

    return call


@pytest.fixture
def page(users: Call) -> Call:
    def listed(**query: Any) -> Any:
        answer = users("GET", "/v1/users", query=urlencode({"page_size": 3, **query}))
        assert answer.status == 200, answer.json
        return answer.json

    return listed


def _ids(page: Any) -> list[str]:
    return [entry["id"] for entry in page["entries"]]


def test_users_come_oldest_first_and_page_both_ways(users: Call, page: Call) -> None:
    for number in range(5):
        users("PUT", f"/v1/users/u{number}")
    first = page()
    second = page(after=first["page_info"]["after"])
    assert (_ids(first), _ids(second), second["page_info"]["after"]) == (
        ["u0", "u1", "u2"],
        ["u3", "u4"],
        None,
    )
    assert _ids(page(before=second["page_info"]["before"])) == ["u0", "u1", "u2"]
    users("PUT", "/v1/users/u5")
    assert _ids(page(after=first["page_info"]["after"])) == ["u3", "u4", "u5"]


def test_the_client_may_ask_for_the_newest_first(users: Call, page: Call) -> None:
    for number in range(7):
        users("PUT", f"/v1/users/u{number}", {"number": number})
    users("PUT", "/v1/users/u1", {"number": "changed"})  # a change moves nobody

    first = page(order="desc")
    assert _ids(first) == ["u6", "u5", "u4"]
    assert first["page_info"] == {
        "__typename": "PageInfo",
        "after": first["page_info"]["after"],
        "before": None,
        "page_size": 3,
    }
    assert ClientUser.model_validate(first["entries"][0], strict=False).id == "u6"
    users("PUT", "/v1/users/u7")
    second = page(order="desc", after=first["page_info"]["after"])
    third = page(order="desc", after=second["page_info"]["after"])
    assert (_ids(second), _ids(third), third["page_info"]["after"]) == (["u3", "u2", "u1"], ["u0"], None)
    assert _ids(page(order="desc", before=third["page_info"]["before"])) == ["u3", "u2", "u1"]
    assert _ids(page(order="desc", before=first["page_info"]["after"])) == ["u7", "u6", "u5"]


def test_who_is_deleted_and_made_again_is_there_once(users: Call, page: Call) -> None:
    for user_id in ("jane", "tom"):
        users("PUT", f"/v1/users/{user_id}")
    users("DELETE", "/v1/users/jane")
    assert _ids(page()) == ["tom"]
    users("PUT", "/v1/users/jane")
    assert _ids(page()) == ["tom", "jane"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=many", "page_size"),
        ("order=up", "order"),
        ("after=nonsense", "after"),
        ("before=%00", "before"),
        ("include[]=everything", "include"),
    ],
)
def test_what_is_wrong_with_a_query_is_named(users: Call, query: str, field: str) -> None:
    answer = users("GET", "/v1/users", query=query)
    assert (answer.status, answer.json["errors"][0]["field"].split(".")[0]) == (422, field)


def test_the_list_is_of_one_environment_and_for_secret_keys(users: Call, page: Call) -> None:
    users("PUT", "/v1/users/jane")
    assert users("GET", "/v1/users", key=account.PRODUCTION_KEY).json["entries"] == []
    assert users("GET", "/v1/users", key=account.PUBLIC_KEY).status == 403


def test_preferences_come_inline_and_are_shown_on_request(users: Call) -> None:
    body = {"name": "Jane", "preferences": {"default": {"workflows": {"welcome": False}}}}
    assert "preferences" not in users("PUT", "/v1/users/jane", body).json
    entries = users("GET", "/v1/users", query="include[]=preferences").json["entries"]
    [preferences] = entries[0]["preferences"]
    assert (preferences["id"], preferences["workflows"]) == ("default", {"welcome": False})


def test_channel_data_that_is_wrong_refuses_the_whole_body(users: Call) -> None:
    answer = users("PUT", "/v1/users/jane", {"name": "Jane", "channel_data": {"nonsense": {"tokens": []}}})
    assert answer.status in (404, 422)
    assert users("GET", "/v1/users/jane").status == 404
