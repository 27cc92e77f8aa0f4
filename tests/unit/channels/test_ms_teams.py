"""What a Teams bot does to reach a person, what it must know to reach anybody, and what of a webhook is not told."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.builders.http_sink import Sink, answer, http_sink
from tests.builders.play import NOW, TOKEN_PATH
from tests.builders.plays_chat import CHAT_PLAYS, ENTRA_TENANT, teams_bot
from tests.builders.plays_push import TOKEN_ANSWER
from tocsin.channels.base import CredentialsError, RejectedError, RetryableError, Sent
from tocsin.channels.chat.ms_teams import TeamsProvider
from tocsin.channels.outbound.client import HttpClient
from tocsin.domain import json_text

PERSON = {"ms_teams_user_id": "29:jane", "ms_teams_tenant_id": ENTRA_TENANT}
CONVERSATION = answer(201, b'{"id":"a:1/2"}')


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


def send(sink: Sink, connection: dict[str, Any], settings: dict[str, Any] | None = None) -> Sent:
    outgoing = CHAT_PLAYS["chat_ms_teams"].outgoing(sink)
    provider = TeamsProvider(HttpClient(frozenset({sink.host})).send, lambda: NOW)
    return provider.send(
        replace(
            outgoing,
            content={**outgoing.content, "connection": connection},
            settings=settings or teams_bot(sink),
            tenant_data=dict,
        )
    )


def test_a_person_is_written_to_in_the_conversation_that_the_bot_has_with_them(sink: Sink) -> None:
    sink.plays = [TOKEN_ANSWER, CONVERSATION, answer(201, b'{"id":"m-1"}')]

    assert send(sink, PERSON).external_id == "m-1"

    token, begun, written = sink.seen
    assert token.path == f"/{ENTRA_TENANT}{TOKEN_PATH}"
    assert parse_qs(token.body.decode())["grant_type"] == ["client_credentials"]
    assert json_text.loads(begun.body) == {
        "isGroup": False,
        "members": [{"id": "29:jane"}],
        "bot": {"id": "28:app-1"},
        "tenantId": ENTRA_TENANT,
    }
    assert written.path == "/v3/conversations/a%3A1%2F2/activities"
    assert json_text.loads(written.body)["summary"] == "A greeting"


def test_a_bot_of_no_one_tenant_signs_in_with_the_bot_framework(sink: Sink) -> None:
    sink.plays = [TOKEN_ANSWER, CONVERSATION, answer(201, b'{"id":"m-1"}')]
    send(sink, PERSON, {**teams_bot(sink), "bot_tenant_id": None})
    assert sink.seen[0].path == f"/botframework.com{TOKEN_PATH}"


def test_a_conversation_without_an_id_is_worth_another_try(sink: Sink) -> None:
    sink.plays = [TOKEN_ANSWER, answer(201, b"{}")]
    with pytest.raises(RetryableError):
        send(sink, PERSON)


def test_without_an_entra_tenant_nobody_is_called(sink: Sink) -> None:
    with pytest.raises(RejectedError, match="ms_teams_tenant_id"):
        send(sink, {"ms_teams_channel_id": "19:x"})
    assert sink.seen == []


def test_a_channel_without_a_bot_says_so(sink: Sink) -> None:
    with pytest.raises(CredentialsError, match="bot_id"):
        send(sink, PERSON, {"base_url": sink.url})
    assert sink.seen == []


def test_what_opens_a_workflows_webhook_is_not_told_even_when_it_is_said_back(sink: Sink) -> None:
    signature = "Xx-secret-signature-of-the-flow"
    connection = {
        "incoming_webhook": {"url": f"{sink.url}/workflows/5d8f0c3e2b/invoke?sp=%2F&sig={signature}"}
    }
    sink.plays = [answer(400, f"no: {signature}".encode())]
    play = replace(CHAT_PLAYS["chat_ms_teams_webhook"], connection=lambda _: connection)

    with pytest.raises(RejectedError) as raised:
        play.provider(sink)(play.outgoing(sink))

    exchange = raised.value.exchange
    assert exchange is not None
    assert signature in sink.seen[0].path
    assert signature not in str(raised.value) + str(exchange)
    assert (exchange.path, exchange.query) == ("/…", None)
