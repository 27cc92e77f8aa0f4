"""Trigger and cancel, called as API Gateway calls them; what they start is read from the machines and queues."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest

from functions.workflows.handler import lambda_handler
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
def call(world: World, api: Callable[..., Any]) -> Callable[..., Any]:
    def post(path: str, body: object, **more: Any) -> Any:
        return api(lambda_handler, "POST", f"/v1/workflows/{path}", body, **more)

    return post


def _started() -> list[dict[str, Any]]:
    machines = boto3.client("stepfunctions")
    executions = machines.list_executions(stateMachineArn=VARIABLES["RUN_MACHINE_ARN"])["executions"]
    return [
        json.loads(machines.describe_execution(executionArn=execution["executionArn"])["input"])
        for execution in executions
    ]


def _queued(queue: str) -> list[dict[str, Any]]:
    answer = boto3.client("sqs").receive_message(QueueUrl=VARIABLES[queue], MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_a_trigger_is_stored_started_and_answered_with_its_run(
    call: Callable[..., Any], world: World
) -> None:
    answer = call("hello/trigger", {"recipients": ["jane"], "data": {"n": 1}})

    run_id = answer.json["workflow_run_id"]
    stored = world.services.workflow_runs.get(ENV, run_id)
    assert stored is not None
    assert stored.data == {"n": 1}
    [task] = _started()
    assert (task["type"], task["workflow_run_id"], task["limit"]) == ("start_runs.v1", run_id, 1)


def test_a_large_trigger_goes_to_the_fan_out_queue(call: Callable[..., Any]) -> None:
    answer = call("hello/trigger", {"recipients": [f"user-{number}" for number in range(201)]})

    assert _started() == []
    [task] = _queued("FAN_OUT_QUEUE_URL")
    assert task["workflow_run_id"] == answer.json["workflow_run_id"]


def test_a_trigger_for_objects_starts_them_at_once_and_their_subscribers_through_the_queue(
    call: Callable[..., Any],
) -> None:
    project = {"id": "p-1", "collection": "projects"}
    run_id = call("hello/trigger", {"recipients": ["jane", project]}).json["workflow_run_id"]

    [started], [queued] = _started(), _queued("FAN_OUT_QUEUE_URL")
    assert (started["workflow_run_id"], started["limit"]) == (run_id, 2)
    assert (queued["workflow_run_id"], queued["collection"], queued["object_id"]) == (
        run_id,
        "projects",
        "p-1",
    )


def test_a_trigger_that_is_refused_starts_nothing(call: Callable[..., Any], world: World) -> None:
    head = world.services.definitions.head(ENV, DefinitionKind.WORKFLOW, "hello")
    assert head is not None
    world.services.definitions.save_head(ENV, replace(head, active=False))

    refusals = [
        call("absent/trigger", {"recipients": ["jane"]}),
        call("hello/trigger", {"recipients": ["jane"]}),
        call("hello/trigger", {"recipients": "jane"}),
        call("hello/trigger", "{"),
    ]

    assert [(answer.status, answer.json["code"]) for answer in refusals] == [
        (404, "workflow_missing"),
        (422, "workflow_inactive"),
        (422, "invalid_params"),
        (422, "invalid_params"),
    ]
    assert _started() == []


def test_an_actor_must_be_known_or_come_inline(call: Callable[..., Any]) -> None:
    unknown = call("hello/trigger", {"recipients": ["jane"], "actor": "stranger"})
    inline = call("hello/trigger", {"recipients": ["jane"], "actor": {"id": "stranger", "name": "S"}})
    assert (unknown.status, unknown.json["code"]) == (422, "actor_missing")
    assert inline.status == 200


CHANNEL = "00000000-0000-4000-a000-000000000001"
EVERYTHING: dict[str, Any] = {
    "channel_data": {CHANNEL: {"tokens": ["a"]}},
    "preferences": {"default": {"workflows": {"hello": True}}, "acme": {"channel_types": {"sms": False}}},
}


def test_channel_data_and_preferences_come_along_with_whoever_is_sent_inline(
    call: Callable[..., Any], services: Services
) -> None:
    project = {"id": "p-1", "collection": "projects", **EVERYTHING}
    body = {
        "recipients": ["tom", {"id": "jane", **EVERYTHING}, project],
        "actor": {"id": "ann", **EVERYTHING},
        "tenant": {"id": "acme", **EVERYTHING},
    }
    answer = call("hello/trigger", body)
    assert answer.status == 200
    run = services.workflow_runs.get(ENV, answer.json["workflow_run_id"])
    assert run is not None
    tom, jane, named = run.recipients
    assert (tom.properties, tom.channel_data, tom.preferences) == (None, {}, {})
    for one in (jane, named, run.actor, run.tenant):
        assert one is not None
        assert {"channel_data": one.channel_data, "preferences": one.preferences} == EVERYTHING
        assert one.properties == {}


WRONG_SETS = {"default": {"workflow": {}, "channel_types": {"fax": True}}, "": {}}


@pytest.mark.parametrize(
    ("inline", "fields"),
    [
        ({"channel_data": []}, ["channel_data"]),
        ({"channel_data": {CHANNEL: ["a"]}}, [f"channel_data.{CHANNEL}"]),
        ({"channel_data": {CHANNEL: None}}, [f"channel_data.{CHANNEL}"]),
        ({"preferences": "none"}, ["preferences"]),
        ({"preferences": {"default": None}}, ["preferences.default"]),
        (
            {"preferences": WRONG_SETS},
            ["preferences.default.workflow", "preferences.default.channel_types.fax", "preferences"],
        ),
    ],
)
def test_what_has_the_wrong_shape_is_refused_by_its_field(
    call: Callable[..., Any], inline: dict[str, Any], fields: list[str]
) -> None:
    jane = {"id": "jane", **inline}
    for place, body in (
        ("recipients.1", {"recipients": ["tom", jane]}),
        ("actor", {"recipients": ["tom"], "actor": jane}),
        ("tenant", {"recipients": ["tom"], "tenant": jane}),
    ):
        answer = call("hello/trigger", body)
        assert answer.status == 422
        assert [problem["field"] for problem in answer.json["errors"]] == [f"{place}.{one}" for one in fields]
    assert _started() == []


@pytest.mark.parametrize("settings", ["1", "1.5", "[]"])
def test_settings_that_are_no_object_are_refused(call: Callable[..., Any], settings: str) -> None:
    answer = call("hello/trigger", f'{{"recipients": ["jane"], "settings": {settings}}}')
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "settings")


def test_a_repeated_idempotency_key_answers_the_same(call: Callable[..., Any]) -> None:
    body, headers = {"recipients": ["jane"]}, {"Idempotency-Key": "k"}
    first = call("hello/trigger", body, headers=headers)
    second = call("hello/trigger", body, headers=headers)
    other = call("hello/trigger", {"recipients": ["tom"]}, headers=headers)

    assert second.json == first.json
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["original-x-request-id"] == "request-1"
    assert (other.status, other.json["code"]) == (422, "idempotency_key_mismatch")


def test_an_idempotency_key_of_full_length_is_taken(call: Callable[..., Any]) -> None:
    body, headers = {"recipients": ["jane"]}, {"Idempotency-Key": "k" * 255}
    assert call("hello/trigger", body, headers=headers).status == 200
    assert "idempotent-replayed" in call("hello/trigger", body, headers=headers).headers


def test_an_idempotency_key_that_is_too_long_is_named(call: Callable[..., Any]) -> None:
    answer = call("hello/trigger", {"recipients": ["jane"]}, headers={"Idempotency-Key": "k" * 256})
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"


@pytest.fixture
def notify(world: World, api: Callable[..., Any]) -> Callable[..., Any]:
    """What clients of the first days call."""

    def post(path: str, body: object, **more: Any) -> Any:
        return api(lambda_handler, "POST", f"/v1/notify{path}", body, **more)

    return post


def test_a_workflow_is_triggered_by_the_name_in_the_body(notify: Callable[..., Any], world: World) -> None:
    body = {"name": "hello", "actor": None, "recipients": ["jane"], "data": {"n": 1}}
    answer, again = (notify("", body, headers={"idempotency-key": "once"}) for _ in range(2))

    assert answer.json == again.json
    stored = world.services.workflow_runs.get(ENV, answer.json["result_id"])
    assert stored is not None
    assert (stored.workflow, stored.data) == ("hello", {"n": 1})
    assert again.headers["idempotent-replayed"] == "true"


def test_a_name_that_is_no_workflows_is_refused(notify: Callable[..., Any]) -> None:
    missing = notify("", {"name": "absent", "recipients": ["jane"]})
    nameless = [notify("", {"recipients": ["jane"]}), notify("/cancel", {"cancellation_key": "k"})]
    nameless.append(notify("", {"name": "", "recipients": ["jane"]}))

    assert (missing.status, missing.json["code"]) == (404, "workflow_missing")
    assert [answer.status for answer in nameless] == [422] * 3


def test_a_workflow_is_cancelled_by_the_name_in_the_body(notify: Callable[..., Any]) -> None:
    answer = notify("/cancel", {"name": "hello", "cancellation_key": "k", "recipients": ["jane"]})

    assert answer.status == 204
    [task] = _queued("BULK_QUEUE_URL")
    assert (task["workflow"], task["cancellation_key"]) == ("hello", "k")


def test_cancelling_is_accepted_and_left_to_the_worker(call: Callable[..., Any]) -> None:
    answer = call(
        "hello/cancel", {"cancellation_key": "k", "recipients": ["jane", {"id": "p", "collection": "teams"}]}
    )

    assert answer.status == 204
    [task] = _queued("BULK_QUEUE_URL")
    assert task["cancellation_key"] == "k"
    assert task["recipients"] == [["$users", "jane"], ["teams", "p"]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"cancellation_key": ""},
        {"cancellation_key": "k", "recipients": [1]},
        {"cancellation_key": "k", "recipients": [{"id": "p", "collection": "a/b"}]},
        {"cancellation_key": "k", "recipients": [{"id": "p", "collection": "c" * 257}]},
    ],
)
def test_a_cancellation_needs_a_key_and_recipients_that_are_some(
    call: Callable[..., Any], body: object
) -> None:
    assert call("hello/cancel", body).status == 422
    assert _queued("BULK_QUEUE_URL") == []


def test_a_wrong_recipient_is_named_once_and_where_it_is(call: Callable[..., Any]) -> None:
    recipients = ["jane", "a/b", {"id": "tom", "email": 7}, 5, {"name": "nobody"}]
    answer = call("hello/trigger", {"recipients": recipients})

    found = [(error["field"], error["message"]) for error in answer.json["errors"]]
    assert found == [
        ("recipients.1", "must not contain '/'"),
        ("recipients.2", "`email`: Input should be a valid string"),
        ("recipients.3", "input should be a valid dictionary or object to extract fields from"),
        ("recipients.4.id", "field required"),
    ]
    assert _started() == []
