"""How each chat puts a message under an earlier one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.builders.http_sink import Seen, Sink, answer, http_sink
from tests.builders.plays_chat import CHAT_PLAYS, ENTRA_TENANT
from tests.builders.provider_plays import PLAYS
from tocsin.channels.base import RejectedError
from tocsin.domain import json_text

THREAD = {"external_id": "12", "thread_id": "10"}


@pytest.fixture
def sink() -> Iterator[Sink]:
    with http_sink() as sink:
        yield sink


def reply(sink: Sink, name: str, reply_to: dict[str, str], *answers: bytes, **changes: Any) -> Seen:
    """The request that carried it."""
    play = PLAYS[name]
    play = replace(play, content={**play.content, "replies_to": reply_to}, **changes)
    sink.plays = play.said(*(answers or [play.taken]))
    play.provider(sink)(play.outgoing(sink))
    return play.seen(sink)[-1]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("chat_slack", {"thread_ts": "10"}),
        ("chat_discord", {"message_reference": {"message_id": "12"}}),
        ("chat_telegram", {"reply_parameters": {"message_id": 12}}),
        ("chat_whatsapp", {"context": {"message_id": "12"}}),
    ],
)
def test_chats_name_what_is_replied_to_in_what_they_send(name: str, said: dict[str, Any], sink: Sink) -> None:
    assert json_text.loads(reply(sink, name, THREAD).body).items() >= said.items()


def test_a_thread_of_teams_is_a_conversation_of_its_own(sink: Sink) -> None:
    seen = reply(sink, "chat_ms_teams", THREAD, answer(201, b'{"id":"14"}'))

    assert seen.path == "/v3/conversations/19%3Ax%40thread.tacv2%3Bmessageid%3D10/activities"
    assert json_text.loads(seen.body)["type"] == "message"


def test_a_reply_to_a_person_in_teams_comes_next_in_their_conversation(sink: Sink) -> None:
    person = {"ms_teams_user_id": "29:jane", "ms_teams_tenant_id": ENTRA_TENANT}
    answers = answer(201, b'{"id":"a:1"}'), answer(201, b'{"id":"14"}')
    seen = reply(sink, "chat_ms_teams", THREAD, *answers, connection=lambda _: person)

    assert seen.path == "/v3/conversations/a%3A1/activities"


@pytest.mark.parametrize("name", ["chat_slack_webhook", "chat_discord_webhook", "chat_ms_teams_webhook"])
def test_incoming_webhooks_cannot_reply_and_say_so_without_a_call(name: str, sink: Sink) -> None:
    with pytest.raises(RejectedError, match="incoming webhook cannot reply"):
        reply(sink, name, THREAD)
    assert sink.seen == []


def test_what_is_no_id_of_telegram_is_not_sent(sink: Sink) -> None:
    with pytest.raises(RejectedError, match="numbers"):
        reply(sink, "chat_telegram", {"external_id": "1700.1", "thread_id": "1700.1"})
    assert sink.seen == []


def test_what_the_provider_is_told_otherwise_stays(sink: Sink) -> None:
    sent = json_text.loads(reply(sink, "chat_discord", THREAD).body)
    assert sent["content"] == CHAT_PLAYS["chat_discord"].content["template"]["blocks"][0]["rendered"]
