"""Guides in the management API."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import Manager
from tests.builders.guides import GUIDE_CHANNEL, Product, add_channel, guide, step
from tocsin.lambda_kit.services import Services

CONDITIONS = {"all": [{"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"}]}


@pytest.fixture
def manager(services: Services, api: Callable[..., Any]) -> Manager:
    add_channel(services)
    return Manager(api)


def _save(manager: Manager, key: str = "news", query: str = "", **changes: Any) -> Any:
    return manager.put(f"/guides/{key}", {"guide": guide(**changes)}, query)


def test_a_saved_guide_comes_back(manager: Manager) -> None:
    definition = guide(
        step(name="Hello"),
        target_property_conditions=CONDITIONS,
        target_audience_key="vip",
        activation_url_patterns=[{"directive": "block", "search": "tab=settings"}],
        tags=["growth"],
    )
    shown = manager.put("/guides/news", {"guide": definition}).json["guide"]

    assert manager.get("/guides/news").json == shown
    assert shown | definition == shown
    assert (shown["key"], shown["type"], shown["environment"]) == ("news", "banner", "development")
    assert (shown["active"], shown["valid"]) == (True, True)


def test_sending_back_what_was_given_changes_nothing(manager: Manager) -> None:
    shown = _save(manager).json["guide"]
    sent = {**shown, "$schema": "guide.json", "semver": "9.9.9", "guide_audience_conditions": {"all": []}}
    assert manager.put("/guides/news", {"guide": sent}).json["guide"] == shown


def test_guides_are_listed_by_key(manager: Manager) -> None:
    for key in ("news", "alert"):
        _save(manager, key)
    listed = manager.get("/guides", "annotate=true&limit=1").json
    assert [entry["key"] for entry in listed["entries"]] == ["alert"]
    following = manager.get("/guides", f"after={listed['page_info']['after']}").json
    assert [entry["key"] for entry in following["entries"]] == ["news"]


def test_an_unknown_guide_is_a_404(manager: Manager) -> None:
    for answer in (manager.get("/guides/news"), manager.put("/guides/news/activate", {"status": True})):
        assert (answer.status, answer.json["code"]) == (404, "resource_missing")


def test_validating_writes_nothing(manager: Manager) -> None:
    answer = manager.put("/guides/news/validate", {"guide": guide()})
    assert (answer.status, answer.json["guide"]["key"]) == (200, "news")
    assert manager.get("/guides/news").status == 404


def test_mistakes_are_named_by_their_fields(manager: Manager) -> None:
    steps = [step(values={"title": "{% if %}"}), step("x")]
    for action in ("", "/validate"):
        manager.put(f"/guides/news{action}", {"guide": guide(*steps, channel_key="in-app", name=" ")})
        assert set(manager.problems()) == {"name", "channel_key", "steps.0.values.title", "steps.1.ref"}
        assert "is of the type 'in_app_feed'" in manager.problems()["channel_key"]
    assert manager.get("/guides/news").status == 404


def test_a_key_that_is_none_is_named(manager: Manager) -> None:
    _save(manager, "No")
    assert list(manager.problems()) == ["key"]


@pytest.mark.parametrize("body", [{}, {"status": True}])
def test_the_cli_switches_by_the_query(manager: Manager, body: dict[str, Any]) -> None:
    _save(manager, query="commit=true")
    assert manager.put("/guides/news/activate", body, "status=false").json["guide"]["active"] is False
    assert manager.get("/guides/news").json["active"] is False
    assert manager.put("/guides/news/activate", {}).json["guide"]["active"] is True


@pytest.mark.parametrize("field", ["from", "until"])
def test_switching_by_the_clock_is_refused(manager: Manager, field: str) -> None:
    _save(manager)
    manager.put("/guides/news/activate", {field: "2027-01-01T00:00:00Z"})
    assert "not supported yet" in manager.problems()[field]


def test_guides_are_committed_and_promoted_with_everything_else(
    manager: Manager, services: Services, api: Callable[..., Any]
) -> None:
    _save(manager)
    manager.put("/commits", {}, "resource_type=guide")
    [commit] = manager.get("/commits", "resource_type=guide").json["entries"]
    assert commit["resource"] == {"type": "guide", "identifier": "news"}

    manager.put("/commits/promote", {}, "to_environment=production")
    assert "there is no channel 'in-app-guide' in production" in manager.problems()["channel_key"]
    add_channel(services, "production")
    manager.put("/commits/promote", {}, "to_environment=production")
    assert manager.get("/guides/news", "environment=production").json["active"] is True
    assert Product(api).fetch(key="sk_production_secret")["entries"][0]["channel_id"] == GUIDE_CHANNEL
