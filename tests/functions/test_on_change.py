"""The listener's handler: records as Lambda brings them, and executions of RUN that come of them."""

import copy
import json
from typing import Any

import boto3
import pytest

from functions.on_change.handler import lambda_handler as on_change
from functions.run_steps.handler import lambda_handler as run_steps
from tests.builders.machines import create_machines
from tests.builders.waits import OF_RECIPIENT, that, wait_for
from tests.builders.world import ENV, World
from tests.conftest import VARIABLES
from tests.functions.test_workers import Context
from tocsin.domain.recipients import user
from tocsin.domain.runs import RunStatus
from tocsin.lambda_kit.services import Services

RUN = VARIABLES["RUN_MACHINE_ARN"]


@pytest.fixture
def world(services: Services) -> World:
    """Jane has a run that waits until she is on another plan."""
    create_machines(RUN, VARIABLES["WHEEL_MACHINE_ARN"])
    world = World(services)
    world.user("jane", plan="free")
    world.workflow("upgrade", [wait_for(OF_RECIPIENT, [that("event.properties.plan", "pro")])])
    world.trigger("upgrade", "jane")
    world.settle()
    world.listen()
    world.now = world.now.replace(second=2)
    return world


def changed(world: World, **properties: Any) -> list[dict[str, Any]]:
    world.user("jane", **properties)
    assert world.stream is not None
    return world.stream.take()


def counts(records: int = 1, told: int = 0) -> dict[str, int]:
    return {"records": records, "told": told, "triggered": 0, "announced": 0}


def started() -> list[dict[str, Any]]:
    machines = boto3.client("stepfunctions")
    names = [one["executionArn"] for one in machines.list_executions(stateMachineArn=RUN)["executions"]]
    return [json.loads(machines.describe_execution(executionArn=name)["input"]) for name in names]


def test_what_somebody_waits_for_starts_run_which_wakes_them(world: World) -> None:
    assert on_change({"Records": changed(world, plan="pro")}, Context()) == counts(told=1)

    [task] = started()
    assert run_steps(task, Context())["runs"] == 1
    assert world.only_run().status is RunStatus.COMPLETED


def test_an_event_too_large_for_a_task_travels_by_reference(world: World) -> None:
    on_change({"Records": changed(world, plan="pro", story="x" * 150_000)}, Context())

    [task] = started()
    assert list(task["event"]) == ["s3"]
    assert run_steps(task, Context())["runs"] == 1
    assert world.only_run().status is RunStatus.COMPLETED


def test_a_record_that_cannot_be_read_does_not_hold_up_the_others(world: World) -> None:
    good = changed(world, plan="pro")
    broken = {"eventName": "MODIFY", "dynamodb": {"NewImage": {"pk": {"S": "x"}}}}

    assert on_change({"Records": [broken, *good]}, Context()) == counts(records=2, told=1)


def test_neither_does_one_whose_row_cannot_be_read(world: World) -> None:
    good = changed(world, plan="pro")
    broken = copy.deepcopy(good[0])
    broken["dynamodb"]["NewImage"]["updated_at"] = {"NULL": True}

    assert on_change({"Records": [broken, *good]}, Context()) == counts(records=2, told=1)


def test_what_nobody_waits_for_starts_nothing(world: World) -> None:
    world.user("tom")
    assert world.stream is not None
    world.stream.take()
    world.user("tom", plan="pro")

    assert on_change({"Records": world.stream.take()}, Context()) == counts()
    assert started() == []


def test_while_nothing_can_be_started_the_batch_comes_back(world: World) -> None:
    records = changed(world, plan="pro")
    boto3.client("stepfunctions").delete_state_machine(stateMachineArn=RUN)

    with pytest.raises(Exception, match="StateMachine"):
        on_change({"Records": records}, Context())
    assert world.services.recipients.get(ENV, user("jane")) is not None
