"""The test run of a workflow, by whoever manages it: with a service token, through the door of a trigger."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.workflows.handler import lambda_handler
from tests.builders.account import PUBLIC_KEY, SECRET_KEY, SERVICE_TOKEN
from tests.builders.definitions import Manager, delay_step, in_app_step
from tests.builders.definitions import workflow as definition
from tests.builders.dry_runs import everything_stored
from tests.builders.machines import create_machines
from tests.builders.ways import note
from tests.builders.world import ENV, IN_APP, World
from tests.conftest import VARIABLES
from tocsin.contract.workflow_recipient_runs import run_out
from tocsin.domain.definitions import DefinitionKind
from tocsin.lambda_kit.services import Services
from tocsin.usecases.hand_over import hand_over


@pytest.fixture
def world(services: Services) -> World:
    """With the machines that the function starts."""
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    world = World(services)
    world.workflow("hello", [IN_APP])
    return world


@pytest.fixture
def manager(api: Callable[..., Any]) -> Manager:
    return Manager(api)


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
        "settings": {"skip_delay": True},
    }
    answer = run(body, query="environment=development")

    stored = world.services.workflow_runs.get(ENV, answer.json["workflow_run_id"])
    assert stored is not None
    assert [recipient.ref.id for recipient in stored.recipients] == ["jane", "p-1"]
    assert stored.tenant is not None
    assert stored.actor is not None
    assert (stored.tenant.ref.id, stored.actor.ref.id) == ("acme", "tom")
    assert (stored.data, stored.sandbox_mode, stored.skip_delay) == ({"order": 7}, False, True)


def test_each_call_is_a_run_of_its_own(run: Callable[..., Any]) -> None:
    ids = {run({"recipients": ["jane"]}).json["workflow_run_id"] for _ in range(2)}

    assert len(ids) == 2


def test_who_tries_a_workflow_out_may_do_so_again_and_takes_nobodys_only_run(
    run: Callable[..., Any], world: World
) -> None:
    jane = world.user("jane", name="Jane")
    world.workflow("hello", [IN_APP], trigger_frequency="once_per_recipient")
    for _ in range(2):
        tried = world.services.workflow_runs.get(ENV, run({"recipients": ["jane"]}).json["workflow_run_id"])
        assert tried is not None
        hand_over(world.trigger_ports(), ENV, tried)
    for _ in range(2):
        world.trigger("hello", "jane")
    world.settle()

    assert len(world.messages_of(jane)) == 3
    sources = [run_out(one)["trigger_source"]["type"] for one in world.all_runs()]
    assert sorted(sources) == ["api", "rehearsal", "rehearsal"]


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
        (404, "branch_not_found"),
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


def test_in_the_sandbox_nothing_runs_and_the_answer_says_what_would_be_sent(
    run: Callable[..., Any], world: World
) -> None:
    world.user("jane", name="Jane")
    before = everything_stored()
    body = {"recipients": ["jane", {"id": "new", "name": "New"}], "settings": {"sandbox_mode": True}}
    answer = run(body)

    played = answer.json["dry_run"]
    assert (answer.status, played["used_draft"], played["without_run"]) == (200, False, [])
    jane, new = played["runs"]
    assert (jane["recipient"], jane["status"], jane["workflow_run_id"]) == (
        "jane",
        "completed",
        answer.json["workflow_run_id"],
    )
    events = [event["event"] for event in jane["events"]]
    assert events == ["run_started", "message_enqueued", "run_completed"]
    [message] = new["messages"]
    assert (message["channel"]["key"], message["status"]) == ("in-app", "delivered")
    assert message["content"]["data"]["blocks"][0]["rendered"] == "<p>Hi <strong>New</strong></p>"
    assert everything_stored() == before


def test_a_draft_is_played_and_never_run(run: Callable[..., Any], manager: Manager, world: World) -> None:
    world.user("jane", name="Jane")
    manager.save("hello", definition(delay_step(), in_app_step(template={"markdown_body": "Draft"})))

    refused = run({"recipients": ["jane"], "settings": {"use_draft": True}})
    assert (refused.status, "needs `sandbox_mode`" in str(refused.json)) == (422, True)
    played = run({"recipients": ["jane"], "settings": {"use_draft": True, "sandbox_mode": True}})
    [jane] = played.json["dry_run"]["runs"]
    assert jane["messages"][0]["content"]["data"]["blocks"][0]["content"] == "Draft"


def test_a_dry_run_is_refused_where_a_run_would_be(run: Callable[..., Any]) -> None:
    sandbox = {"settings": {"sandbox_mode": True}}
    missing = run({"recipients": ["jane"], **sandbox}, workflow="absent")
    crowd = run({"recipients": [f"user-{number}" for number in range(26)], **sandbox})
    product = run({"recipients": ["jane"], **sandbox}, key=SECRET_KEY)

    assert [(one.status, one.json["code"]) for one in (missing, crowd)] == [
        (404, "workflow_missing"),
        (422, "invalid_params"),
    ]
    assert product.status == 403


def test_more_than_fits_an_answer_is_refused(run: Callable[..., Any], world: World) -> None:
    world.workflow("hello", [note("{{ data.text }}", "n")])
    many = [{"id": f"user-{number}"} for number in range(25)]
    body = {"recipients": many, "data": {"text": "x" * 99_000}, "settings": {"sandbox_mode": True}}

    refused = run(body)
    assert (refused.status, "name fewer of them" in refused.json["message"]) == (422, True)
