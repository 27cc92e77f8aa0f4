"""Limits as a caller meets them, with a clock that is moved by hand."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.feeds.env import Env as FeedsEnv
from functions.feeds.handler import lambda_handler as feeds
from functions.openapi.handler import lambda_handler as openapi
from functions.users.env import Env as UsersEnv
from functions.users.handler import lambda_handler as users
from functions.workflow_recipient_runs.env import Env as RunsEnv
from functions.workflow_recipient_runs.handler import lambda_handler as runs
from tests.builders import account
from tests.builders.clocks import Clock
from tests.builders.logs import written
from tocsin.lambda_kit.environment import FunctionEnv
from tocsin.lambda_kit.services import Services, services_for

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def limited(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Counter[str]]:
    """Sets the limits; what is returned counts the calls to DynamoDB from then on."""
    calls: Counter[str] = Counter()

    def limit(limits: str) -> Counter[str]:
        monkeypatch.setenv("RATE_LIMITS", limits)
        for env in (UsersEnv, FeedsEnv, RunsEnv):
            _served(env).clock = clock
        events = services.table._client.meta.events
        events.register("before-call", lambda model, **_: calls.update([model.name]))
        return calls

    return limit


def _served(env: type[FunctionEnv]) -> Services:
    return services_for(env.load())


def test_one_request_too_many_is_told_when_to_come_again(
    api: Callable[..., Any], limited: Callable[..., Any], clock: Clock
) -> None:
    limited("1,5,2,200,1000")
    first, second, third = (api(users, "PUT", f"/v1/users/user-{n}", {}) for n in range(3))

    assert (first.status, second.status) == (200, 200)
    assert (third.status, third.headers["retry-after"]) == (429, "1")
    assert third.headers["content-type"] == "application/json"
    assert {name: third.json[name] for name in ("code", "status", "type")} == {
        "code": "rate_limited",
        "status": 429,
        "type": "invalid_request_error",
    }
    assert "2 requests a second" in third.json["message"]
    clock.now += timedelta(seconds=1)
    assert api(users, "PUT", "/v1/users/user-3", {}).status == 200


def test_what_was_refused_has_not_happened(api: Callable[..., Any], limited: Callable[..., Any]) -> None:
    limited("1,5,1,200,1000")
    api(users, "PUT", "/v1/users/jane", {})
    assert api(users, "PUT", "/v1/users/tom", {}).status == 429
    assert api(users, "GET", "/v1/users/tom").status == 404


def test_endpoints_are_counted_by_themselves_and_by_their_pattern(
    api: Callable[..., Any], limited: Callable[..., Any]
) -> None:
    limited("1,5,1,1,1000")
    assert api(users, "PUT", "/v1/users/jane", {}).status == 200
    assert api(users, "PUT", "/v1/users/tom", {}).status == 429
    assert api(users, "GET", "/v1/users/jane").status == 200
    assert api(users, "GET", "/v1/users/jane/preferences").status == 200


def test_environments_are_counted_by_themselves(api: Callable[..., Any], limited: Callable[..., Any]) -> None:
    limited("1,5,1,1,1000")
    assert api(users, "PUT", "/v1/users/jane", {}).status == 200
    assert api(users, "PUT", "/v1/users/jane", {}, key=account.PRODUCTION_KEY).status == 200
    assert api(users, "PUT", "/v1/users/jane", {}).status == 429


def test_a_feed_is_limited_for_each_user_whoever_asks(
    api: Callable[..., Any], limited: Callable[..., Any]
) -> None:
    limited("1,1,60,200,1000")
    statuses = [
        api(feeds, "GET", f"/v1/users/{user}/feeds/{account.IN_APP_CHANNEL}").status
        for user in ("jane", "tom", "jane", "t%6Fm")
    ]
    assert statuses == [200, 200, 429, 429]


def test_a_request_that_is_wrong_counts_as_well(api: Callable[..., Any], limited: Callable[..., Any]) -> None:
    limited("1,5,2,200,1000")
    bodies = ["not json", {"name": 7}, {}]
    assert [api(users, "PUT", "/v1/users/jane", body).status for body in bodies] == [422, 422, 429]


@pytest.mark.parametrize("key", [None, "sk_test_nobody"], ids=["none", "unknown"])
def test_a_request_without_a_good_key_takes_nothing_from_others(
    api: Callable[..., Any], limited: Callable[..., Any], key: str | None
) -> None:
    limited("1,5,1,1,1000")
    assert [api(users, "GET", "/v1/users/jane", key=key).status for _ in range(3)] == [401] * 3
    assert api(users, "GET", "/v1/users/jane").status == 404


def test_paths_that_do_not_exist_are_not_counted(
    api: Callable[..., Any], limited: Callable[..., Any]
) -> None:
    calls = limited("1,1,1,1,1")
    assert [api(users, "GET", f"/v1/users/jane/x/{n}").status for n in range(3)] == [404] * 3
    assert calls["UpdateItem"] == 0


def test_the_document_needs_no_key_and_has_no_limit(
    api: Callable[..., Any], limited: Callable[..., Any]
) -> None:
    calls = limited("1,1,1,1,1")
    assert [api(openapi, "GET", "/v1/openapi", key=None).status for _ in range(5)] == [200] * 5
    assert not calls


def test_a_limited_request_costs_one_write(api: Callable[..., Any], limited: Callable[..., Any]) -> None:
    api(runs, "GET", "/v1/workflow_recipient_runs")
    calls = limited("1,5,60,200,1000")
    api(runs, "GET", "/v1/workflow_recipient_runs/7b1f9a52-0b5c-4f4e-9d3a-3c1f1b8e9d11")
    assert calls["UpdateItem"] == 1


def test_switched_off_it_costs_nothing(api: Callable[..., Any], limited: Callable[..., Any]) -> None:
    calls = limited("off")
    assert {api(users, "PUT", "/v1/users/jane", {}).status for _ in range(10)} == {200}
    assert calls["UpdateItem"] == 0


def test_a_function_with_limits_that_make_no_sense_does_not_start(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATE_LIMITS", "many")
    with pytest.raises(RuntimeError, match="RATE_LIMITS"):
        UsersEnv.load()


def test_when_the_counter_fails_requests_pass_and_the_log_says_why(
    api: Callable[..., Any],
    limited: Callable[..., Any],
    services: Services,
) -> None:
    limited("1,5,60,200,1000")
    services.table._client.meta.events.register("before-call.dynamodb.UpdateItem", _throttled)

    with written() as log:
        answer = api(users, "PUT", "/v1/users/jane", {})
        api(users, "GET", "/v1/nothing/here")

    assert answer.status == 200
    first, second = map(json.loads, log.getvalue().splitlines())
    assert "ThrottlingException" in first["rate_limit_error"]
    assert "rate_limit_error" not in second


def _throttled(**_: Any) -> None:
    """DynamoDB's refusal, without DynamoDB."""
    raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "UpdateItem")


def test_a_preflight_that_the_gateway_hands_on_needs_no_key_and_costs_nothing(
    api: Callable[..., Any], limited: Callable[..., Any]
) -> None:
    calls = limited("1,1,1,1,1")
    for path in ("/v1/users/jane", "/v1/users/jane/no/such/thing"):
        assert [api(users, "OPTIONS", path, key=None).status for _ in range(3)] == [204] * 3
    assert not calls
