"""Webhooks from end to end: made by the management API, told of what the table's stream brings, by the worker."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from functions.management.env import Env as ManagementEnv
from functions.on_change.env import Env as OnChangeEnv
from functions.on_change.handler import lambda_handler as on_change
from functions.webhooks import handler as worker
from functions.webhooks.env import Env as WebhooksEnv
from tests.builders.definitions import Manager
from tests.builders.function_clock import it_is
from tests.builders.http_sink import Sink, answer, http_sink
from tests.builders.webhooks import verifies, verify
from tests.builders.world import IN_APP, World
from tests.conftest import VARIABLES
from tests.functions.test_workers import Context
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services

Json = dict[str, Any]


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    worker._http.cache_clear()
    monkeypatch.setenv("OUTBOUND_ALLOWED", "127.0.0.1")
    with http_sink() as sink:
        yield sink
    worker._http.cache_clear()


@pytest.fixture
def world(services: Services, sink: Sink) -> World:
    """Jane gets a message in her feed."""
    world = World(services)
    for env in (ManagementEnv, OnChangeEnv, WebhooksEnv):
        it_is(world.now, env)
    world.user("jane")
    world.workflow("welcome", [IN_APP])
    world.listen()
    return world


@pytest.fixture
def manager(world: World, api: Callable[..., Any]) -> Manager:
    return Manager(api)


def made(manager: Manager, sink: Sink, **fields: Any) -> Json:
    answered = manager.call("POST", "/webhooks", {"webhook": {"url": f"{sink.url}/hear", **fields}})
    assert answered.status == 200, answered
    created: Json = answered.json
    return created


def a_message(world: World) -> list[Json]:
    """The records of the stream that come of it."""
    world.trigger("welcome", "jane")
    assert world.stream is not None
    records: list[Json] = []
    while world._is_busy():
        records += world.stream.take()
        for task in world.runs.take():
            world.run(task)
    return records


def tell(records: list[Json]) -> Any:
    return on_change({"Records": records}, Context())


def work() -> list[str]:
    """Whatever lies in the queue is worked on, once."""
    queue = boto3.client("sqs")
    found = queue.receive_message(QueueUrl=VARIABLES["WEBHOOKS_QUEUE_URL"], MaxNumberOfMessages=10)
    bodies = [message["Body"] for message in found.get("Messages", ())]
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    assert worker.lambda_handler({"Records": records}, Context()) == {"batchItemFailures": []}
    for message in found.get("Messages", ()):
        queue.delete_message(QueueUrl=VARIABLES["WEBHOOKS_QUEUE_URL"], ReceiptHandle=message["ReceiptHandle"])
    return bodies


def test_a_webhook_hears_that_a_message_is_delivered(world: World, manager: Manager, sink: Sink) -> None:
    created = made(manager, sink, event_types=["message.delivered"])

    told = tell(a_message(world))
    work()

    assert told["announced"] > 1
    [request] = sink.seen
    event = json.loads(request.body)
    [message] = world.messages_of(user("jane"))
    assert (event["__typename"], event["type"], event["event_data"]) == ("Event", "message.delivered", None)
    assert event["data"]["__typename"] == "Message"
    assert (event["data"]["id"], event["data"]["status"]) == (message.id, "delivered")
    assert request.headers["x-knock-event"] == "message.delivered"
    assert request.headers["x-knock-environment-id"] == "development"
    verify(created["secret"], request)
    assert verifies(created["secret"], request)


def test_what_the_stream_brings_twice_is_posted_once(world: World, manager: Manager, sink: Sink) -> None:
    made(manager, sink, event_types=["message.delivered"])
    records = a_message(world)

    tell(records)
    tell(records)
    work()

    assert len(sink.seen) == 1


def test_messages_and_runs_tell_of_themselves_from_their_beginning_to_their_end(
    world: World, manager: Manager, sink: Sink
) -> None:
    made(manager, sink)

    tell(a_message(world))
    work()

    assert {request.headers["x-knock-event"] for request in sink.seen} == {
        "workflow_recipient_run.started",
        "message.delivered",
        "workflow_recipient_run.completed",
    }


def test_another_environment_hears_nothing(world: World, manager: Manager, sink: Sink) -> None:
    body = {"webhook": {"url": sink.url}}
    assert manager.call("POST", "/webhooks", body, query="environment=production").status == 200

    assert tell(a_message(world))["announced"] == 0
    assert work() == []


def test_a_disabled_webhook_hears_nothing_within_ten_seconds(
    world: World, manager: Manager, sink: Sink
) -> None:
    created = made(manager, sink)
    path = f"/webhooks/{created['webhook']['id']}"
    assert tell(a_message(world))["announced"] > 0
    assert manager.put(path, {"webhook": {"enabled": False}}).json["webhook"]["enabled"] is False
    for env in (OnChangeEnv, WebhooksEnv):
        it_is(world.now + timedelta(seconds=10), env)

    assert tell(a_message(world))["announced"] == 0
    assert manager.put(path, {"webhook": {"enabled": True}}).json["webhook"]["enabled"] is True


def test_during_a_rotation_both_secrets_verify_and_of_older_ones_nothing_is_left(
    world: World, manager: Manager, sink: Sink
) -> None:
    created = made(manager, sink, event_types=["message.delivered"])
    path = f"/webhooks/{created['webhook']['id']}"

    rotated = manager.call("POST", f"{path}/secret", {}).json
    tell(a_message(world))
    work()

    assert rotated["previous_ends_at"] == "2026-01-02T12:00:00.000Z"
    assert manager.get(path).json["previous_secret_ends_at"] == rotated["previous_ends_at"]
    [request] = sink.seen
    assert verifies(created["secret"], request)
    assert verifies(rotated["secret"], request)
    verify(rotated["secret"], request)
    manager.call("POST", f"{path}/secret", {})
    assert len(boto3.client("secretsmanager").list_secrets()["SecretList"]) == 2


def test_a_webhook_is_shown_without_its_secret_and_removed_with_it(manager: Manager, sink: Sink) -> None:
    created = made(manager, sink, description="Ours")
    path = f"/webhooks/{created['webhook']['id']}"

    assert created["webhook"]["event_types"] == []
    assert manager.get("/webhooks").json == {"entries": [created["webhook"]]}
    assert manager.get(path).json == created["webhook"]
    assert created["secret"] not in json.dumps(manager.get(path).json)
    assert manager.call("DELETE", path).status == 204
    assert manager.get(path).status == 404
    assert boto3.client("secretsmanager").list_secrets()["SecretList"] == []


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"url": ""}, "url", "can't be blank"),
        ({"url": "http://app.test/hear"}, "url", "must begin with https://"),
        ({"url": "https://jane:pw@app.test"}, "url", "no user name or password"),
        ({"url": "https://app.test/{{ data.id }}"}, "url", "there is no Liquid in it"),
        ({"event_types": ["message.invented"]}, "event_types", "there is no event 'message.invented'"),
        ({"event_types": "message.sent"}, "event_types", "must be a list of strings"),
        ({"enabled": "yes"}, "enabled", "must be true or false"),
        ({"colour": "red"}, "colour", "there is no such field"),
    ],
)
def test_what_is_wrong_with_a_webhook_is_named(
    manager: Manager, fields: Json, field: str, message: str
) -> None:
    body = {"webhook": {"url": "https://app.test/hear", **fields}}

    assert manager.call("POST", "/webhooks", body).status == 422
    assert message in manager.problems()[field]


def test_a_sample_shows_what_the_endpoint_answers(manager: Manager, sink: Sink) -> None:
    sink.plays[:] = [answer(418, b"short and stout")]
    created = made(manager, sink)
    path = f"/webhooks/{created['webhook']['id']}"

    begun = manager.call("POST", f"{path}/test", {"event_type": "message.bounced"}).json
    work()

    done = manager.get(f"{path}/deliveries/{begun['event_id']}").json
    assert (begun["status"], done["status"], done["sample"]) == ("pending", "failed", True)
    assert [(one["status"], one["answer"]) for one in done["tries"]] == [(418, "short and stout")]
    verify(created["secret"], sink.seen[0])
    assert json.loads(sink.seen[0].body)["event_data"]["failure_reason"] == "bounced"
    assert manager.call("POST", f"{path}/test", {"event_type": "message.invented"}).status == 422


def test_the_log_lists_the_latest_first_and_one_of_it_is_sent_again(
    world: World, manager: Manager, sink: Sink
) -> None:
    created = made(manager, sink, event_types=["message.delivered"])
    path = f"/webhooks/{created['webhook']['id']}/deliveries"
    for _ in range(2):
        tell(a_message(world))
        world.now += timedelta(minutes=1)
    work()

    latest, earlier = manager.get(path).json["entries"]
    assert latest["event_at"] > earlier["event_at"]
    assert manager.get(path, "limit=1").json["entries"] == [latest]
    assert manager.get(path, "status=failed").json["entries"] == []
    again = manager.call("POST", f"{path}/{earlier['event_id']}/replay", {}).json
    work()

    assert again["status"] == "pending"
    assert sink.seen[-1].headers["webhook-id"] == earlier["event_id"]
    assert manager.get(f"{path}/{earlier['event_id']}").json["status"] == "delivered"
    assert len(sink.seen) == 3

    it_is(world.now + timedelta(days=31), ManagementEnv)
    assert manager.get(path).json["entries"] == []
    assert manager.get(f"{path}/{earlier['event_id']}").status == 404
