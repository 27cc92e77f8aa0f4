"""The default preferences of an environment."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.management.handler import lambda_handler
from tests.builders import account
from tests.builders.strict_aws import strict_table
from tocsin.aws import clients
from tocsin.lambda_kit.services import Services

PATH = "/v1/environments/development/preferences"


@pytest.fixture
def defaults(api: Callable[..., Any]) -> Callable[..., Any]:
    def call(method: str, body: object = None, path: str = PATH, key: str = account.SERVICE_TOKEN) -> Any:
        return api(lambda_handler, method, path, body, key=key)

    return call


def test_they_are_empty_until_they_are_set_and_again_when_emptied(defaults: Callable[..., Any]) -> None:
    empty = defaults("GET").json
    assert (empty["id"], empty["workflows"], empty["commercial_subscribed"]) == ("default", {}, None)
    answer = defaults("PUT", {"workflows": {"digest": {"__strategy__": "replace"}}})
    assert (answer.status, answer.json) == (200, defaults("GET").json)
    assert answer.json["workflows"] == {"digest": {"__strategy__": "replace"}}
    assert defaults("PUT", {}).json == empty


def test_they_merge_when_asked_to(defaults: Callable[..., Any]) -> None:
    defaults("PUT", {"workflows": {"a": True}})
    merged = defaults("PUT", {"__persistence_strategy__": "merge", "workflows": {"b": False}}).json
    assert merged["workflows"] == {"a": True, "b": False}


def test_what_is_invalid_is_refused(defaults: Callable[..., Any]) -> None:
    answer = defaults("PUT", {"channel_types": {"fax": True}})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "channel_types.fax")


def test_each_environment_has_its_own(defaults: Callable[..., Any]) -> None:
    defaults("PUT", {"workflows": {"a": True}})
    assert defaults("GET", path="/v1/environments/production/preferences").json["workflows"] == {}
    assert defaults("PUT", {}, path="/v1/environments/moon/preferences").status == 404


def test_an_environment_with_an_endless_name_is_one_that_does_not_exist(
    services: Services, defaults: Callable[..., Any]
) -> None:
    strict_table(clients.client("dynamodb"))
    path = f"/v1/environments/{'x' * 3000}/preferences"
    assert (defaults("GET", path=path).status, defaults("PUT", {}, path=path).status) == (404, 404)


def test_only_a_service_token_may(defaults: Callable[..., Any]) -> None:
    for key in (account.SECRET_KEY, account.PUBLIC_KEY):
        assert (defaults("GET", key=key).status, defaults("PUT", {}, key=key).status) == (403, 403)
