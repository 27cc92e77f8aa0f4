"""Archiving: a workflow or guide is gone from all environments at once, and comes back when it is saved again."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.workflows.handler import lambda_handler as workflows
from tests.builders import account
from tests.builders.definitions import Manager
from tests.builders.guides import guide
from tests.builders.world import IN_APP, World, delay
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services
from tocsin.usecases.archive_definition import archive_definition

TRIGGER = "/v1/workflows/welcome/trigger"


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def archived(manager: Manager, path: str = "/workflows/welcome") -> Any:
    return manager.call("DELETE", path)


def test_an_archived_workflow_is_neither_listed_nor_triggered_anywhere(
    manager: Manager, api: Callable[..., Any]
) -> None:
    manager.save(query="commit=true")
    manager.put("/commits/promote", query="to_environment=production")

    assert archived(manager).status == 204
    for environment in ("development", "production"):
        assert manager.get("/workflows", f"environment={environment}").json["entries"] == []
        assert manager.get("/workflows/welcome", f"environment={environment}").status == 404
    for key in (account.SECRET_KEY, account.PRODUCTION_KEY):
        answer = api(workflows, "POST", TRIGGER, {"recipients": ["jane"]}, key=key)
        assert (answer.status, answer.json["code"]) == (404, "workflow_missing")
    assert len(manager.get("/commits").json["entries"]) == 1


def test_it_comes_back_when_it_is_saved_and_active_even_if_it_was_not(
    manager: Manager, api: Callable[..., Any]
) -> None:
    manager.save(query="commit=true")
    manager.put("/workflows/welcome/activate", {"status": False})
    archived(manager)

    assert manager.save(query="commit=true").json["workflow"]["active"] is True
    answer = api(workflows, "POST", TRIGGER, {"recipients": ["jane"]}, key=account.SECRET_KEY)
    assert answer.status != 404


def test_what_nobody_has_cannot_be_archived(manager: Manager) -> None:
    for key in ("welcome", "x" * 2000, "%F0%9F%98%80"):
        answer = archived(manager, f"/workflows/{key}")
        assert (answer.status, answer.json["code"]) == (404, "workflow_missing")
    manager.save()
    assert (archived(manager).status, archived(manager).status) == (204, 404)


def test_a_guide_is_archived_too(manager: Manager) -> None:
    channel = {"name": "Guides", "provider": "in_app_guide_knock"}
    manager.put("/channels/tours", {"channel": channel}, "environment=development")
    manager.put("/guides/tour", {"guide": guide(channel_key="tours")}, "commit=true")
    assert archived(manager, "/guides/tour").status == 204
    assert manager.get("/guides").json["entries"] == []


def test_a_run_that_waits_stops_before_its_next_step(services: Services) -> None:
    world = World(services)
    jane = world.user("jane")
    world.workflow("later", [delay(60), IN_APP])
    world.trigger("later", "jane")
    world.settle()
    archive_definition(services.definitions, services.environments, DefinitionKind.WORKFLOW, "later")
    world.advance(61)

    assert world.messages_of(jane) == []
    [halted] = [event for event in world.only_run().events if event.event == "run_halted"]
    assert (halted.data or {})["reason"] == "workflow_inactive"


def test_only_a_service_token_may(manager: Manager) -> None:
    assert manager.call("DELETE", "/workflows/welcome", key=account.SECRET_KEY).status == 403
