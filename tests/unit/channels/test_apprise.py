"""What Apprise may do here and what it may not: call out by our client, and nothing else."""

import gc
import inspect
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
import requests
from apprise.manager_plugins import NotificationManager
from apprise.plugins import base

from tests.builders.http_sink import Sink, answer, http_sink
from tests.builders.play import NOW
from tests.builders.plays_apprise import APPRISE_PLAYS, at
from tests.builders.plays_chat import content
from tocsin.channels.base import CredentialsError, DeliveryError, RejectedError, RetryableError, Sent
from tocsin.channels.chat.apprise_services import Services, modules_of, refused_schemas
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.requests import HttpAnswer, HttpRequest

PLAY = APPRISE_PLAYS["chat_apprise_json"]
# Modules, and helpers of the library, by which a plugin could go round the client, run something, or keep something.
WAYS_ROUND = {
    *(
        "aiohttp",
        "asyncio",
        "ftplib",
        "http",
        "httpx",
        "multiprocessing",
        "paho",
        "pika",
        "proton",
        "slixmpp",
    ),
    *("smtplib", "socket", "ssl", "subprocess", "syslog", "telnetlib", "tempfile", "urllib3", "websocket"),
    *("HTTPPolicy", "HTTPPolicySession", "SocketTransport"),
}
IMPORT = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


def send(sink: Sink, url: str) -> Sent:
    connection = {"incoming_webhook": {"url": url}}
    return PLAY.provider(sink)(replace(PLAY, connection=lambda _: connection).outgoing(sink))


