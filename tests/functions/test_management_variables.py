"""Variables through the management API: set for the account or for an environment, secrets never shown."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from functions.feeds.handler import lambda_handler as feeds
from functions.management.env import Env as ManagementEnv
from tests.builders import account, logs
from tests.builders.definitions import Manager
from tests.builders.function_clock import it_is
from tests.conftest import VARIABLES
from tocsin.domain.variables import HIDDEN, MAX_BYTES, MAX_SECRETS
from tocsin.lambda_kit.services import Services

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = "s3cr3t-of-the-account"


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    it_is(NOW, ManagementEnv)
    return Manager(api)


def put(manager: Manager, key: str = "base_url", **variable: Any) -> Any:
    return manager.put(f"/variables/{key}", {"variable": variable})


def made(manager: Manager, key: str = "base_url", **variable: Any) -> Any:
    answer = put(manager, key, **variable)
    assert answer.status == 200, answer
    return answer.json["variable"]


def removed(manager: Manager, key: str) -> Any:
    return manager.call("DELETE", f"/variables/{key}")


def seen_by_runs(services: Services, slug: str = "development") -> dict[str, Any]:
    environment = services.run_environments.get(slug)
    assert environment is not None
    return {**environment.variables, **environment.secrets}


def test_a_variable_is_made_shown_and_listed(manager: Manager) -> None:
    variable = made(manager, value="https://app.test", description="Where the app is")

    at = "2026-03-01T12:00:00.000Z"
    assert variable == {
        "key": "base_url",
        "type": "public",
        "description": "Where the app is",
        "value": "https://app.test",
        "environment_values": {},
        "inserted_at": at,
        "updated_at": at,
    }
    assert manager.get("/variables/base_url").json == variable
    assert manager.get("/variables").json["entries"] == [variable]


def test_the_value_of_an_environment_wins_there_and_nowhere_else(
    manager: Manager, services: Services
) -> None:
    made(manager, value="https://app.test", environment_values={"production": "https://app.live"})

    assert seen_by_runs(services) == {"base_url": "https://app.test"}
    assert seen_by_runs(services, "production") == {"base_url": "https://app.live"}
    [there] = manager.get("/variables", "environment=production").json["entries"]
    assert there["value"] == "https://app.live"
    assert "environment_values" not in there


def test_what_a_change_leaves_out_stays_and_null_takes_a_value_away(
    manager: Manager, services: Services
) -> None:
    first = made(manager, value="a", environment_values={"production": "b"}, description="c")
    it_is(NOW + timedelta(hours=1), ManagementEnv)

    assert made(manager) == first
    changed = made(manager, environment_values={"production": None})
    assert (changed["value"], changed["environment_values"], changed["description"]) == ("a", {}, "c")
    assert changed["updated_at"] > first["updated_at"]
    assert seen_by_runs(services, "production") == {"base_url": "a"}

    made(manager, value=None)
    assert seen_by_runs(services) == {}


def test_a_secret_is_known_to_runs_and_to_nobody_else(
    manager: Manager, services: Services, api: Callable[..., Any]
) -> None:
    with logs.written() as log:
        made(manager, "token", type="secret", value=TOKEN, environment_values={"production": f"{TOKEN}-live"})
        shown = [manager.get(path).json for path in ("/variables", "/variables/token", "/environments")]
        path = f"/v1/users/jane/feeds/{account.IN_APP_CHANNEL}"
        shown.append(api(feeds, "GET", path, key=account.SECRET_KEY).json)
        environment = services.environments.get("development")

    assert seen_by_runs(services)["token"] == TOKEN
    assert seen_by_runs(services, "production")["token"] == f"{TOKEN}-live"
    assert shown[1]["value"] == HIDDEN
    assert shown[1]["environment_values"] == {"production": HIDDEN}
    assert TOKEN not in json.dumps(shown) + log.getvalue() + repr(environment)
    assert TOKEN not in repr(services.run_environments.get("development"))


def test_a_secret_lies_in_one_partition_alone(manager: Manager) -> None:
    """Grants close that partition to all functions but the one that runs steps."""
    made(manager, "token", type="secret", value=TOKEN, environment_values={"production": TOKEN})
    rows: list[Any] = boto3.client("dynamodb").scan(TableName=VARIABLES["TABLE_NAME"])["Items"]
    assert {row["pk"]["S"] for row in rows if TOKEN in json.dumps(row)} == {"$account#SECRET_VARIABLES"}


def test_a_secret_is_replaced_and_taken_away_value_by_value(manager: Manager, services: Services) -> None:
    made(manager, "token", type="secret", value="one", environment_values={"production": "live"})
    made(manager, "token", value="two")
    assert (seen_by_runs(services)["token"], seen_by_runs(services, "production")["token"]) == ("two", "live")

    made(manager, "token", environment_values={"production": None})
    assert seen_by_runs(services, "production")["token"] == "two"

    made(manager, "token", value=None)
    assert "token" not in seen_by_runs(services)


def test_a_removed_variable_leaves_nothing_behind(manager: Manager, services: Services) -> None:
    made(manager, value="a")
    made(manager, "token", type="secret", value=TOKEN, environment_values={"production": TOKEN})

    assert (removed(manager, "base_url").status, removed(manager, "token").status) == (204, 204)
    assert seen_by_runs(services) == seen_by_runs(services, "production") == {}
    assert manager.get("/variables/token").status == removed(manager, "token").status == 404
    rows = boto3.client("dynamodb").scan(TableName=VARIABLES["TABLE_NAME"])["Items"]
    assert TOKEN not in json.dumps(rows)


@pytest.mark.parametrize(
    ("variable", "field", "message"),
    [
        ({}, "value", "can't be blank"),
        ({"value": 5}, "value", "must be a string"),
        ({"value": "a", "type": "hidden"}, "type", "must be public or secret"),
        ({"value": "a", "typ": "secret"}, "typ", "there are description, environment_values, type, value"),
        ({"environment_values": []}, "environment_values", "must be an object"),
        (
            {"environment_values": {"moon": "a"}},
            "environment_values.moon",
            "there are development, production",
        ),
        ({"environment_values": {"": "a"}}, "environment_values.", "there is no environment ''"),
        ({"value": "x" * MAX_BYTES}, "value", "are allowed together"),
        ({"value": "", "type": "secret"}, "value", "is blank"),
        ({"value": HIDDEN, "type": "secret"}, "value", "shown in place of a secret"),
        ({"value": "x" * 5000, "type": "secret"}, "value", "4096 bytes"),
        ({"value": "a", "description": "x" * 281}, "description", "280 are allowed"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    manager: Manager, variable: Any, field: str, message: str
) -> None:
    put(manager, **variable)
    assert message in manager.problems()[field]
    assert manager.get("/variables/base_url").status == 404


@pytest.mark.parametrize(
    "key", ["branding", "manage_preferences_url", "1st", "a.b", "x" * 101, "%F0%9F%98%80"]
)
def test_a_key_is_what_templates_can_say(manager: Manager, key: str) -> None:
    put(manager, key, value="a")
    assert "key" in manager.problems()


def test_a_variable_stays_public_or_secret(manager: Manager) -> None:
    made(manager, value="a")
    put(manager, type="secret", value="b")
    assert "is public, and a variable stays that" in manager.problems()["type"]


def test_there_are_as_many_secrets_as_a_run_reads_by_one_call(manager: Manager) -> None:
    for number in range(MAX_SECRETS):
        made(manager, f"token_{number}", type="secret", value="a")
    put(manager, "one_more", type="secret", value="a")
    assert f"{MAX_SECRETS} are allowed" in manager.problems()["type"]


def test_lists_are_narrowed_by_type_and_come_in_pages(manager: Manager) -> None:
    for key, kind in (("a", "public"), ("b", "secret"), ("c", "public")):
        made(manager, key, value="v", type=kind)

    def keys(query: str) -> list[str]:
        return [entry["key"] for entry in manager.get("/variables", query).json["entries"]]

    assert (keys("type=secret"), keys("limit=2")) == (["b"], ["a", "b"])
    assert keys(f"limit=2&after={manager.answer.json['page_info']['after']}") == ["c"]
    manager.get("/variables", "environment=moon")
    assert "there are development, production" in manager.problems()["environment"]


@pytest.mark.parametrize("key", [account.SECRET_KEY, account.PUBLIC_KEY])
def test_only_a_service_token_may(manager: Manager, key: str) -> None:
    for method, path in (("GET", "/variables"), ("PUT", "/variables/a"), ("DELETE", "/variables/a")):
        assert manager.call(method, path, {}, key=key).status == 403
