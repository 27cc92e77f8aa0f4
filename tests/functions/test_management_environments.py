"""Environments through the management API: a new one has its place in the order of promotion, a removed one is gone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.management.env import Env as ManagementEnv
from tests.builders import account
from tests.builders.definitions import Manager
from tests.builders.function_clock import it_is
from tocsin.lambda_kit.services import Services

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    it_is(NOW, ManagementEnv)
    return Manager(api)


def put(manager: Manager, slug: str = "staging", **environment: Any) -> Any:
    return manager.put(f"/environments/{slug}", {"environment": environment})


def slugs(manager: Manager) -> list[str]:
    entries = manager.get("/environments").json["entries"]
    assert [entry["order"] for entry in entries] == list(range(len(entries)))
    return [entry["slug"] for entry in entries]


def removed(manager: Manager, slug: str = "staging") -> Any:
    return manager.call("DELETE", f"/environments/{slug}")


def test_a_new_environment_follows_another_one(manager: Manager) -> None:
    answer = put(manager, after="development", name="Staging area")

    shown = answer.json["environment"]
    assert (shown["slug"], shown["name"], shown["order"], shown["owner"]) == (
        "staging",
        "Staging area",
        1,
        "user",
    )
    assert shown["created_at"] == "2026-03-01T12:00:00.000Z"
    assert manager.get("/environments/staging").json == shown
    assert slugs(manager) == ["development", "staging", "production"]
    put(manager, "canary", after="production")
    assert slugs(manager) == ["development", "staging", "production", "canary"]


def test_commits_are_promoted_through_it(manager: Manager, services: Services) -> None:
    put(manager, after="development")
    for channel in services.channels.all("development"):
        services.channels.put("staging", channel.__class__(**{**_fields(channel), "version": 0}))
    manager.save(query="commit=true")

    assert manager.put("/commits/promote", query="to_environment=production").status == 200
    assert manager.get("/workflows/welcome", "environment=production").status == 404
    manager.put("/commits/promote", query="to_environment=staging")
    manager.put("/commits/promote", query="to_environment=production")
    assert manager.get("/workflows/welcome", "environment=production").status == 200


def _fields(channel: Any) -> dict[str, Any]:
    return {name: getattr(channel, name) for name in channel.__slots__}


def test_it_has_the_variables_and_the_branding_of_the_account(manager: Manager, services: Services) -> None:
    manager.put("/variables/base_url", {"variable": {"value": "https://app.test"}})
    manager.put("/variables/token", {"variable": {"value": "s3cr3t", "type": "secret"}})
    manager.put("/branding", {"branding": {"primary_color": "#123456"}})
    put(manager, after="development")

    staging = services.run_environments.get("staging")
    assert staging is not None
    assert (staging.variables, staging.secrets) == ({"base_url": "https://app.test"}, {"token": "s3cr3t"})
    assert staging.branding == {"primary_color": "#123456"}


def test_it_is_renamed_and_keeps_its_place(manager: Manager) -> None:
    put(manager, after="development")
    assert put(manager, name="Rehearsal").json["environment"]["name"] == "Rehearsal"
    assert slugs(manager) == ["development", "staging", "production"]
    put(manager, after="production")
    assert "keeps its place" in manager.problems()["after"]


@pytest.mark.parametrize(
    ("slug", "environment", "field", "message"),
    [
        ("staging", {}, "after", "can't be blank"),
        ("staging", {"after": "moon"}, "after", "there are development, production"),
        ("staging", {"after": 5}, "after", "must be a string"),
        ("staging", {"after": "development", "name": " "}, "name", "can't be blank"),
        (
            "staging",
            {"after": "development", "order": 1},
            "order",
            "there are after, default_locale, default_",
        ),
        ("Staging", {"after": "development"}, "slug", "3 to 40 characters"),
        ("x" * 41, {"after": "development"}, "slug", "3 to 40 characters"),
        ("%24account", {"after": "development"}, "slug", "3 to 40 characters"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    manager: Manager, slug: str, environment: Any, field: str, message: str
) -> None:
    put(manager, slug, **environment)
    assert message in manager.problems()[field]
    assert slugs(manager) == ["development", "production"]


def test_a_removed_environment_is_gone_and_its_slug_is_never_given_again(manager: Manager) -> None:
    put(manager, after="development")
    assert removed(manager).status == 204
    assert slugs(manager) == ["development", "production"]
    assert manager.get("/environments/staging").status == removed(manager).status == 404
    put(manager, after="development")
    assert "was removed" in manager.problems()["slug"]


def test_what_is_in_use_is_not_removed(manager: Manager, services: Services) -> None:
    def refusal(slug: str = "staging") -> str:
        answer = removed(manager, slug)
        assert (answer.status, answer.json["code"]) == (422, "environment_in_use")
        return str(answer.json["message"])

    assert "where definitions are edited" in refusal("development")
    assert account.PRODUCTION_KEY in refusal("production")  # the builder calls keys by their own text
    put(manager, after="development")
    services.wheel.mark("staging", "2026-04-01T00:00:00Z", "000")
    assert "still wait in staging" in refusal()
    services.wheel.unmark("staging", "2026-04-01T00:00:00Z", "000")
    manager.put("/variables/base_url", {"variable": {"environment_values": {"staging": "a"}}})
    assert "base_url have values of their own in staging" in refusal()


def test_branding_is_that_of_all_environments_and_changes_by_property(
    manager: Manager, services: Services
) -> None:
    nothing = manager.get("/branding").json["branding"]
    assert set(nothing.values()) == {None}
    manager.put("/branding", {"branding": {"logo_url": "https://app.test/logo.png", "primary_color": "#123"}})
    changed = manager.put("/branding", {"branding": {"logo_url": None, "icon_url": "https://app.test/i"}})

    assert changed.json["branding"] == {**nothing, "primary_color": "#123", "icon_url": "https://app.test/i"}
    assert manager.get("/branding").json == changed.json
    kept = {"primary_color": "#123", "icon_url": "https://app.test/i"}
    assert [environment.branding for environment in services.environments.all()] == [kept, kept]


@pytest.mark.parametrize(
    ("branding", "field"), [({"logo": "x"}, "branding.logo"), ({"logo_url": 5}, "branding.logo_url"),
                            ({"icon_url": ""}, "branding.icon_url"), ([], "branding")]
)  # fmt: skip
def test_branding_that_no_template_could_use_is_refused(manager: Manager, branding: Any, field: str) -> None:
    manager.put("/branding", {"branding": branding})
    assert field in manager.problems()
