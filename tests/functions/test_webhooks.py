"""Webhooks from end to end: made by the management API, told of what the table's stream brings, by the worker."""

import base64
import hashlib
import hmac
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
from tests.builders.http_sink import Seen, Sink, answer, http_sink
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


def verify(secret: str, request: Seen) -> None:
    """As a receiver of Knock's webhooks does."""
    at, signature = (part[2:] for part in request.headers["x-knock-signature"].split(",", 1))
    digest = hmac.new(secret.encode(), f"{at}.{request.body.decode()}".encode(), hashlib.sha256).digest()
    assert signature == base64.b64encode(digest).decode()


def verify_standard(secret: str, request: Seen) -> bool:
    """As a receiver of Standard Webhooks does: one of the signatures has to be right."""
    name, at = (request.headers[f"webhook-{part}"] for part in ("id", "timestamp"))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{name}.{at}.{request.body.decode()}".encode(), hashlib.sha256).digest()
    wanted = f"v1,{base64.b64encode(digest).decode()}"
    return wanted in request.headers["webhook-signature"].split(" ")


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
    assert verify_standard(created["secret"], request)
