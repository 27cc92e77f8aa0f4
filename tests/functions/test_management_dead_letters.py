"""Dead letters through the management API and its command: listed, and sent again page by page."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest

from admin import __main__ as admin
from functions.management.env import Env as ManagementEnv
from functions.management.handler import lambda_handler
from tests.builders.account import SERVICE_TOKEN
from tests.builders.definitions import Manager
from tests.builders.function_clock import it_is
from tests.builders.http_sink import answer, http_sink
from tests.builders.world import EMAIL, World
from tests.conftest import VARIABLES
from tocsin.channels.base import CredentialsError
from tocsin.lambda_kit.services import Services


@pytest.fixture
def world(services: Services) -> World:
    """Three emails that no provider took, a minute apart, the first of them at noon."""
    world = World(services)
    world.workflow("mail", [EMAIL])
    for name in ("ann", "bob", "cyd"):
        world.user(name, email=f"{name}@app.test")
        world.trigger("mail", name)
        world.provider.answers = [CredentialsError("401")]
        world.settle()
        world.now += timedelta(minutes=1)
    it_is(world.now, ManagementEnv)
    return world


@pytest.fixture
def manager(world: World, api: Callable[..., Any]) -> Manager:
    return Manager(api)


def listed(manager: Manager, query: str = "") -> list[str]:
    answered = manager.get("/dead_letters", query)
    assert answered.status == 200, answered
    return [letter["recipient"] for letter in answered.json["entries"]]


def replayed(manager: Manager, body: Any) -> Any:
    return manager.call("POST", "/dead_letters/replay", body, query="environment=development")


def tasks() -> list[str]:
    """Whom the delivery queue has a task for."""
    queue: Any = boto3.client("sqs")
    found = queue.receive_message(QueueUrl=VARIABLES["DELIVERY_QUEUE_URL"], MaxNumberOfMessages=10)
    return sorted(json.loads(message["Body"])["recipient_id"] for message in found.get("Messages", ()))


def test_the_latest_come_first_with_their_reasons(manager: Manager) -> None:
    first = manager.get("/dead_letters", "limit=2").json

    assert [letter["recipient"] for letter in first["entries"]] == ["cyd", "bob"]
    assert first["entries"][0] | {"message_id": "", "channel_id": ""} == {
        "message_id": "",
        "recipient": "cyd",
        "channel_id": "",
        "channel_key": "email",
        "workflow": "mail",
        "failure_reason": "invalid_credentials",
        "failure_details": "401",
        "undelivered_at": "2026-01-01T12:02:00.000Z",
    }
    assert listed(manager, f"limit=2&after={first['page_info']['after']}") == ["ann"]


def test_they_are_narrowed_by_time_and_by_what_they_are_of(manager: Manager) -> None:
    assert listed(manager, "since=2026-01-01T12:01:00Z") == ["cyd", "bob"]
    assert listed(manager, "until=2026-01-01T12:01:00Z") == ["ann"]
    assert listed(manager, "channel_key=email&workflow=other") == []
    assert listed(manager, "environment=production") == []
    refused = manager.get("/dead_letters", "channel_key=emial")
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "channel_key")


def test_a_replay_goes_page_by_page_from_the_oldest(manager: Manager) -> None:
    first = replayed(manager, {"channel_key": "email", "limit": 2}).json
    assert (len(first["replayed"]), first["skipped"]) == (2, 0)
    assert tasks() == ["ann", "bob"]

    last = replayed(manager, {"channel_key": "email", "limit": 2, "after": first["after"]}).json
    assert (len(last["replayed"]), last["after"]) == (1, None)
    assert listed(manager) == []


def test_one_is_replayed_by_its_id_and_only_once(manager: Manager) -> None:
    [letter] = manager.get("/dead_letters", "since=2026-01-01T12:02:00Z").json["entries"]
    named = {"message_ids": [letter["message_id"]]}

    assert replayed(manager, named).json == {"replayed": named["message_ids"], "skipped": 0, "after": None}
    assert tasks() == ["cyd"]
    assert listed(manager) == ["bob", "ann"]


def test_naming_some_and_describing_others_is_refused(manager: Manager) -> None:
    assert replayed(manager, {"message_ids": ["x"], "channel_key": "email"}).status == 422
    assert replayed(manager, {"message_ids": []}).status == 422
    assert replayed(manager, {"chanel_key": "email"}).status == 422


def test_the_command_replays_all_pages_and_tells_how_far_it_is(
    api: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [
        {"replayed": ["a", "b"], "skipped": 0, "after": "cursor"},
        {"replayed": ["c"], "skipped": 1, "after": None},
    ]
    with http_sink() as sink:
        monkeypatch.setenv("TOCSIN_API_URL", sink.url)
        monkeypatch.setenv("TOCSIN_SERVICE_TOKEN", SERVICE_TOKEN)
        sink.plays[:] = [answer(200, json.dumps(page).encode()) for page in pages]
        said = ["--channel", "email", "--since", "2026-01-01T12:00:00Z"]
        assert admin.main(["dead-letters", "replay", *said, "--json"]) == 0

    bodies = [json.loads(request.body) for request in sink.seen]
    described = {"channel_key": "email", "since": "2026-01-01T12:00:00Z", "limit": 100}
    assert bodies == [described, {**described, "after": "cursor"}]
    out, err = capsys.readouterr()
    assert json.loads(out) == {"replayed": ["a", "b", "c"], "skipped": 1}
    assert err.splitlines() == ["2 sent again, 0 skipped", "3 sent again, 1 skipped"]


def test_the_command_lists_what_the_function_answers(
    world: World, api: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answered = api(lambda_handler, "GET", "/v1/dead_letters", key=SERVICE_TOKEN)
    with http_sink() as sink:
        monkeypatch.setenv("TOCSIN_API_URL", sink.url)
        monkeypatch.setenv("TOCSIN_SERVICE_TOKEN", SERVICE_TOKEN)
        sink.plays[:] = [answer(200, json.dumps(answered.json).encode())]
        assert admin.main(["dead-letters", "list"]) == 0

    assert capsys.readouterr().out.count("invalid_credentials  401") == 3


def test_a_replay_of_everything_has_to_be_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin.main(["dead-letters", "replay"]) == 1
    assert "--all" in capsys.readouterr().err
