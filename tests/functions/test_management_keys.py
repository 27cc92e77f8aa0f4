"""API keys through the management API: shown once, kept as a hash, changed, revoked, gone within a minute."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import boto3
import pytest

from functions.management.env import Env as ManagementEnv
from functions.users.env import Env as UsersEnv
from functions.users.handler import lambda_handler as users
from tests.builders import account, logs
from tests.builders.definitions import Manager
from tests.builders.function_clock import it_is
from tests.conftest import VARIABLES
from tocsin.domain.environments import hash_of
from tocsin.domain.errors import ConflictError
from tocsin.lambda_kit.services import Services

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = {"kind": "secret", "environment": "development", "name": "backend"}


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    time_passes()
    return Manager(api)


def time_passes(**since_the_start: float) -> None:
    it_is(NOW + timedelta(**since_the_start), ManagementEnv, UsersEnv)


def create(manager: Manager, **body: Any) -> Any:
    answer = manager.call("POST", "/api_keys", {**SECRET, **body})
    assert answer.status == 200, answer
    return answer.json


def listed(manager: Manager, query: str = "") -> list[str]:
    return [entry["name"] for entry in manager.get("/api_keys", query).json["entries"]]


def raw_rows() -> str:
    """Everything in the table, as DynamoDB has it."""
    return json.dumps(boto3.client("dynamodb").scan(TableName=VARIABLES["TABLE_NAME"])["Items"])


@pytest.mark.parametrize(
    ("kind", "environment", "pattern"),
    [
        ("secret", "development", r"sk_test_[\w-]{43}"),
        ("secret", "production", r"sk_live_[\w-]{43}"),
        ("public", "production", r"pk_live_[\w-]{43}"),
        ("service", None, r"knock_st_[\w-]{43}"),
    ],
)
def test_a_key_says_what_it_is(manager: Manager, kind: str, environment: str | None, pattern: str) -> None:
    created = create(manager, kind=kind, environment=environment)
    assert re.fullmatch(pattern, created["key"])
    assert (created["__typename"], created["kind"], created["environment"]) == ("ApiKey", kind, environment)
    assert created["hint"] == created["key"][-4:]


def test_a_key_is_shown_once_and_only_its_hash_is_stored(manager: Manager) -> None:
    created = create(manager)
    key = created.pop("key")

    [entry] = [one for one in manager.get("/api_keys").json["entries"] if one["id"] == created["id"]]
    assert entry == created
    renamed = manager.put(f"/api_keys/{created['id']}", {"name": "worker"})
    assert renamed.json == {**created, "name": "worker"}
    rows = raw_rows()
    assert key not in rows
    assert key.removeprefix("sk_test_") not in rows
    assert hash_of(key) in rows


def test_no_log_line_has_a_key(manager: Manager) -> None:
    with logs.written() as log:
        key = create(manager)["key"]
    [line] = log.getvalue().splitlines()
    assert json.loads(line)["path"] == "/v1/api_keys"
    for secret in (key, key[-20:], hash_of(key), account.SERVICE_TOKEN):
        assert secret not in line


def test_a_new_key_opens_its_environment(manager: Manager, api: Callable[..., Any]) -> None:
    key = create(manager)["key"]
    assert api(users, "PUT", "/v1/users/jane", {"name": "Jane"}, key=key).status == 200
    other = create(manager, environment="production")["key"]
    assert api(users, "GET", "/v1/users/jane", key=other).status == 404


def test_a_revoked_key_stops_within_a_minute(manager: Manager, api: Callable[..., Any]) -> None:
    created = create(manager)

    def status_after(seconds: int) -> int:
        time_passes(seconds=seconds)
        status: int = api(users, "GET", "/v1/users", key=created["key"]).status
        return status

    assert status_after(0) == 200
    assert manager.call("DELETE", f"/api_keys/{created['id']}").status == 204
    assert status_after(59) == 200  # remembered by a function that has just seen it
    assert status_after(60) == 401
    assert manager.call("DELETE", f"/api_keys/{created['id']}").status == 404


def test_a_key_expires_when_it_was_said_to_unless_the_end_is_taken_away(
    manager: Manager, api: Callable[..., Any]
) -> None:
    ending, spared = create(manager, expires_at="2026-03-01T13:00:00Z"), create(manager)
    manager.put(f"/api_keys/{spared['id']}", {"expires_at": "2026-03-01T13:00:00Z"})
    manager.put(f"/api_keys/{spared['id']}", {"expires_at": None})
    assert (ending["expires_at"], ending["expired"]) == ("2026-03-01T13:00:00.000Z", False)

    time_passes(hours=1)
    refused = api(users, "GET", "/v1/users", key=ending["key"])
    assert (refused.status, refused.json["code"]) == (401, "api_key_expired")
    assert api(users, "GET", "/v1/users", key=spared["key"]).status == 200
    shown = {entry["id"]: entry["expired"] for entry in manager.get("/api_keys").json["entries"]}
    assert (shown[ending["id"]], shown[spared["id"]]) == (True, False)


def test_a_change_leaves_alone_what_it_does_not_name(manager: Manager) -> None:
    created = create(manager, expires_at="2027-01-01T00:00:00Z")
    renamed = manager.put(f"/api_keys/{created['id']}", {"name": "worker"}).json
    assert (renamed["name"], renamed["expires_at"]) == ("worker", "2027-01-01T00:00:00.000Z")
    assert manager.put(f"/api_keys/{created['id']}", {}).json == renamed


def test_a_late_change_does_not_bring_back_a_revoked_key(manager: Manager, services: Services) -> None:
    created = create(manager)
    seen = services.api_keys.get(hash_of(created["key"]))
    assert seen is not None
    manager.call("DELETE", f"/api_keys/{created['id']}")
    with pytest.raises(ConflictError):
        services.api_keys.put(seen)
    assert services.api_keys.get(hash_of(created["key"])) is None


def test_keys_are_listed_oldest_first_by_environment_kind_and_page(manager: Manager) -> None:
    for number in range(3):
        time_passes(seconds=number)
        create(manager, environment="production", kind="public", name=f"web {number}")

    assert listed(manager, "environment=production&kind=public") == ["web 0", "web 1", "web 2"]
    assert listed(manager, "environment=production") == [account.PRODUCTION_KEY, "web 0", "web 1", "web 2"]
    assert listed(manager, "kind=service") == [account.SERVICE_TOKEN]
    first = manager.get("/api_keys", "kind=public&environment=production&limit=2").json
    after = first["page_info"]["after"]
    rest = manager.get("/api_keys", f"kind=public&environment=production&limit=2&after={after}").json
    assert [len(page["entries"]) for page in (first, rest)] == [2, 1]
    assert rest["page_info"]["after"] is None


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"kind": "secret"}, "environment", "needed for a secret key; there are development, production"),
        ({"kind": "public", "environment": "moon"}, "environment", "there is no environment 'moon'"),
        ({"kind": "service", "environment": "production"}, "environment", "for all environments"),
        ({"kind": "gold"}, "kind", "'secret'"),
        ({**SECRET, "name": "  "}, "name", "1 to 100 characters"),
        ({**SECRET, "name": "x" * 101}, "name", "1 to 100 characters"),
        ({**SECRET, "expires_at": "2026-03-01T12:00:00Z"}, "expires_at", "has passed already"),
        ({**SECRET, "expires_at": "soon"}, "expires_at", "not an iso 8601 date"),
        ({**SECRET, "expires_at": 1}, "expires_at", "not an iso 8601 date"),
        ({**SECRET, "expire_at": "2027-01-01"}, "expire_at", "extra"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused_by_field(
    manager: Manager, body: dict[str, Any], field: str, message: str
) -> None:
    manager.call("POST", "/api_keys", body)
    assert message in manager.problems()[field].lower()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"expires_at": "2020-01-01"}, "expires_at"), ({"name": ""}, "name"), ({"kind": "public"}, "kind")],
)
def test_a_change_that_makes_no_sense_is_refused_by_field(
    manager: Manager, changes: dict[str, Any], field: str
) -> None:
    created = create(manager)
    manager.put(f"/api_keys/{created['id']}", changes)
    assert list(manager.problems()) == [field]


def test_an_unknown_key_is_a_404(manager: Manager) -> None:
    for path in ("/api_keys/nothing", "/api_keys/00000000-0000-4000-8000-000000000000"):
        assert (manager.put(path, {}).status, manager.call("DELETE", path).status) == (404, 404)


def test_an_unknown_environment_is_refused_whatever_its_name(manager: Manager) -> None:
    for name in ("moon", "", "x" * 3000, "a#b"):
        manager.get("/api_keys", f"environment={quote(name)}")
        assert "there are development, production" in manager.problems()["environment"]
        manager.call("POST", "/api_keys", {**SECRET, "environment": name})
        assert "there are development, production" in manager.problems()["environment"]


@pytest.mark.parametrize("key", [account.SECRET_KEY, account.PUBLIC_KEY, account.PRODUCTION_KEY])
def test_only_service_tokens_may(manager: Manager, key: str) -> None:
    for method, path in (("GET", "/api_keys"), ("POST", "/api_keys"), ("DELETE", "/api_keys/x")):
        assert manager.call(method, path, SECRET, key=key).status == 403
