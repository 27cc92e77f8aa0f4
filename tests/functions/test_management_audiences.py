"""Audiences in the management API: versioned like everything, with members that are each environment's own."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.audiences.handler import lambda_handler as members_handler
from tests.builders.account import PRODUCTION_KEY, SECRET_KEY
from tests.builders.definitions import Manager

Json = dict[str, Any]
VIPS = {"name": "VIPs", "type": "static", "description": "Who pays"}


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


@pytest.fixture
def add(api: Callable[..., Any]) -> Callable[..., int]:
    """Adds Jane to the audience `vips`; the status of the answer."""

    def call(key: str = SECRET_KEY, query: str = "") -> int:
        body = {"members": [{"user": {"id": "jane"}}]}
        answer = api(members_handler, "POST", "/v1/audiences/vips/members", body, key=key, query=query)
        return int(answer.status)

    return call


def save(manager: Manager, sent: Json = VIPS, query: str = "") -> Any:
    return manager.put("/audiences/vips", {"audience": sent}, query)


def test_an_audience_is_saved_listed_and_sent_back_without_a_change(manager: Manager) -> None:
    saved = save(manager, query="annotate=true").json["audience"]
    shown = manager.get("/audiences/vips", "annotate=true").json
    assert shown == saved
    assert {name: shown[name] for name in ("key", *VIPS)} == {"key": "vips", **VIPS}
    assert "sha" in shown["__annotation"]["readonly_fields"]
    assert [one["key"] for one in manager.get("/audiences").json["entries"]] == ["vips"]

    assert save(manager, shown).json["audience"]["sha"] == shown["sha"]


def test_it_takes_members_where_it_is_committed(manager: Manager, add: Callable[..., int]) -> None:
    save(manager)
    assert add() == 404
    manager.put("/commits", {}, "resource_type=audience")
    assert (add(), add(PRODUCTION_KEY)) == (204, 404)
    manager.put("/commits/promote", {}, "to_environment=production")
    assert add(PRODUCTION_KEY) == 204


def test_an_archived_one_is_gone_everywhere_however_it_was_made(
    manager: Manager, add: Callable[..., int]
) -> None:
    save(manager, query="commit=true")
    assert add(PRODUCTION_KEY, "create_audience=true") == 204

    archived = manager.call("DELETE", "/audiences/vips", query="environment=development")

    assert archived.json == {"result": "success"}
    assert (add(), add(PRODUCTION_KEY)) == (404, 404)
    assert manager.get("/audiences/vips").status == 404
    assert manager.call("DELETE", "/audiences/vips", query="environment=development").status == 404


def test_a_dynamic_audience_is_refused_and_what_to_do_instead_is_said(manager: Manager) -> None:
    segments = [{"conditions": [{"property": "recipient.plan", "operator": "equal_to", "argument": "pro"}]}]
    manager.put("/audiences/vips/validate", {"audience": {**VIPS, "type": "dynamic", "segments": segments}})
    [problem] = manager.answer.json["errors"]
    assert (problem["field"], problem["type"]) == ("type", "dynamic_audiences_unsupported")
    assert "make it static" in problem["message"]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": " "}, "name", "can't be blank"),
        ({"type": None}, "type", "can't be blank"),
        ({"type": "elastic"}, "type", "must be static"),
        ({"description": 7}, "description", "must be a string"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    manager: Manager, changes: Json, field: str, message: str
) -> None:
    save(manager, {**VIPS, **changes})
    assert message in manager.problems()[field]
