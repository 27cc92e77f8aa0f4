"""The users function, called as API Gateway calls it."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from functions.users.handler import lambda_handler
from tests.builders import account
from tests.builders.logs import written
from tocsin.lambda_kit.services import Services


@pytest.fixture
def users(api: Callable[..., Any]) -> Callable[..., Any]:
    def call(method: str, path: str, body: object = None, **more: Any) -> Any:
        return api(lambda_handler, method, path, body, **more)

    return call


def test_a_user_comes_back_with_reserved_and_custom_properties(users: Callable[..., Any]) -> None:
    users("PUT", "/v1/users/jane", {"name": "Jane", "plan": {"tier": "pro"}})

    user = users("GET", "/v1/users/jane").json
    assert (user["id"], user["name"], user["plan"], user["email"]) == ("jane", "Jane", {"tier": "pro"}, None)
    assert user["__typename"] == "User"
    assert user["created_at"] == user["updated_at"]


def test_an_unchanged_identify_leaves_the_update_time(users: Callable[..., Any]) -> None:
    first = users("PUT", "/v1/users/jane", {"name": "Jane"}).json
    assert users("PUT", "/v1/users/jane", {"name": "Jane"}).json == first


def test_a_customer_s_property_cannot_shadow_the_id(users: Callable[..., Any]) -> None:
    user = users(
        "PUT", "/v1/users/jane", {"id": "tom", "__typename": "Cat", "created_at": "1999-01-01T00:00:00Z"}
    ).json
    assert (user["id"], user["__typename"]) == ("jane", "User")
    assert not user["created_at"].startswith("1999")


def test_a_body_that_is_absent_is_an_empty_object(users: Callable[..., Any]) -> None:
    assert users("PUT", "/v1/users/jane").status == 200


def test_a_base64_body_is_understood(services: Services) -> None:
    event = {
        "rawPath": "/v1/users/jane",
        "headers": {"authorization": f"Bearer {account.SECRET_KEY}"},
        "requestContext": {"requestId": "r", "http": {"method": "PUT"}},
        "body": "eyJuYW1lIjogIkphbmUifQ==",
        "isBase64Encoded": True,
    }
    assert '"name":"Jane"' in lambda_handler(event, None)["body"]


@pytest.mark.parametrize(
    "number", ["9" * 5000, "1e9999999999999999999", "1e999999", "-1e-999999"], ids=lambda text: text[:9]
)
def test_a_number_that_nobody_could_work_with_is_refused(users: Callable[..., Any], number: str) -> None:
    """Left in, one power of ten with a million digits keeps a template busy for half a minute."""
    answer = users("PUT", "/v1/users/jane", f'{{"n": {number}}}')
    assert (answer.status, answer.json["errors"][0]["type"]) == (422, "json_invalid")


@pytest.mark.parametrize("body", ["1", "1.0", "-1e3", "[]", "true", '"x"'])
def test_a_body_that_is_no_object_is_refused(users: Callable[..., Any], body: str) -> None:
    answer = users("PUT", "/v1/users/jane", body)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "body")


@pytest.mark.parametrize("number", ["1.10", "1E+300", "12345678901234567890.5", "9" * 400])
def test_a_number_keeps_its_digits(users: Callable[..., Any], number: str) -> None:
    users("PUT", "/v1/users/jane", f'{{"n": {number}}}')
    assert str(users("GET", "/v1/users/jane").json["n"]) == number


@pytest.mark.parametrize("user_id", ["😀" * 256, "%25" * 256, "日" * 256])
def test_an_id_of_full_length_works_in_any_script(users: Callable[..., Any], user_id: str) -> None:
    path = f"/v1/users/{quote(user_id, safe='%')}"
    assert users("PUT", path, {"name": "Jane"}).status == 200
    assert users("GET", path).json["name"] == "Jane"


def test_deleting_is_done_once_and_may_be_repeated(users: Callable[..., Any]) -> None:
    users("PUT", "/v1/users/jane")
    assert [users("DELETE", "/v1/users/jane").status for _ in range(2)] == [204, 204]
    assert users("GET", "/v1/users/jane").status == 404


def test_one_environment_knows_nothing_of_the_other(users: Callable[..., Any]) -> None:
    users("PUT", "/v1/users/jane", {"name": "Jane"})
    assert users("GET", "/v1/users/jane", key=account.PRODUCTION_KEY).status == 404


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        (None, 401, "authentication_required"),
        ("sk_test_nobody", 401, "api_key_missing"),
        ("no prefix at all", 401, "api_key_missing"),
        (account.EXPIRED_KEY, 401, "api_key_expired"),
        (account.SERVICE_TOKEN, 403, "incorrect_token_type"),
    ],
)
def test_keys_that_do_not_open(users: Callable[..., Any], key: str | None, status: int, code: str) -> None:
    answer = users("GET", "/v1/users/jane", key=key)
    assert (answer.status, answer.json["code"]) == (status, code)


def test_a_public_key_may_identify_and_read_but_not_delete(users: Callable[..., Any]) -> None:
    assert users("PUT", "/v1/users/jane", key=account.PUBLIC_KEY).status == 200
    assert users("GET", "/v1/users/jane", key=account.PUBLIC_KEY).status == 200
    assert users("DELETE", "/v1/users/jane", key=account.PUBLIC_KEY).json["code"] == "incorrect_token_type"
    assert users("GET", "/v1/users/jane").status == 200


def test_the_path_as_it_was_sent_wins_over_the_decoded_one(users: Callable[..., Any]) -> None:
    raw = {"x-tocsin-raw-path": "/v1/users/a%2Fb"}
    answer = users("PUT", "/v1/users/a/b", {}, headers=raw)
    assert answer.json["errors"] == [
        {"field": "user_id", "message": "must not contain '/'", "type": "value_error"}
    ]


def test_a_forged_path_header_gains_no_permission(users: Callable[..., Any]) -> None:
    users("PUT", "/v1/users/jane")
    raw = {"x-tocsin-raw-path": "/v1/users/jane/anything"}
    answer = users("DELETE", "/v1/users/jane", key=account.PUBLIC_KEY, headers=raw)
    assert answer.status == 403
    assert users("GET", "/v1/users/jane").status == 200


def test_what_breaks_inside_is_a_500_that_tells_nothing(
    users: Callable[..., Any], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLE_NAME", "a-table-that-does-not-exist")
    answer = users("GET", "/v1/users/jane")
    assert answer.status == 500
    assert answer.json["code"] == "internal_error"
    assert "table" not in answer.json["message"]
    assert answer.headers["x-request-id"] == "request-1"


def test_each_invocation_writes_exactly_one_line(users: Callable[..., Any]) -> None:
    with written() as log:
        users("GET", "/v1/users/nobody")
    line = json.loads(log.getvalue())
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/users/nobody", 404)
    assert account.SECRET_KEY not in str(line)
