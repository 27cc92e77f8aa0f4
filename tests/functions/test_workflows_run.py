"""The test run of a workflow, by whoever manages it: with a service token, through the door of a trigger."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.workflows.handler import lambda_handler
from tests.builders.account import PUBLIC_KEY, SECRET_KEY, SERVICE_TOKEN
from tests.builders.machines import create_machines
from tests.builders.world import ENV, IN_APP, World
from tests.conftest import VARIABLES
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services


@pytest.fixture
def world(services: Services) -> World:
    """With the machines that the function starts."""
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    world = World(services)
    world.workflow("hello", [IN_APP])
    return world


@pytest.fixture
def run(world: World, api: Callable[..., Any]) -> Callable[..., Any]:
    def put(body: object, workflow: str = "hello", key: str = SERVICE_TOKEN, query: str = "") -> Any:
        path = f"/v1/workflows/{workflow}/run"
        return api(lambda_handler, "PUT", path, body, key=key, query=query)

    return put


def test_a_run_is_stored_with_all_that_was_said_of_it(run: Callable[..., Any], world: World) -> None:
    body = {
        "recipients": ["jane", {"id": "p-1", "collection": "projects"}],
        "tenant": "acme",
        "actor": {"id": "tom", "name": "Tom"},
        "data": {"order": 7},
        "settings": {"sandbox_mode": True},
    }
    answer = run(body, query="environment=development")

    stored = world.services.workflow_runs.get(ENV, answer.json["workflow_run_id"])
    assert stored is not None
    assert [recipient.ref.id for recipient in stored.recipients] == ["jane", "p-1"]
    assert stored.tenant is not None
    assert stored.actor is not None
    assert (stored.tenant.ref.id, stored.actor.ref.id) == ("acme", "tom")
    assert (stored.data, stored.sandbox_mode, stored.skip_delay) == ({"order": 7}, True, False)


def test_each_call_is_a_run_of_its_own(run: Callable[..., Any]) -> None:
    ids = {run({"recipients": ["jane"]}).json["workflow_run_id"] for _ in range(2)}

    assert len(ids) == 2


def test_what_a_trigger_would_refuse_is_refused(run: Callable[..., Any], world: World) -> None:
    missing = run({"recipients": ["jane"]}, workflow="absent")
    nobody = run({"recipients": []})
    elsewhere = run({"recipients": ["jane"]}, query="environment=production")
    branched = run({"recipients": ["jane"]}, query="branch=feature")
    head = world.services.definitions.head(ENV, DefinitionKind.WORKFLOW, "hello")
    assert head is not None
    world.services.definitions.save_head(ENV, replace(head, active=False))
    inactive = run({"recipients": ["jane"]})

    answers = [missing, nobody, elsewhere, branched, inactive]
    assert [(answer.status, answer.json["code"]) for answer in answers] == [
        (404, "workflow_missing"),
        (422, "invalid_params"),
        (404, "workflow_missing"),
        (422, "invalid_params"),
        (422, "workflow_inactive"),
    ]


@pytest.mark.parametrize("key", [SECRET_KEY, PUBLIC_KEY])
def test_only_a_service_token_runs_a_workflow(run: Callable[..., Any], key: str) -> None:
    answer = run({"recipients": ["jane"]}, key=key)

    assert answer.status == 403
    assert "needs a service key" in answer.json["message"]


def test_a_service_token_triggers_nothing(world: World, api: Callable[..., Any]) -> None:
    """It names its environment in the query, and a product's key is bound to one."""
    answer = api(
        lambda_handler, "POST", "/v1/workflows/hello/trigger", {"recipients": ["jane"]}, key=SERVICE_TOKEN
    )

    assert answer.status == 403