def refused(sink: Sink, url: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        send(sink, url)
    return raised.value


def url_at(sink: Sink, scheme: str, path: str) -> str:
    url: str = at(scheme, path)(sink)["incoming_webhook"]["url"]
    return url


def matrix_at(sink: Sink) -> str:
    """A service that is asked several times: it signs in, joins a room, and only then writes."""
    return f"matrix://jane:password@{sink.host}:{sink.port}/%23room"


@pytest.mark.parametrize(
    "url",
    [
        "mailto://jane:pw@gmail.com",
        "syslog://localhost",
        "rsyslog://127.0.0.1",
        "irc://127.0.0.1/room",
        "nostr://relay.test/key",
        "vapid://jane@app.test/jane@app.test",
        "mqtt://127.0.0.1/topic",
        "xmpp://jane:pw@app.test",
        "dbus://",
        "macosx://",
        "SYSLOG://localhost",
    ],
)
def test_services_that_speak_no_https_are_refused_by_name(sink: Sink, url: str) -> None:
    error = refused(sink, url)

    assert type(error) is RejectedError
    assert url.partition("://")[0].lower() + "://" in str(error)


def test_no_plugin_that_is_available_knows_a_way_round_the_client() -> None:
    """Looked for in their sources, so that a new version of the library cannot bring one."""
    refused_schemas()
    manager = NotificationManager()
    available = {manager[schema] for schema in manager.schemas(include_disabled=False)}
    modules = {module for plugin in available for module in modules_of(plugin)} - {base}

    found = {f"{one.__name__}: {way}" for one in modules for way in WAYS_ROUND & imported(one)}

    assert len(available) > 100
    assert not found


def imported(module: ModuleType) -> set[str]:
    """Modules, and names of the library's own helpers."""
    source = inspect.getsource(module)
    return {*IMPORT.findall(source), *(name for name in vars(module) if name in WAYS_ROUND)}


def test_no_plugin_has_the_ordinary_requests() -> None:
    refused_schemas()

    plugins = [module for name, module in sys.modules.items() if name.startswith("apprise.plugins.")]

    assert not [module.__name__ for module in plugins if getattr(module, "requests", None) is requests]


@pytest.mark.parametrize(
    "url",
    [
        "jsons://10.0.0.1/hook",
        "jsons://169.254.169.254/latest/meta-data",
        "ntfys://127.0.0.2/orders",
        "gotifys://[::1]/token12345",
        "matrixs://jane:password@127.0.0.2/#room",
    ],
)
def test_private_addresses_are_refused(sink: Sink, url: str) -> None:
    error = refused(sink, url)

    assert type(error) is RejectedError
    assert "not on the public internet" in str(error)


def test_what_is_not_encrypted_is_refused(sink: Sink) -> None:
    assert "https://" in str(refused(sink, "json://ntfy.sh/orders"))


def test_a_redirect_is_not_followed(sink: Sink) -> None:
    sink.plays = [answer(302, location=f"{sink.url}/elsewhere"), answer(200)]

    assert type(refused(sink, url_at(sink, "json", "/hook?redirect=yes"))) is RejectedError
    assert len(sink.seen) == 1


@pytest.mark.parametrize(
    "url", ["json://", "gotify://127.0.0.1", "nothing://at.all", "no url", "slack://short"]
)
def test_a_url_that_apprise_cannot_read_is_refused_without_being_repeated(sink: Sink, url: str) -> None:
    error = refused(sink, url)

    assert type(error) is RejectedError
    assert "Apprise cannot read" in str(error)
    assert "short" not in str(error)


def test_a_url_with_several_places_is_refused_for_it_could_not_be_sent_again(sink: Sink) -> None:
    assert "2 places" in str(refused(sink, url_at(sink, "ntfy", "/orders/payments")))
    assert not sink.seen


def test_a_url_that_asks_for_tries_of_its_own_gets_one(sink: Sink) -> None:
    sink.plays = [answer(500)]

    assert type(refused(sink, url_at(sink, "json", "/hook?retry=3&wait=0"))) is RetryableError
    assert len(sink.seen) == 1


def test_files_of_ours_are_out_of_reach(sink: Sink, tmp_path: Path) -> None:
    """Templates and keys, which some services read from a path."""
    secret = tmp_path / "secret.json"
    secret.write_text('{"text": "s3cret"}')

    for url in (
        f"slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?template={secret}",
        f"fcm://project/device?mode=oauth2&keyfile={secret}",
        f"discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js/?template=file://{secret}",
    ):
        assert "Apprise cannot read" in str(refused(sink, url))


def test_nothing_is_written_and_nothing_logged(
    sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for variable in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    sink.plays = [answer(200, b'{"access_token": "abc", "user_id": "@jane:x", "device_id": "D"}')]

    with caplog.at_level(logging.DEBUG, "apprise"):
        refused(sink, matrix_at(sink))
        send(sink, url_at(sink, "json", "/hook"))

    assert len(sink.seen) > 1
    assert not list(tmp_path.rglob("*"))
    assert not [record for record in caplog.records if record.name.startswith("apprise")]


def test_a_service_that_signs_in_signs_out_again_and_only_once(sink: Sink) -> None:
    """A sign-out that fails changes nothing."""
    taken = answer(200, b'{"access_token": "abc", "user_id": "@jane:x", "room_id": "!r:x", "event_id": "$1"}')
    sink.plays = [taken, taken, taken, answer(401)]

    send(sink, matrix_at(sink))

    words = ("login", "join", "send", "logout")
    assert [next(word for word in words if f"/{word}" in seen.path) for seen in sink.seen] == list(words)


def test_a_service_that_python_forgets_calls_nobody_amid_the_call_of_another(sink: Sink) -> None:
    client, remembered = HttpClient(frozenset({sink.host})), list[DeliveryError]()

    def http(request: HttpRequest) -> HttpAnswer:
        remembered.clear()
        gc.collect()
        return client.send(request)

    sink.plays = [answer(200, b'{"access_token": "abc", "user_id": "@jane:x"}'), answer(403)]
    remembered.append(refused(sink, matrix_at(sink)))  # its traceback holds what was made for the call
    sink.plays = [answer(200)]
    sink.seen.clear()

    Services(http, lambda: NOW).notify(url_at(sink, "json", "/hook"), "", "Hi", "Hi")

    assert [seen.path for seen in sink.seen] == ["/hook"]


def test_a_service_that_fails_between_two_requests_is_asked_no_more(sink: Sink) -> None:
    """Matrix signs in first, and would go on with the next of its addresses."""
    sink.plays = [answer(503)]

    error = refused(sink, matrix_at(sink))

    assert type(error) is RetryableError
    assert len(sink.seen) == 1


def test_who_is_not_let_in_is_told_by_the_answer_to_the_signing_in(sink: Sink) -> None:
    sink.plays = [answer(403, b'{"errcode":"M_FORBIDDEN"}')]

    error = refused(sink, matrix_at(sink))

    assert type(error) is CredentialsError


def test_no_request_begins_once_the_time_is_over() -> None:
    """However many of them a service wants: each of them could take all of the client's time."""
    now, asked = NOW, []

    def slow(request: HttpRequest) -> HttpAnswer:
        nonlocal now
        asked.append(request)
        now += timedelta(seconds=16)
        return client.send(request)

    def clock() -> datetime:
        return now

    with http_sink() as sink:
        client = HttpClient(frozenset({sink.host}))
        sink.plays = [answer(200, b'{"access_token": "abc", "user_id": "@jane:x", "device_id": "D"}')]
        url = matrix_at(sink)
        with pytest.raises(RetryableError):
            Services(slow, clock).notify(url, "", "Hi", "Hi")

    assert len(asked) == 1


def test_a_no_within_a_yes_is_final(sink: Sink) -> None:
    """Telegram and others answer 200 and say within what was wrong, which only the plugin reads."""
    sink.plays = [answer(200, b'{"errcode": 310000, "message": "no such token"}')]

    assert type(refused(sink, matrix_at(sink))) is RejectedError


def test_json_is_refused_for_the_services_take_text(sink: Sink) -> None:
    with pytest.raises(RejectedError, match="markdown_body"):
        PLAY.provider(sink)(replace(PLAY, content=content(json_content={"a": 1})).outgoing(sink))
