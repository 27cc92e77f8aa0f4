"""`python -m admin dry-run`, as an engineer types it: what is asked of the API, and how its answer reads."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from admin import __main__ as admin
from functions.workflows.handler import lambda_handler
from tests.builders.account import SERVICE_TOKEN
from tests.builders.http_sink import Sink, answer, http_sink
from tests.builders.world import EMAIL, IN_APP, World, delay
from tocsin.lambda_kit.services import Services


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """The API's place."""
    with http_sink() as running:
        monkeypatch.setenv("TOCSIN_API_URL", running.url)
        monkeypatch.setenv("TOCSIN_SERVICE_TOKEN", SERVICE_TOKEN)
        yield running


@pytest.fixture
def api_behind(sink: Sink, api: Callable[..., Any]) -> Callable[..., None]:
    """Puts there what the function answers to such a request."""

    def put(workflow: str, body: dict[str, Any]) -> None:
        answered = api(lambda_handler, "PUT", f"/v1/workflows/{workflow}/run", body, key=SERVICE_TOKEN)
        sink.plays[:] = [answer(answered.status, json.dumps(answered.json).encode())]

    return put


def test_a_timeline_says_what_happens_when_and_why_not(
    services: Services, sink: Sink, api_behind: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(services)
    world.workflow("hello", [EMAIL, delay(3600), IN_APP])
    recipients = [{"id": "jane", "name": "Jane"}, {"collection": "projects", "id": "p-1"}]
    asked = {
        "recipients": recipients,
        "data": {"n": 1},
        "actor": None,
        "tenant": "acme",
        "settings": {"sandbox_mode": True, "use_draft": False},
    }
    api_behind("hello", asked)

    who = ["--recipient", json.dumps(recipients[0]), "--recipient", "projects/p-1", "--tenant", "acme"]
    assert admin.main(["dry-run", "hello", *who, "--data", '{"n": 1}']) == 0
    [request] = sink.seen
    assert (request.method, request.path) == ("PUT", "/v1/workflows/hello/run?environment=development")
    assert json.loads(request.body) == asked
    assert request.headers["authorization"] == f"Bearer {SERVICE_TOKEN}"
    out = capsys.readouterr().out
    assert "jane: completed, 1 message\n" in out
    assert "email_1   step_skipped      reason: missing_channel_data" in out
    assert "in_app_1  message_enqueued  delivered through in-app" in out
    assert "projects/p-1: completed, 0 messages" in out
    assert "run_halted !  reason: recipient_missing" in out


def test_json_is_what_the_api_said(
    services: Services, sink: Sink, api_behind: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    World(services).workflow("hello", [IN_APP])
    api_behind("hello", {"recipients": [{"id": "jane", "name": "J"}], "settings": {"sandbox_mode": True}})
    capsys.readouterr()  # the line that the function wrote into its log

    assert admin.main(["dry-run", "hello", "--recipient", "jane", "--json"]) == 0
    [run] = json.loads(capsys.readouterr().out)["runs"]
    assert run["messages"][0]["content"]["data"]["blocks"][0]["rendered"] == "<p>Hi <strong>J</strong></p>"


def test_what_the_api_refuses_is_told(
    sink: Sink, api_behind: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    api_behind("gone", {"recipients": ["jane"], "settings": {"sandbox_mode": True}})

    assert admin.main(["dry-run", "gone", "--recipient", "jane"]) == 1
    assert "commit it there first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--data", "{"], "--data is not JSON"),
        (["--data", "[]"], "--data must be a JSON object"),
        (["--api", "http://127.0.0.1:1"], "no answer from http://127.0.0.1:1"),
        (["--api", "nowhere"], "is it the API's URL?"),
    ],
)
def test_mistakes_at_the_keyboard_are_told(
    sink: Sink, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin.main(["dry-run", "hello", "--recipient", "jane", *arguments]) == 1
    assert told in capsys.readouterr().err


def test_without_an_api_or_a_token_it_says_where_they_belong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TOCSIN_API_URL", raising=False)
    monkeypatch.delenv("TOCSIN_SERVICE_TOKEN", raising=False)
    assert admin.main(["dry-run", "hello", "--recipient", "jane"]) == 1
    assert "which API?" in capsys.readouterr().err
    assert admin.main(["dry-run", "hello", "--recipient", "jane", "--api", "http://127.0.0.1:1"]) == 1
    assert "$TOCSIN_SERVICE_TOKEN" in capsys.readouterr().err
