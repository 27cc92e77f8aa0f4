"""Trigger data that its workflow's schema refuses: from the save to the 422, and what checking costs."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from functions.workflows.handler import lambda_handler
from tests.builders.definitions import Manager, in_app_step, workflow
from tests.builders.machines import create_machines
from tests.builders.world import ENV, World
from tests.conftest import VARIABLES
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services

ORDER = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}
Trigger = Callable[..., Any]


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


@pytest.fixture
def world(services: Services) -> World:
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    world = World(services)
    world.user("jane", name="Jane")
    return world


@pytest.fixture
def trigger(world: World, api: Callable[..., Any]) -> Trigger:
    def post(data: object, **body: Any) -> Any:
        wanted = {"recipients": ["jane"], "data": data, **body}
        return api(lambda_handler, "POST", "/v1/workflows/order/trigger", wanted)

    return post


def save(manager: Manager, schema: object, query: str = "commit=true") -> Any:
    content = workflow(in_app_step(), trigger_data_json_schema=schema)
    return manager.put("/workflows/order", {"workflow": content}, query)


def test_data_that_the_schema_refuses_is_answered_with_what_is_wrong(
    manager: Manager, trigger: Trigger
) -> None:
    assert save(manager, ORDER).status == 200

    answer = trigger({"total": "a lot"})

    assert (answer.status, answer.json["code"]) == (422, "invalid_params")
    [problem] = answer.json["errors"]
    assert problem == {"field": "data.total", "message": "must be of the type number", "type": "type"}
    assert trigger({"total": 1.5}).status == 200


def test_a_trigger_without_data_is_checked_as_well(manager: Manager, trigger: Trigger) -> None:
    save(manager, ORDER)

    assert [problem["field"] for problem in trigger(None).json["errors"]] == ["data.total"]


def test_a_schema_counts_from_its_commit_on(manager: Manager, trigger: Trigger) -> None:
    save(manager, {})
    save(manager, ORDER, query="")
    assert trigger({}).status == 200

    save(manager, ORDER)
    assert trigger({}).status == 422

    save(manager, {})
    assert trigger({}).status == 200


def test_switching_a_workflow_off_and_on_keeps_its_schema(manager: Manager, trigger: Trigger) -> None:
    save(manager, ORDER)
    for status in (False, True):
        assert manager.put("/workflows/order/activate", {"status": status}).status == 200

    assert trigger({}).status == 422


def test_an_unknown_actor_is_told_before_the_data_is_looked_at(manager: Manager, trigger: Trigger) -> None:
    save(manager, ORDER)

    assert trigger({}, actor="nobody").json["code"] == "actor_missing"


def test_a_schema_that_is_none_is_not_saved(manager: Manager) -> None:
    answer = save(manager, {"properties": {"total": {"type": "money"}}})

    assert answer.status == 422
    [problem] = answer.json["errors"]
    assert problem["field"] == "trigger_data_json_schema.properties.total.type"


def test_a_schema_costs_one_read_in_the_life_of_a_process_and_none_where_there_is_none(
    manager: Manager, world: World
) -> None:
    save(manager, ORDER)
    calls: Counter[str] = Counter()
    world.services.table._client.meta.events.register(
        "before-call", lambda model, **_: calls.update([model.name])
    )

    world.trigger("order", "jane", data={"total": 1})
    first = calls.pop("GetItem")
    world.trigger("order", "jane", data={"total": 2})
    second = calls.pop("GetItem")
    save(manager, {})
    calls.clear()
    world.trigger("order", "jane")

    assert (first, second, calls["GetItem"]) == (2, 1, 1)


def test_the_head_says_whether_there_is_a_schema(manager: Manager, services: Services) -> None:
    save(manager, ORDER)

    head = services.definitions.head(ENV, DefinitionKind.WORKFLOW, "order")
    assert head is not None
    assert head.has_schema
