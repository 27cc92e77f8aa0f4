"""Slack: people found by their email, and whose token counts where a step names the connection."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.builders.http_sink import Sink, answer, http_sink
from tests.builders.provider_plays import PLAYS
from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    RetryableError,
    Sent,
    ThrottledError,
)
from tocsin.domain import json_text

PLAY = PLAYS["chat_slack"]
JANE = {"email": "jane+slack@app.test"}
FOUND = answer(200, b'{"ok":true,"user":{"id":"U1"}}')
LOOKUP = "/api/users.lookupByEmail?email=jane%2Bslack%40app.test"

Json = dict[str, Any]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


def send(sink: Sink, data: Json, kept: list[Any], **content: Any) -> Sent:
    outgoing = PLAY.outgoing(sink)
    outgoing = replace(
        outgoing,
        content={**outgoing.content, "connection": JANE, **content},
        recipient_data=lambda: data,
        connect=kept.append,
    )
    return PLAY.provider(sink)(outgoing)


def test_somebody_without_a_connection_is_found_by_email_and_remembered(sink: Sink) -> None:
    sink.plays, kept = [FOUND, PLAY.taken], list[Any]()

    assert send(sink, {}, kept).external_id == PLAY.external_id

    asked, posted = sink.seen
    assert (asked.method, asked.path) == ("GET", LOOKUP)
    assert asked.headers["authorization"] == posted.headers["authorization"] == "Bearer xoxb-tenant-token-1"
    assert json_text.loads(posted.body)["channel"] == "U1"
    assert kept == [{"user_id": "U1"}]


def test_whoever_was_found_before_is_not_looked_for_again(sink: Sink) -> None:
    sink.plays, kept = [PLAY.taken], list[Any]()

    send(sink, {"connections": [{"channel_id": "C1"}, {"user_id": "U2"}]}, kept)

    [posted] = sink.seen
    assert json_text.loads(posted.body)["channel"] == "U2"
    assert kept == []


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (answer(200, b'{"ok":false,"error":"users_not_found"}'), BouncedError, "email address"),
        (answer(200, b'{"ok":false,"error":"missing_scope"}'), CredentialsError, "users:read.email"),
        (answer(429, retry_after="30"), ThrottledError, "429"),
        (answer(200, b'{"ok":true,"user":{}}'), RetryableError, "cannot be read"),
    ],
)
def test_who_is_not_found_is_told_and_nothing_is_sent(
    said: bytes, kind: type[DeliveryError], words: str, sink: Sink
) -> None:
    sink.plays, kept = [said], list[Any]()

    with pytest.raises(kind, match=words) as raised:
        send(sink, {}, kept)

    assert type(raised.value) is kind
    assert getattr(raised.value, "after", None) == (30 if kind is ThrottledError else None)
    assert len(sink.seen) == 1
    assert kept == []


@pytest.mark.parametrize(
    ("secrets", "used"),
    [({"access_token": "xoxb-of-the-step"}, "xoxb-of-the-step"), ({}, "xoxb-tenant-token-1")],
)
def test_the_token_of_a_connection_that_the_step_names_goes_first(
    secrets: Json, used: str, sink: Sink
) -> None:
    sink.plays = [PLAY.taken]
    data = {"token": {"access_token": "xoxb-of-jane"}}

    send(sink, data, [], connection={"channel_id": "C9"}, connection_secrets=secrets)

    [posted] = sink.seen
    assert posted.headers["authorization"] == f"Bearer {used}"
    assert json_text.loads(posted.body)["channel"] == "C9"


def test_a_webhook_that_the_step_names_is_written_to(sink: Sink) -> None:
    sink.plays = [answer(200, b"ok")]
    hook = {"incoming_webhook": {"url": f"{sink.url}/services/of-the-step"}}

    send(sink, {}, [], connection={"incoming_webhook": {"fingerprint": "f"}}, connection_secrets=hook)

    assert [seen.path for seen in sink.seen] == ["/services/of-the-step"]
