"""Microsoft Teams: incoming webhooks, of workflows or of connectors
(https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors), and channels and people by a bot
(https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages). Secret:
`bot_password`. Settings: `bot_id`; `bot_tenant_id` of a bot that lives in one Entra tenant; `base_url` of another Teams
service, `login_url` of another cloud's sign-in.

Which Entra tenant is written to: the tenant's channel data says it, or the connection, or the recipient's data.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    Outgoing,
    RejectedError,
    RetryableError,
    Send,
    Sent,
    ThrottledError,
)
from tocsin.channels.chat.webhooks import posted, webhook_url
from tocsin.channels.outbound.requests import Http, HttpAnswer, HttpRequest, json_post
from tocsin.channels.outbound.tokens import AccessTokens, token_request
from tocsin.channels.outbound.verdicts import excerpt, json_object, refusal, taken, unreadable, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import CHAT
from tocsin.domain.providers import Provider, Setting, header_token, path_word, web_url

SPEC = Provider(
    CHAT,
    settings={
        "bot_id": Setting(path_word),
        "bot_tenant_id": Setting(path_word),
        "base_url": Setting(web_url),
        "login_url": Setting(web_url),
    },
    secrets={"bot_password": header_token},
)

SERVICE = "ms_teams"
BASE_URL = "https://smba.trafficmanager.net/teams"
LOGIN_URL = "https://login.microsoftonline.com"
# Where bots that live in no one tenant sign in.
ANY_TENANT = "botframework.com"
SCOPE = "https://api.botframework.com/.default"
CONVERSATIONS = "/v3/conversations"
WEBHOOK_SHOWN = "/…"
# Connectors say so with 200.
NOT_DELIVERED, TOO_FAST = "Webhook message delivery failed", "HTTP error 429"

# https://learn.microsoft.com/en-us/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-bot-conversational-apis
ERRORS: dict[str, type[DeliveryError]] = {
    **dict.fromkeys(
        ("BotNotInConversationRoster", "ConversationBlockedByUser", "ConversationNotFound"), BouncedError
    ),
    **dict.fromkeys(("BotDisabledByAdmin", "NotEnoughPermissions"), RejectedError),
    "PreconditionFailed": RetryableError,
}


def make(tools: Tools) -> Send:
    return TeamsProvider(tools.http, tools.clock).send


class TeamsProvider:
    def __init__(self, http: Http, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._tokens = AccessTokens(http, clock)

    def send(self, outgoing: Outgoing) -> Sent:
        connection = outgoing.content["connection"]
        if connection.get("incoming_webhook"):
            return self._to_webhook(outgoing)
        if outgoing.content.get("replies_to") and connection.get("ms_teams_channel_id"):
            return self._into_thread(outgoing, connection["ms_teams_channel_id"])
        if connection.get("ms_teams_channel_id"):
            return self._to_channel(outgoing, connection["ms_teams_channel_id"])
        return self._to_person(outgoing, connection["ms_teams_user_id"])

    def _to_webhook(self, outgoing: Outgoing) -> Sent:
        """Teams gives the message no id."""
        answer = posted(
            self._http, SERVICE, webhook_url(outgoing), _activity(outgoing.content["template"]), WEBHOOK_SHOWN
        )
        text = answer.body.decode(errors="replace")
        if NOT_DELIVERED in text:
            kind = ThrottledError if TOO_FAST in text else RetryableError
            raise kind(excerpt(answer), exchange=answer.exchange)
        return Sent(external_id="", exchange=answer.exchange)

    def _to_channel(self, outgoing: Outgoing, channel_id: str) -> Sent:
        """A conversation of its own, which begins with the message."""
        begun = {
            "isGroup": True,
            "channelData": {"channel": {"id": channel_id}},
            "activity": _activity(outgoing.content["template"]),
        }
        return taken(self._call(outgoing, CONVERSATIONS, {**begun, **_parties(outgoing)}), "activityId")

    def _into_thread(self, outgoing: Outgoing, channel_id: str) -> Sent:
        """A thread is the conversation that its first message has begun."""
        conversation = f"{channel_id};messageid={outgoing.content['replies_to']['thread_id']}"
        return self._say(outgoing, conversation)

    def _to_person(self, outgoing: Outgoing, user_id: str) -> Sent:
        """The conversation with somebody is always the same one, whoever begins it again. It has no threads: a reply
        is what comes next."""
        begun = {"isGroup": False, "members": [{"id": user_id}], **_parties(outgoing)}
        answer = self._call(outgoing, CONVERSATIONS, begun)
        conversation = json_object(answer).get("id")
        if not isinstance(conversation, str):
            raise unreadable(answer)
        return self._say(outgoing, conversation)

    def _say(self, outgoing: Outgoing, conversation: str) -> Sent:
        path = f"{CONVERSATIONS}/{quote(conversation, safe='')}/activities"
        return taken(self._call(outgoing, path, _activity(outgoing.content["template"])), "id")

    def _call(self, outgoing: Outgoing, path: str, payload: Mapping[str, Any]) -> HttpAnswer:
        bot = _bot(outgoing)
        password = outgoing.secret("bot_password")
        credentials = f"{bot}:{password}"
        token = self._tokens.get(credentials, partial(_token_request, outgoing, bot, password))
        headers = {"authorization": f"Bearer {token}"}
        url = outgoing.base_url(BASE_URL) + path
        answer = self._http(json_post(SERVICE, url, payload, headers, hidden=(password,)))
        if answer.status == 401:
            self._tokens.forget(credentials)
        if not answer.ok:
            raise verdict(answer, ERRORS.get(_code(answer)))
        return answer


def _bot(outgoing: Outgoing) -> str:
    bot: str | None = outgoing.settings.get("bot_id")
    if not bot:
        raise CredentialsError("the channel has no `bot_id`, and the connection is no incoming webhook")
    return bot


def _token_request(outgoing: Outgoing, bot: str, password: str, _: datetime) -> HttpRequest:
    """https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication"""
    host = (outgoing.settings.get("login_url") or LOGIN_URL).rstrip("/")
    fields = {
        "grant_type": "client_credentials",
        "client_id": bot,
        "client_secret": password,
        "scope": SCOPE,
    }
    tenant = outgoing.settings.get("bot_tenant_id") or ANY_TENANT
    return token_request(SERVICE, f"{host}/{tenant}/oauth2/v2.0/token", fields, password)


def _parties(outgoing: Outgoing) -> dict[str, Any]:
    holders = (outgoing.tenant_data(), outgoing.content["connection"], outgoing.recipient_data())
    tenant = next((one["ms_teams_tenant_id"] for one in holders if one.get("ms_teams_tenant_id")), None)
    if tenant is None:
        raise RejectedError("no `ms_teams_tenant_id`: neither the tenant nor the recipient says it")
    return {"bot": {"id": f"28:{_bot(outgoing)}"}, "tenantId": tenant}


def _activity(template: Mapping[str, Any]) -> dict[str, Any]:
    summary = {"summary": template["summary"]} if template["summary"] else {}
    if template["json_content"] is not None:
        return {"type": "message", **summary, **template["json_content"]}
    return {"type": "message", **summary, "attachments": [_card(template["blocks"][0]["rendered"])]}


def _card(text: str) -> dict[str, Any]:
    """https://adaptivecards.io/explorer/AdaptiveCard.html"""
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": text, "wrap": True}],
        "msteams": {"width": "Full"},
    }
    return {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}


def _code(answer: HttpAnswer) -> str:
    error = refusal(answer).get("error")
    return str(error.get("code")) if isinstance(error, dict) else ""
