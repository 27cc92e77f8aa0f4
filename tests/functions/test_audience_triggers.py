"""Audiences that trigger workflows: declared through the management API, and carried out by two workers."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from functions.events.handler import lambda_handler as events
from functions.on_change.env import Env as OnChangeEnv
from functions.on_change.handler import lambda_handler as on_change
from tests.builders.definitions import Manager, in_app_step, workflow
from tests.builders.function_clock import it_is
from tests.builders.machines import create_machines
from tests.builders.world import ENV, IN_APP, World
from tests.conftest import VARIABLES
from tests.functions.test_workers import Context
from tocsin.domain.audiences import Addition, Membership
from tocsin.domain.recipients import TENANTS, RecipientRef
from tocsin.domain.runs import TriggeredRecipient
from tocsin.lambda_kit.services import Services, services_for
from tocsin.store import keys

TRIGGERS = "/audiences/vips/triggers"
ADDS = {"type": "update_audience", "ref": "ua_1", "settings": {"audience_key": "vips", "action": "add"}}


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


def shown(*workflows: str, environment: str = ENV) -> dict[str, Any]:
    return {"audience_key": "vips", "environment": environment, "workflows": list(workflows)}


def problem(answer: Any) -> tuple[str, str]:
    assert answer.status == 422, answer.json
    [error] = answer.json["errors"]
    return error["field"], error["message"]


def test_triggers_are_set_shown_and_taken_away_in_each_environment_by_itself(manager: Manager) -> None:
    manager.save(query="commit=true")
    assert manager.get(TRIGGERS).json == shown()

    assert manager.put(TRIGGERS, {"workflows": ["welcome"]}).json == shown("welcome")
    assert manager.get(TRIGGERS).json == shown("welcome")
    assert manager.get(TRIGGERS, "environment=production").json == shown(environment="production")

    assert manager.put(TRIGGERS, {"workflows": []}).json == shown()
    assert manager.get(TRIGGERS).json == shown()


def test_only_what_is_committed_there_can_be_triggered(manager: Manager) -> None:
    manager.save()
    refused = manager.put(TRIGGERS, {"workflows": ["welcome"]})
    assert problem(refused) == (
        "workflows.0",
        "no workflow 'welcome' has been committed in development; commit or promote it first",
    )
    assert problem(manager.put(TRIGGERS, {"workflows": ["no such key!"]}))[0] == "workflows.0"
    too_many = [f"workflow-{number}" for number in range(11)]
    assert problem(manager.put(TRIGGERS, {"workflows": too_many}))[0] == "workflows"
    assert manager.put(TRIGGERS, {"workflow": "welcome"}).status == 422


def test_a_workflow_does_not_add_to_the_audience_that_triggers_it(manager: Manager) -> None:
    """Whichever of the two is said first, and what is promoted is looked at again: triggers are each environment's."""
    adding = workflow(in_app_step(), ADDS)
    manager.save(query="commit=true")
    manager.put("/commits/promote", query="to_environment=production")
    manager.put(TRIGGERS, {"workflows": ["welcome"]}, "environment=production")
    manager.save(definition=adding, query="commit=true")

    refused = manager.put(TRIGGERS, {"workflows": ["welcome"]})
    assert problem(refused) == (
        "workflows.0",
        "the workflow 'welcome' adds to the audience 'vips', so its entry cannot trigger it",
    )
    field, message = problem(manager.put("/commits/promote", query="to_environment=production"))
    assert field == "steps.1.settings.audience_key"
    assert "triggers this workflow in production" in message

    manager.save(query="commit=true")
    manager.put(TRIGGERS, {"workflows": ["welcome"]})
    assert problem(manager.save(definition=adding))[0] == "steps.1.settings.audience_key"


def test_an_entry_goes_through_the_queue_of_events_and_starts_one_run(services: Services) -> None:
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    world = World(services)
    world.user("jane")
    world.workflow("welcome", [IN_APP])
    services.definitions.put_audience_triggers(ENV, "vips", ["welcome", "gone"])
    world.listen()
    services.audiences.add_all(ENV, "vips", [Addition(Membership("jane", "acme"), world.now)])
    assert world.stream is not None

    counts = on_change({"Records": world.stream.take()}, Context())
    assert (counts["records"], counts["triggered"]) == (1, 2)
    bodies = queued() * 2
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    assert events({"Records": records}, Context()) == {"batchItemFailures": []}

    [run_id] = {task["workflow_run_id"] for task in started()}
    run = services.workflow_runs.get(ENV, run_id)
    assert run is not None
    assert (run.workflow, run.audience, run.triggered_at) == ("welcome", "vips", world.now)
    assert run.tenant == TriggeredRecipient(RecipientRef(TENANTS, "acme"))


def test_an_entry_asks_once_in_a_while_what_audiences_trigger_and_nothing_else_does(
    services: Services,
) -> None:
    world, asked = World(services), queries(keys.audience_triggers(ENV))
    it_is(world.now, OnChangeEnv)
    world.listen()
    assert world.stream is not None

    for tenant, expected in ((None, 0), ("acme", 1), ("globex", 1)):
        world.user("jane", plan=tenant)
        if tenant is not None:
            services.audiences.add_all(ENV, "vips", [Addition(Membership("jane", tenant), world.now)])
        counts = on_change({"Records": world.stream.take()}, Context())
        assert (counts["triggered"], len(asked)) == (0, expected)


def queries(partition: str) -> list[Any]:
    """Those of it that the listener makes, as they come."""
    found: list[Any] = []

    def look(params: dict[str, Any], **_: Any) -> None:
        values = params["ExpressionAttributeValues"].values()
        found.extend(value for value in values if value == {"S": partition})

    table: Any = services_for(OnChangeEnv.load()).table
    table._client.meta.events.register("provide-client-params.dynamodb.Query", look)
    return found


def queued() -> list[str]:
    queue = boto3.client("sqs")
    found = queue.receive_message(QueueUrl=VARIABLES["EVENTS_QUEUE_URL"], MaxNumberOfMessages=10)
    return [message["Body"] for message in found.get("Messages", [])]


def started() -> list[dict[str, Any]]:
    machines = boto3.client("stepfunctions")
    executions = machines.list_executions(stateMachineArn=VARIABLES["RUN_MACHINE_ARN"])["executions"]
    return [
        json.loads(machines.describe_execution(executionArn=one["executionArn"])["input"])
        for one in executions
    ]
