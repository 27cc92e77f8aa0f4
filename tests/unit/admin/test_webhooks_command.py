"""`python -m admin webhooks`, against an API that is played."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from admin import __main__ as admin
from tests.builders.http_sink import Sink, answer, http_sink

WEBHOOK = {
    "id": "w-1",
    "url": "https://app.test/hear",
    "description": None,
    "event_types": ["message.read"],
    "enabled": True,
    "disabled_because": None,
    "failing_since": None,
}
DELIVERY = {
    "event_id": "e-1",
    "event_type": "message.delivered",
    "event_at": "2026-01-01T12:00:00.000Z",
    "sample": True,
    "status": "delivered",
    "tries": [{"at": "2026-01-01T12:00:00.000Z", "status": 200, "answer": "thanks"}],
}


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    with http_sink() as sink:
        monkeypatch.setenv("TOCSIN_API_URL", sink.url)
        monkeypatch.setenv("TOCSIN_SERVICE_TOKEN", "knock_st_test")
        yield sink


def play(sink: Sink, *answers: Any) -> None:
    sink.plays[:] = [answer(200, json.dumps(one).encode()) for one in answers]


def test_a_webhook_is_made_and_its_secret_alone_is_printed(
    sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    play(sink, {"webhook": WEBHOOK, "secret": "whsec_abc"})

    said = ["https://app.test/hear", "--event", "message.read", "--environment", "production"]
    assert admin.main(["webhooks", "create", *said]) == 0

    out, err = capsys.readouterr()
    assert out == "whsec_abc\n"
    assert "w-1" in err
    [request] = sink.seen
    assert (request.method, request.path) == ("POST", "/v1/webhooks?environment=production")
    sent = {"url": "https://app.test/hear", "event_types": ["message.read"]}
    assert json.loads(request.body) == {"webhook": sent}


def test_the_list_says_how_each_fares(sink: Sink, capsys: pytest.CaptureFixture[str]) -> None:
    disabled = {**WEBHOOK, "enabled": False, "disabled_because": "it has taken none of 11 events"}
    play(sink, {"entries": [{**WEBHOOK, "event_types": []}, disabled]})

    admin.main(["webhooks", "list"])

    _, well, ill = capsys.readouterr().out.splitlines()
    assert well.split() == ["w-1", "https://app.test/hear", "all", "enabled"]
    assert ill.endswith("disabled: it has taken none of 11 events")


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        (["disable", "w-1"], {"enabled": False}),
        (["enable", "w-1"], {"enabled": True}),
        (["update", "w-1", "--all-events"], {"event_types": []}),
        (["update", "w-1", "--url", "https://b.test"], {"url": "https://b.test"}),
    ],
)
def test_a_webhook_is_changed(sink: Sink, said: list[str], changes: Any) -> None:
    play(sink, {"webhook": WEBHOOK})

    assert admin.main(["webhooks", *said]) == 0

    [request] = sink.seen
    assert (request.method, json.loads(request.body)) == ("PUT", {"webhook": changes})


def test_an_update_of_nothing_asks_what_is_meant(sink: Sink, capsys: pytest.CaptureFixture[str]) -> None:
    assert admin.main(["webhooks", "update", "w-1"]) == 1
    assert "what should change?" in capsys.readouterr().err
    assert sink.seen == []


def test_a_sample_is_waited_for(sink: Sink, capsys: pytest.CaptureFixture[str]) -> None:
    pending = {**DELIVERY, "status": "pending", "tries": []}
    play(sink, pending, DELIVERY)

    assert admin.main(["webhooks", "test", "w-1"]) == 0

    assert capsys.readouterr().out == "HTTP 200 thanks\n"
    assert [request.method for request in sink.seen] == ["POST", "GET"]
    assert sink.seen[-1].path.startswith("/v1/webhooks/w-1/deliveries/e-1?")


def test_a_sample_that_is_refused_fails_the_command(sink: Sink, capsys: pytest.CaptureFixture[str]) -> None:
    refused = {"at": "2026-01-01T12:00:00.000Z", "status": 401, "answer": "who are you?"}
    play(sink, {**DELIVERY, "status": "failed", "tries": [refused]})

    assert admin.main(["webhooks", "test", "w-1"]) == 1

    out, err = capsys.readouterr()
    assert out == "HTTP 401 who are you?\n"
    assert "by answering 2xx" in err


def test_the_log_is_listed_and_an_event_of_it_replayed(
    sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    play(sink, {"entries": [DELIVERY]}, DELIVERY)

    admin.main(["webhooks", "deliveries", "w-1", "--status", "delivered"])
    admin.main(["webhooks", "replay", "w-1", "e-1"])

    out = capsys.readouterr().out
    assert "message.delivered (sample)  e-1  delivered  1      HTTP 200 thanks" in out
    assert sink.seen[1].path.startswith("/v1/webhooks/w-1/deliveries/e-1/replay?")


def test_a_webhook_is_deleted(sink: Sink, capsys: pytest.CaptureFixture[str]) -> None:
    sink.plays[:] = [answer(204, b"")]

    assert admin.main(["webhooks", "delete", "w-1"]) == 0
    assert sink.seen[0].method == "DELETE"
