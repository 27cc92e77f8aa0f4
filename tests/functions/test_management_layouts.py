"""Email layouts in the management API."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders.definitions import Manager, email_step, layout, workflow
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def test_a_saved_layout_comes_back(manager: Manager) -> None:
    links = [{"text": "Help", "url": "https://help.test"}]
    definition = layout(
        footer_links=links, branding_overrides={"primary_color": "#4F46E5"}, owner={"team": 1}
    )
    shown = manager.save_layout("plain", definition).json["email_layout"]

    assert manager.get("/email_layouts/plain").json == shown
    assert shown | definition == shown
    assert (shown["key"], shown["environment"], shown["is_mjml"]) == ("plain", "development", False)
    assert manager.save_layout("plain", shown).json["email_layout"] == shown


def test_layouts_are_listed_by_key(manager: Manager) -> None:
    for key in ("plain", "fancy"):
        manager.save_layout(key)
    listed = manager.get("/email_layouts").json
    assert [entry["key"] for entry in listed["entries"]] == ["fancy", "plain"]
    assert all(entry["updated_at"] for entry in listed["entries"])
    assert listed["page_info"]["after"] is None


def test_an_unknown_layout_is_a_404(manager: Manager) -> None:
    assert manager.get("/email_layouts/plain").status == 404
    assert manager.answer.json["code"] == "resource_missing"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": None}, "name", "can't be blank"),
        ({"html_layout": None}, "html_layout", "can't be blank"),
        ({"text_layout": 5}, "text_layout", "must be a string"),
        ({"html_layout": "<html></html>"}, "html_layout", "must output {{ content }}"),
        ({"text_layout": "{{ content }}{% if %}"}, "text_layout", ""),
        ({"is_mjml": True}, "html_layout", "is MJML, so it must be an <mjml> document"),
        ({"footer_links": {}}, "footer_links", "must be a list"),
        ({"footer_links": [{"text": "Help"}]}, "footer_links.0.url", "can't be blank"),
        ({"branding_overrides": {"primary_color": "red"}}, "branding_overrides.primary_color", "colour"),
        (
            {"branding_overrides": {"colour": "#fff"}},
            "branding_overrides.colour",
            "is not a branding property",
        ),
    ],
)
def test_a_mistake_is_named_by_its_field(
    manager: Manager, changes: dict[str, Any], field: str, message: str
) -> None:
    for action in ("", "/validate"):
        manager.put(f"/email_layouts/plain{action}", {"email_layout": layout(**changes)})
        assert list(manager.problems()) == [field]
        assert message in manager.problems()[field]
    assert manager.get("/email_layouts/plain").status == 404


def test_validating_writes_nothing(manager: Manager) -> None:
    answer = manager.put("/email_layouts/plain/validate", {"email_layout": layout()})
    assert (answer.status, answer.json["email_layout"]["key"]) == (200, "plain")
    assert manager.get("/email_layouts/plain").status == 404


PLAIN_EMAIL = email_step(settings={"layout_key": "plain"})
BRANCHES = [
    {
        "name": "Paying",
        "conditions": {"all": [{"variable": "data.paid", "operator": "equal_to", "argument": "true"}]},
        "steps": [PLAIN_EMAIL],
    },
    {"name": "Default", "steps": []},
]


@pytest.mark.parametrize(
    "step", [PLAIN_EMAIL, {"type": "branch", "ref": "branch_1", "branches": BRANCHES}], ids=["row", "branch"]
)
def test_a_workflow_goes_live_only_with_its_layout(
    manager: Manager, services: Services, step: dict[str, Any]
) -> None:
    manager.save_layout("plain")
    welcome = workflow(step)

    refused = manager.save(definition=welcome, query="commit=true")
    assert refused.status == 422
    assert "'plain' has no commit in development" in manager.problems()["layout_key"]
    assert services.definitions.draft("development", DefinitionKind.WORKFLOW, "welcome") is None

    assert manager.save(definition=welcome).status == 200
    assert manager.put("/commits", {}, "resource_type=workflow&resource_id=welcome").status == 422
    assert manager.put("/commits", {}).json == {"result": "success"}
    kinds = [entry["resource"]["type"] for entry in manager.get("/commits").json["entries"]]
    assert sorted(kinds) == ["email_layout", "workflow"]
