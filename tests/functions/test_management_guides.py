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


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": " "}, "name", "can't be blank"),
        ({"description": "x" * 281}, "description", "280 are allowed"),
        ({"channel_key": None}, "channel_key", "can't be blank"),
        ({"channel_key": "guide"}, "channel_key", "for guides it has in-app-guide"),
        ({"channel_key": "in-app"}, "channel_key", "is of the type 'in_app_feed'"),
        ({"steps": []}, "steps", "at least one step"),
        ({"steps": {}}, "steps", "can't be blank"),
        ({"steps": "two"}, "steps", "must be a list"),
        ({"steps": [5]}, "steps.0", "must be an object"),
        ({"steps": [step(f"step_{number}") for number in range(21)]}, "steps", "20 are allowed"),
        ({"steps": [step("x")]}, "steps.0.ref", "3 to 255"),
        ({"steps": [step("same"), step("same")]}, "steps.1.ref", "unique"),
        ({"steps": [step(schema_variant_key=None)]}, "steps.0.schema_variant_key", "can't be blank"),
        ({"steps": [step(values=[])]}, "steps.0.values", "must be an object"),
        ({"steps": [step(values={"a": [{"b": "{% if %}"}]})]}, "steps.0.values.a.0.b", ""),
        ({"steps": [step(values={"a": "x" * 70_000})]}, "guide", "holds at most"),
        ({"target_audience_key": 5}, "target_audience_key", "must be a string"),
        (
            {"target_property_conditions": {"all": [{"operator": "exists"}]}},
            "target_property_conditions.all.0.variable",
            "required",
        ),
        ({"activation_url_patterns": {}}, "activation_url_patterns", "must be a list"),
        ({"archived_at": "2026-01-01T00:00:00Z"}, "archived_at", "not supported yet"),
        ({"activation_url_rules": [{}]}, "activation_url_rules", "not supported yet"),
        ({"goal_attachment": {"goal_key": "g"}}, "goal_attachment", "not supported yet"),
    ],
)
def test_a_mistake_is_named_by_its_field(
    manager: Manager, changes: dict[str, Any], field: str, message: str
) -> None:
    for action in ("", "/validate"):
        manager.put(f"/guides/news{action}", {"guide": {**guide(), **changes}})
        assert list(manager.problems()) == [field]
        assert message in manager.problems()[field]
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
