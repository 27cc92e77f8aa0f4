"""Telegram, by a bot (https://core.telegram.org/bots/api#sendmessage). Secret: `bot_token`. Settings: `base_url` of a
Bot API server of one's own.
"""

from collections.abc import Mapping
from typing import Any

from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    Outgoing,
    RejectedError,
    Send,
    Sent,
    ThrottledError,
)
from tocsin.channels.outbound.requests import Http, HttpAnswer, json_post
from tocsin.channels.outbound.verdicts import excerpt, refusal, taken, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import CHAT
from tocsin.domain.providers import Provider, Setting, matching, web_url

_bot_token = matching(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,200}", "a bot's token, a number, a colon and a key")

SPEC = Provider(CHAT, settings={"base_url": Setting(web_url)}, secrets={"bot_token": _bot_token})

SERVICE = "telegram"
BASE_URL = "https://api.telegram.org"
SHOWN = "/bot…/sendMessage"

# It has statuses and words. 403: the bot was blocked, or thrown out; 404: there is no bot with that token.
STATUSES: dict[int, type[DeliveryError]] = {403: BouncedError, 404: CredentialsError}


def make(tools: Tools) -> Send:
    return TelegramProvider(tools.http).send


class TelegramProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        token = outgoing.secret("bot_token")
        url = f"{outgoing.base_url(BASE_URL)}/bot{token}/sendMessage"
        payload = {
            **_payload(outgoing.content["template"]),
            **_reply(outgoing.content),
            "chat_id": outgoing.content["connection"]["chat_id"],
        }
        answer = self._http(json_post(SERVICE, url, payload, shown_path=SHOWN, hidden=(token,)))
        if not answer.ok:
            raise _error(answer)
        return taken(answer, "result", "message_id")


def _payload(template: Mapping[str, Any]) -> dict[str, Any]:
    if template["json_content"] is not None:
        return dict(template["json_content"])
    return {"text": template["blocks"][0]["rendered"], "parse_mode": "HTML"}


def _reply(content: Mapping[str, Any]) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#replyparameters"""
    if "replies_to" not in content:
        return {}
    parent = content["replies_to"]["external_id"]
    if not (parent.isascii() and parent.isdecimal()):
        raise RejectedError("there is nothing to reply to: ids of Telegram's messages are numbers")
    return {"reply_parameters": {"message_id": int(parent)}}


def _error(answer: HttpAnswer) -> DeliveryError:
    """How long to wait stands in the body."""
    parameters = refusal(answer).get("parameters")
    after = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if answer.status == 429 and isinstance(after, int):
        return ThrottledError(f"HTTP 429: {excerpt(answer)}", after, exchange=answer.exchange)
    return verdict(answer, STATUSES.get(answer.status))
