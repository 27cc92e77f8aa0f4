"""POST /v1/users/{id}/merge, through the handler."""

from collections.abc import Callable
from typing import Any

import pytest
from knockapi.types import User as ClientUser

from functions.users.handler import lambda_handler
from tests.builders import account
from tests.builders.messages import START
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services
from tocsin.usecases.identify import identify

Call = Callable[..., Any]


@pytest.fixture
def users(api: Call) -> Call:
    def call(method: str, path: str, body: object = None, **more: Any) -> Any:
        return api(lambda_handler, method, f"/v1/users{path}", body, **more)

    return call


def test_properties_merge_deeply_and_those_of_the_first_win(users: Call) -> None:
    users("PUT", "/jane", {"name": "Jane", "plan": {"a": 1}, "list": [1]})
    users("PUT", "/tom", {"name": "Tom", "plan": {"a": 2, "b": 2}, "list": [2], "email": "t@app.test"})
    answer = users("POST", "/jane/merge", {"from_user_id": "tom"})
    assert answer.status == 200
    merged = ClientUser.model_validate(answer.json, strict=False)
    assert (merged.id, merged.name, merged.email) == ("jane", "Jane", "t@app.test")
    assert (answer.json["plan"], answer.json["list"]) == ({"a": 1, "b": 2}, [1])
    assert users("GET", "/jane").json == answer.json
    assert users("GET", "/tom").status == 404


def test_a_repeat_gives_the_same_answer(users: Call) -> None:
    users("PUT", "/jane", {"a": 1})
    users("PUT", "/tom", {"b": 2})
    answers = [users("POST", "/jane/merge", {"from_user_id": "tom"}).json for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("/jane/merge", {}, 422, "from_user_id"),
        ("/jane/merge", {"from_user_id": 5}, 422, "from_user_id"),
        ("/jane/merge", {"from_user_id": "a/b"}, 422, "from_user_id"),
        ("/jane/merge", {"from_user_id": "jane"}, 422, "from_user_id"),
        ("/jane/merge", {"from_user_id": "nobody"}, 404, None),
        ("/nobody/merge", {"from_user_id": "jane"}, 404, None),
        ("/%20/merge", {"from_user_id": "jane"}, 422, "user_id"),
    ],
)
def test_what_cannot_be_merged(users: Call, path: str, body: object, status: int, field: str | None) -> None:
    users("PUT", "/jane", {"name": "Jane"})
    answer = users("POST", path, body)
    assert answer.status == status
    assert field is None or answer.json["errors"][0]["field"] == field
    assert users("GET", "/jane").json["name"] == "Jane"


def test_two_that_do_not_fit_into_one_stay_two(users: Call) -> None:
    users("PUT", "/jane", {"a": "x" * 200_000})
    users("PUT", "/tom", {"b": "x" * 200_000})
    assert users("POST", "/jane/merge", {"from_user_id": "tom"}).json["errors"][0]["field"] == "properties"
    assert users("GET", "/tom").status == 200


def test_odd_ids_and_environments(users: Call, services: Services) -> None:
    for user_id in ("50%25", "%F0%9F%98%80%20x", "%24"):
        users("PUT", f"/{user_id}", {"k": user_id}, headers={"x-tocsin-raw-path": f"/v1/users/{user_id}"})
    identify(services.recipients, "production", user("50%"), {"p": 1}, START)
    raw = {"x-tocsin-raw-path": "/v1/users/50%25/merge"}
    assert users("POST", "/50%/merge", {"from_user_id": "😀 x"}, headers=raw).json["id"] == "50%"
    assert users("POST", "/50%/merge", {"from_user_id": "$"}, headers=raw).json["id"] == "50%"
    found = services.recipients.get("production", user("50%"))
    assert found is not None
    assert found.properties == {"p": 1}
    assert (
        users("POST", "/50%/merge", {"from_user_id": "😀 x"}, key=account.PRODUCTION_KEY, headers=raw).status
        == 404
    )
    assert users("POST", "/a/merge", {"from_user_id": "b"}, key=account.PUBLIC_KEY).status == 403
