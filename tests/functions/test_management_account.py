"""The account in the management API: who asks, which environments and channels there are, and who may not ask."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.builders import account
from tests.builders.definitions import Manager
from tocsin.lambda_kit.services import Services


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def test_whoami_says_whose_token_it_is(manager: Manager) -> None:
    shown = manager.get("/whoami").json
    assert (shown["type"], shown["account_slug"], shown["user_id"]) == ("service_token", "tocsin", None)
    assert shown["service_token_name"]
    assert shown["account_features"]["translations_allowed"] is True


@pytest.mark.parametrize("key", [account.SECRET_KEY, account.PUBLIC_KEY])
def test_other_keys_are_not_let_in(manager: Manager, key: str) -> None:
    for method, path in (
        ("GET", "/whoami"),
        ("GET", "/workflows"),
        ("PUT", "/workflows/welcome"),
        ("PUT", "/commits"),
    ):
        answer = manager.call(method, path, {}, key=key)
        assert (answer.status, answer.json["code"]) == (403, "incorrect_token_type")


@pytest.mark.parametrize(
    ("key", "code"), [(None, "authentication_required"), ("knock_st_x", "api_key_missing")]
)
def test_nobody_gets_in_without_a_token_of_ours(manager: Manager, key: str | None, code: str) -> None:
    answer = manager.call("GET", "/whoami", key=key)
    assert (answer.status, answer.json["code"]) == (401, code)


def test_environments_are_listed_in_the_order_of_promotion(manager: Manager) -> None:
    page = manager.get("/environments").json
    assert [(entry["slug"], entry["order"]) for entry in page["entries"]] == [
        ("development", 0),
        ("production", 1),
    ]
    assert page["entries"][0]["last_commit_at"] is None
    assert all(entry["updated_at"] and entry["created_at"] for entry in page["entries"])

    manager.save(query="commit=true")
    first, second = manager.get("/environments").json["entries"]
    assert first["last_commit_at"] is not None
    assert second["last_commit_at"] is None


def test_environments_come_in_pages_too(manager: Manager) -> None:
    first = manager.get("/environments", "limit=1").json
    second = manager.get("/environments", f"limit=1&after={first['page_info']['after']}").json
    back = manager.get("/environments", f"limit=1&before={second['page_info']['before']}").json
    assert [page["entries"][0]["slug"] for page in (first, second, back)] == [
        "development",
        "production",
        "development",
    ]
    assert second["page_info"]["after"] is None


def test_channels_are_listed_with_what_a_client_needs(manager: Manager) -> None:
    entries = manager.get("/channels").json["entries"]
    assert [(entry["key"], entry["type"], entry["provider"]) for entry in entries] == [
        ("email", "email", "email_aws_ses"),
        ("in-app", "in_app_feed", "in_app_feed_knock"),
    ]
    assert all(
        entry["name"] and entry["updated_at"] and "environment_settings" not in entry for entry in entries
    )


def test_a_channel_shows_its_settings_in_each_environment_but_no_secrets(
    manager: Manager, services: Services
) -> None:
    [email, _] = services.channels.all("production")
    services.channels.put(
        "production", replace(email, settings={"from_address": "p@app.test", "api_token": "s3cret"})
    )

    shown = manager.get("/channels/email").json["environment_settings"]
    assert shown["development"]["channel_settings"] == {"from_address": "hello@app.test", "from_name": "App"}
    assert shown["production"]["channel_settings"] == {"from_address": "p@app.test"}
    [listed] = manager.get("/channels", f"include[]=environment_settings&id={account.EMAIL_CHANNEL}").json[
        "entries"
    ]
    assert listed["environment_settings"] == shown


def test_an_unknown_channel_is_a_404(manager: Manager) -> None:
    for key in ("pigeon", "x" * 2000, "%F0%9F%98%80"):
        assert manager.get(f"/channels/{key}").status == 404


@pytest.mark.parametrize("path", ["/workflows", "/email_layouts", "/channels", "/commits"])
@pytest.mark.parametrize("environment", ["nowhere", "", "x" * 3000, "dev%23HEAD"])
def test_an_unknown_environment_is_refused(manager: Manager, path: str, environment: str) -> None:
    manager.get(path, f"environment={environment}")
    assert "there are development, production" in manager.problems()["environment"]


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_a_page_has_one_to_a_hundred_entries(manager: Manager, limit: str) -> None:
    for path in ("/workflows", "/environments", "/channels", "/commits", "/email_layouts"):
        manager.get(path, f"limit={limit}")
        assert list(manager.problems()) == ["limit"]


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/email_layouts/plain"), ("GET", "/workflows/a/b"), ("PUT", "/whoami")]
)
def test_what_does_not_exist_is_a_404_of_ours(manager: Manager, method: str, path: str) -> None:
    answer = manager.call(method, path, {})
    assert (answer.status, answer.json["code"]) == (404, "resource_missing")
