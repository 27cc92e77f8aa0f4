"""Sources of events: kept by the management API, opened by secrets of their own, and heard by their worker."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from functions.events.handler import lambda_handler as events
from functions.integrations.env import Env as IntegrationsEnv
from functions.integrations.handler import lambda_handler as integrations
from functions.management.env import Env as ManagementEnv
from tests.builders.definitions import Manager
from tests.builders.function_clock import it_is
from tests.builders.machines import create_machines
from tests.builders.sources import mapping
from tests.builders.world import ENV, IN_APP, World
from tests.conftest import VARIABLES
from tocsin.contract.bus_events import TRIGGER
from tocsin.domain.runs import WorkflowRun
from tocsin.lambda_kit.services import Services

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAID = {"event": "invoice.paid", "userId": "jane", "properties": {"amount": 1.10}}
BUS_TRIGGER = {
    "deployment": VARIABLES["DEPLOYMENT"],
    "environment": ENV,
    "workflow": "thanks",
    "recipients": ["jane"],
}
PATH = "/v1/integrations/receive/development/shop"


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 30_000


@pytest.fixture
def manager(api: Callable[..., Any], services: Services) -> Manager:
    for env in (ManagementEnv, IntegrationsEnv):
        it_is(NOW, env)
    return Manager(api)


def put(manager: Manager, *mappings: Any, key: str = "shop", **fields: Any) -> Any:
    settings = fields.pop("settings", {})
    environment = {"settings": settings, "mappings": list(mappings)}
    source = {"name": "Shop", "environment_settings": {ENV: environment}, **fields}
    return manager.put(f"/sources/{key}", {"source": source})


def a_secret(manager: Manager, query: str = "") -> Any:
    return manager.call("POST", "/sources/shop/secret", query=query).json["secret"]


def sent(api: Callable[..., Any], body: Any = PAID, path: str = PATH, query: str = "", **headers: str) -> Any:
    return api(integrations, "POST", path, body, key=None, query=query, headers=headers)


def queued() -> list[str]:
    queue = boto3.client("sqs")
    found = queue.receive_message(QueueUrl=VARIABLES["EVENTS_QUEUE_URL"], MaxNumberOfMessages=10)
    return [message["Body"] for message in found.get("Messages", [])]


def heard(*bodies: str) -> Any:
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    return events({"Records": records}, Context())


def triggers(services: Services) -> list[WorkflowRun]:
    """As the machine was told to start them."""
    machines = boto3.client("stepfunctions")
    executions = machines.list_executions(stateMachineArn=VARIABLES["RUN_MACHINE_ARN"])["executions"]
    inputs = [machines.describe_execution(executionArn=one["executionArn"])["input"] for one in executions]
    found = (services.workflow_runs.get(ENV, json.loads(text)["workflow_run_id"]) for text in inputs)
    return [run for run in found if run is not None]


def test_a_source_is_made_shown_and_removed(manager: Manager) -> None:
    made = put(manager, mapping("invoice.paid", "thanks"), settings={"user_id_path": "body.who"}).json[
        "source"
    ]

    development = made["environment_settings"][ENV]
    assert (made["key"], made["name"], made["kind"]) == ("shop", "Shop", "http")
    assert development["settings"]["endpoint"] == f"https://tocsin.test{PATH}"
    assert development["settings"]["user_id_path"] == "body.who"
    assert development["mappings"][0]["action_parameters"] == {"key": "thanks", "recipients": "body.userId"}
    assert made["environment_settings"]["production"]["mappings"] == []
    assert manager.get("/sources/shop").json == made
    assert manager.get("/sources").json == {"entries": [made]}
    assert manager.put("/sources/shop", {"source": made}).json["source"] == made

    assert manager.call("DELETE", "/sources/shop").status == 204
    assert manager.get("/sources/shop").status == 404


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name": " "}, "name", "can't be blank"),
        ({"kind": "carrier-pigeon"}, "kind", "must be http or eventbridge"),
        ({"colour": "red"}, "colour", "there is no such field"),
        (
            {"environment_settings": {"moon": {}}},
            "environment_settings.moon",
            "there is no environment 'moon'",
        ),
    ],
)
def test_what_is_wrong_with_a_source_is_named(
    manager: Manager, change: dict[str, Any], field: str, message: str
) -> None:
    assert put(manager, **change).status == 422
    assert message in manager.problems()[field]


def test_the_endpoint_opens_to_the_secret_wherever_a_sender_can_put_it(
    manager: Manager, api: Callable[..., Any]
) -> None:
    put(manager)
    secret = a_secret(manager)

    ways = [
        sent(api, **{"x-webhook-secret": secret}),
        sent(api, authorization=f"Bearer {secret}"),
        sent(api, query=f"secret={secret}"),
    ]

    assert [answer.status for answer in ways] == [204, 204, 204]
    tasks = queued()
    assert len(tasks) == 3
    assert not any(secret in task for task in tasks)


def test_nobody_gets_in_with_another_secret_or_by_another_door(
    manager: Manager, api: Callable[..., Any]
) -> None:
    put(manager)
    secret = a_secret(manager)
    put(manager, key="bus", kind="eventbridge", settings={"event_bus_source": "com.acme"})

    elsewhere = PATH.replace("development", "production")
    answers = [
        sent(api),
        sent(api, **{"x-webhook-secret": secret + "x"}),
        sent(api, path=elsewhere, **{"x-webhook-secret": secret}),
        sent(api, path=PATH.replace("shop", "nobody"), **{"x-webhook-secret": secret}),
        sent(api, path=PATH.replace("shop", "bus"), **{"x-webhook-secret": secret}),
        sent(api, {"no": "name"}, **{"x-webhook-secret": secret}),
        sent(api, [PAID], **{"x-webhook-secret": secret}),
    ]

    assert [answer.status for answer in answers] == [401, 401, 401, 404, 404, 422, 422]
    said = [answer.json["message"] for answer in answers[:3]]
    for message, words in zip(
        said, ("no secret came", "not the secret", "has no secret in 'production' yet"), strict=True
    ):
        assert words in message
    assert queued() == []
    assert manager.call("POST", "/sources/bus/secret").status == 422


def test_a_new_secret_takes_over_within_a_day(manager: Manager, api: Callable[..., Any]) -> None:
    put(manager)
    first, second = a_secret(manager), a_secret(manager)
    statuses = [sent(api, **{"x-webhook-secret": secret}).status for secret in (first, second)]

    it_is(NOW + timedelta(hours=25), IntegrationsEnv)
    statuses += [sent(api, **{"x-webhook-secret": secret}).status for secret in (first, second)]

    assert statuses == [204, 204, 401, 204]
    assert first not in str(manager.get("/sources").json)


def test_an_event_that_was_taken_in_triggers_what_is_mapped_to_it(
    manager: Manager, api: Callable[..., Any], services: Services
) -> None:
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    World(services).workflow("thanks", [IN_APP])
    put(manager, mapping("invoice.paid", "thanks", data="body.properties"))
    sent(api, **{"x-webhook-secret": a_secret(manager)})

    [task] = queued()
    assert heard(task, task, "not a task") == {"batchItemFailures": [{"itemIdentifier": "2"}]}

    runs = triggers(services)
    assert {(run.workflow, str(run.data), run.integration) for run in runs} == {
        ("thanks", "{'amount': Decimal('1.1')}", "shop")
    }
    assert len({run.id for run in runs}) == 1


def test_an_event_on_the_bus_triggers_a_workflow_once(services: Services) -> None:
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    World(services).workflow("thanks", [IN_APP])
    detail = {**BUS_TRIGGER, "data": {"n": 1.5}}
    event = {"id": "e-1", "source": "com.acme", "detail-type": TRIGGER, "detail": detail}
    lost = {**event, "id": "e-2", "detail": {**detail, "environment": None}}

    assert heard(json.dumps(event), json.dumps(event), json.dumps(lost)) == {"batchItemFailures": []}

    runs = triggers(services)
    assert len({run.id for run in runs}) == 1
    assert (str(runs[0].data["n"]), runs[0].integration) == ("1.5", "eventbridge")


def test_a_trigger_for_another_deployment_is_none_though_its_source_is_listened_to(
    services: Services,
) -> None:
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    World(services).workflow("thanks", [IN_APP])
    event = {"id": "e-1", "source": "com.acme", "detail-type": TRIGGER}

    heard(json.dumps({**event, "detail": {**BUS_TRIGGER, "deployment": "tocsin-dev"}}))
    heard(json.dumps({**event, "detail": {**BUS_TRIGGER, "deployment": None}}))

    assert triggers(services) == []


def test_events_of_the_bus_are_for_the_sources_that_name_them(manager: Manager, services: Services) -> None:
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    World(services).workflow("thanks", [IN_APP])
    mapped = mapping("OrderShipped", "thanks", "body.detail.customer")
    put(manager, mapped, key="bus", kind="eventbridge", settings={"event_bus_source": "com.acme"})
    event = {"id": "e-1", "detail-type": "OrderShipped", "detail": {"customer": "jane"}}

    heard(json.dumps({**event, "source": "com.acme"}), json.dumps({**event, "source": "com.other"}))

    [run] = triggers(services)
    assert run.recipients[0].ref.id == "jane"
