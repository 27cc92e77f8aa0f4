"""Slack: incoming webhooks (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks), and channels
and people by an access token (chat.postMessage). Settings: `base_url` for a relay of one's own.

Whose token: the tenant's, then that of the recipient's connection, then the recipient's own. Tokens and webhooks are
those of now: what was disconnected since the message was made is not used any more.
"""

from collections.abc import Iterator, Mapping
from typing import Any

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
from tocsin.channels.chat.webhooks import meant, posted, webhook_url
from tocsin.channels.outbound.requests import Http, HttpAnswer, json_post
from tocsin.channels.outbound.verdicts import json_object, retry_after, unreadable, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import CHAT
from tocsin.domain.providers import Provider, Setting, web_url

SPEC = Provider(CHAT, settings={"base_url": Setting(web_url)})

SERVICE = "slack"
BASE_URL = "https://slack.com"
POST_MESSAGE = "/api/chat.postMessage"
# Whoever knows a webhook's path can write to it.
WEBHOOK_SHOWN = "/services/…"

# Slack answers 200 with an error's name (reference of chat.postMessage). What is not here is final.
ERRORS: dict[str, type[DeliveryError]] = {
    **dict.fromkeys(
        (
            "access_denied",
            "account_inactive",
            "accesslimited",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "invalid_auth",
            "missing_scope",
            "no_permission",
            "not_allowed_token_type",
            "not_authed",
            "org_login_required",
            "token_expired",
            "token_revoked",
            "two_factor_setup_required",
        ),
        CredentialsError,
    ),
    **dict.fromkeys(("channel_not_found", "is_archived", "user_not_found"), BouncedError),
    **dict.fromkeys(("ratelimited", "rate_limited", "message_limit_exceeded"), ThrottledError),
    **dict.fromkeys(
        ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"),
        RetryableError,
    ),
}


def make(tools: Tools) -> Send:
    return SlackProvider(tools.http).send


class SlackProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        connection = outgoing.content["connection"]
        if connection.get("incoming_webhook"):
            return self._to_webhook(outgoing)
        return self._to_channel(connection.get("channel_id") or connection.get("user_id"), outgoing)

    def _to_webhook(self, outgoing: Outgoing) -> Sent:
        """Slack answers `ok` and gives the message no id."""
        payload = _payload(outgoing.content["template"])
        answer = posted(self._http, SERVICE, webhook_url(outgoing), payload, WEBHOOK_SHOWN)
        return Sent(external_id="", exchange=answer.exchange)

    def _to_channel(self, channel: str, outgoing: Outgoing) -> Sent:
        token = next(_tokens(outgoing), None)
        if token is None:
            raise CredentialsError("neither the tenant nor the recipient has a Slack access token")
        payload = {**_payload(outgoing.content["template"]), "channel": channel}
        url = outgoing.base_url(BASE_URL) + POST_MESSAGE
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json; charset=utf-8"}
        answer = self._http(json_post(SERVICE, url, payload, headers))
        if not answer.ok:
            raise verdict(answer)
        return _sent(answer)


def _tokens(outgoing: Outgoing) -> Iterator[str]:
    found = (outgoing.tenant_data().get("token"), *meant(outgoing), outgoing.recipient_data().get("token"))
    return (holder["access_token"] for holder in found if holder and holder.get("access_token"))


def _payload(template: Mapping[str, Any]) -> dict[str, Any]:
    """`text` is what notifications show where blocks are what the channel shows."""
    if template["json_content"] is not None:
        summary = {"text": template["summary"]} if template["summary"] else {}
        return {**summary, **template["json_content"]}
    return {"text": template["blocks"][0]["rendered"]}


def _sent(answer: HttpAnswer) -> Sent:
    result = json_object(answer)
    if result.get("ok"):
        return Sent(external_id=str(result.get("ts") or ""), exchange=answer.exchange)
    code = str(result.get("error") or "")
    if not code:
        raise unreadable(answer)
    kind = ERRORS.get(code, RejectedError)
    if kind is ThrottledError:
        raise ThrottledError(code, retry_after(answer), exchange=answer.exchange)
    raise kind(code, exchange=answer.exchange)
