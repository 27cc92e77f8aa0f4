"""Chats other than Slack, for the conformance suite."""

from typing import Any

from tests.builders.http_sink import Sink, answer
from tests.builders.play import HOOK, HTTP_REFUSALS, Play, Refusals, at_the_sink
from tests.builders.plays_push import TOKEN_ANSWER
from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    RejectedError,
    RetryableError,
    ThrottledError,
)
from tocsin.channels.chat import discord, ms_teams, telegram
from tocsin.domain import json_text

Json = dict[str, Any]
NO_HTTP = b"no http at all\r\n\r\n"
ENTRA_TENANT = "6f1b3c9e-0000-4000-a000-000000000001"
HOOK_GONE: Refusals = {answer(404): BouncedError, answer(410): BouncedError}


def content(rendered: str = "Hi", json_content: Json | None = None, summary: str | None = None) -> Json:
    blocks = [{"name": "body", "type": "markdown", "content": rendered, "rendered": rendered}]
    template = {
        "summary": summary,
        "json_content": json_content,
        "blocks": [] if json_content else blocks,
    }
    return {"__typename": "MessageChatContent", "template": template}


def hook(sink: Sink) -> Json:
    return {"incoming_webhook": {"url": f"{sink.url}{HOOK}"}}


def _says(status: int, said: Any) -> bytes:
    return answer(status, json_text.dumps(said).encode())


def _discord_says(status: int, code: int) -> bytes:
    return _says(status, {"code": code, "message": "no"})


def _coded(status: int, code: int | str) -> bytes:
    """As Meta and Microsoft tell an error."""
    return _says(status, {"error": {"code": code, "message": "no"}})


def _whatsapp(sink: Sink) -> Json:
    return {**at_the_sink(sink), "phone_number_id": "106540352242922"}


def teams_bot(sink: Sink) -> Json:
    return {**at_the_sink(sink), "login_url": sink.url, "bot_id": "app-1", "bot_tenant_id": ENTRA_TENANT}


DISCORD_TAKEN = _says(200, {"id": "11", "content": "Hi"})
WHATSAPP_TAKEN = _says(200, {"messaging_product": "whatsapp", "messages": [{"id": "wamid.1"}]})
WHATSAPP_TEMPLATE = {"template": {"name": "order_paid", "language": {"code": "en_US"}}}

CHAT_PLAYS = {
    "chat_discord": Play(
        key="chat_discord",
        service="discord",
        content=content("Hi **you** ✓"),
        settings=at_the_sink,
        connection=lambda _: {"channel_id": "42"},
        taken=DISCORD_TAKEN,
        external_id="11",
        refusals={
            **HTTP_REFUSALS,
            _discord_says(404, 10003): BouncedError,
            _discord_says(403, 50001): RejectedError,
            _discord_says(403, 50013): RejectedError,
            _discord_says(429, 20028): ThrottledError,
            _discord_says(400, 50035): RejectedError,
            _says(200, []): RetryableError,
        },
    ),
    "chat_discord_webhook": Play(
        key="chat_discord",
        service="discord",
        content=content(json_content={"embeds": [{"title": "Hi"}], "allowed_mentions": {"parse": ["users"]}}),
        connection=lambda sink: {"incoming_webhook": {"url": f"{sink.url}{HOOK}?thread_id=7"}},
        taken=DISCORD_TAKEN,
        external_id="11",
        refusals={**HTTP_REFUSALS, **HOOK_GONE},
        shown_path=discord.WEBHOOK_SHOWN,
    ),
    "chat_ms_teams": Play(
        key="chat_ms_teams",
        service="ms_teams",
        content=content("Hi **you** ✓", summary="A greeting"),
        settings=teams_bot,
        connection=lambda _: {"ms_teams_channel_id": "19:x@thread.tacv2", "ms_teams_tenant_id": "other"},
        tenant_data={"ms_teams_tenant_id": ENTRA_TENANT},
        token_answer=TOKEN_ANSWER,
        taken=_says(201, {"id": "19:x@thread.tacv2;messageid=1", "activityId": "1"}),
        external_id="1",
        refusals={
            **HTTP_REFUSALS,
            _coded(403, "BotNotInConversationRoster"): BouncedError,
            _coded(404, "ConversationNotFound"): BouncedError,
            _coded(403, "BotDisabledByAdmin"): RejectedError,
            _coded(412, "PreconditionFailed"): RetryableError,
            _coded(413, "MessageSizeTooBig"): RejectedError,
        },
    ),
    "chat_ms_teams_webhook": Play(
        key="chat_ms_teams",
        service="ms_teams",
        content=content("Hi **you** ✓"),
        connection=hook,
        taken=answer(202, b""),
        external_id="",
        refusals={
            **HTTP_REFUSALS,
            **HOOK_GONE,
            answer(
                200,
                b"Webhook message delivery failed with error: "
                b"Microsoft Teams endpoint returned HTTP error 429 with ContextId tcid=0",
            ): ThrottledError,
            answer(
                200,
                b"Webhook message delivery failed with error: "
                b"Microsoft Teams endpoint returned HTTP error 500 with ContextId tcid=0",
            ): RetryableError,
        },
        malformed=NO_HTTP,
        shown_path=ms_teams.WEBHOOK_SHOWN,
    ),
    "chat_telegram": Play(
        key="chat_telegram",
        service="telegram",
        content=content("Hi <b>you</b> ✓"),
        settings=at_the_sink,
        connection=lambda _: {"chat_id": "-1001"},
        taken=_says(200, {"ok": True, "result": {"message_id": 5}}),
        external_id="5",
        refusals={
            **{
                said: kind
                for said, kind in HTTP_REFUSALS.items()
                if not said.startswith(
                    b"HTTP/1.1 403"
                )  # which is about the chat, and no matter of credentials
            },
            _says(403, {"ok": False, "description": "Forbidden: bot was blocked by the user"}): BouncedError,
            _says(404, {"ok": False, "description": "Not Found"}): CredentialsError,
            answer(429, b'{"ok":false,"parameters":{"retry_after":7}}', retry_after="9"): ThrottledError,
            answer(429, b'{"ok":false,"parameters":"no"}', retry_after="7"): ThrottledError,
            _says(200, {"ok": True, "result": True}): RetryableError,
        },
        shown_path=telegram.SHOWN,
    ),
    "chat_whatsapp": Play(
        key="chat_whatsapp",
        service="whatsapp",
        content={
            **content(json_content=WHATSAPP_TEMPLATE),
            "connection": {"phone_number": "+1 (415) 555-0100"},
        },
        settings=_whatsapp,
        taken=WHATSAPP_TAKEN,
        external_id="wamid.1",
        refusals={
            **HTTP_REFUSALS,
            _coded(400, 131026): BouncedError,
            _coded(400, 131047): RejectedError,
            _coded(400, 190): CredentialsError,
            _coded(400, 130429): ThrottledError,
            _coded(400, 131000): RetryableError,
            _says(400, {"error": "no"}): RejectedError,
            _says(200, {"messages": []}): RetryableError,
        },
    ),
    "chat_whatsapp_text": Play(
        key="chat_whatsapp",
        service="whatsapp",
        content={**content("Hi *you* ✓"), "connection": {"phone_number": "+14155550100"}},
        settings=_whatsapp,
        taken=WHATSAPP_TAKEN,
        external_id="wamid.1",
        refusals={},
    ),
}
