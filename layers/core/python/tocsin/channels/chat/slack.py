"""Slack: incoming webhooks (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks), and channels
and people by an access token (chat.postMessage). Settings: `base_url` for a relay of one's own,
`email_based_user_id_resolution` to look people up by their email.

Whose token: that of a connection that the step names, then the tenant's, then that of the recipient's connection, then
the recipient's own. Tokens and webhooks of channel data are those of now: what was disconnected since the message was
made is not used any more.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

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
from tocsin.channels.outbound.requests import Http, HttpAnswer, HttpRequest, json_post
from tocsin.channels.outbound.verdicts import json_object, retry_after, unreadable, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import CHAT
from tocsin.domain.providers import Provider, Setting, switch, web_url

SPEC = Provider(
    CHAT,
    settings={
        "base_url": Setting(web_url),
        "email_based_user_id_resolution": Setting(switch, is_json=True),
    },
)

SERVICE = "slack"
BASE_URL = "https://slack.com"
POST_MESSAGE = "/api/chat.postMessage"
LOOKUP_BY_EMAIL = "/api/users.lookupByEmail"
# Whoever knows a webhook's path can write to it.
WEBHOOK_SHOWN = "/services/…"

# Slack answers 200 with an error's name (reference of each method). What is not here is final.
MEANINGS = {
    "missing_scope": "missing_scope: the app lacks a permission, such as users:read.email to find people by email",
    "users_not_found": "users_not_found: nobody in the Slack workspace has the recipient's email address",
}
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
    **dict.fromkeys(("channel_not_found", "is_archived", "user_not_found", "users_not_found"), BouncedError),
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
        return self._to_channel(outgoing)

    def _to_webhook(self, outgoing: Outgoing) -> Sent:
        """Slack answers `ok` and gives the message no id."""
        payload = _payload(outgoing.content["template"])
        answer = posted(self._http, SERVICE, webhook_url(outgoing), payload, WEBHOOK_SHOWN)
        return Sent(external_id="", exchange=answer.exchange)

    def _to_channel(self, outgoing: Outgoing) -> Sent:
        token = next(_tokens(outgoing), None)
        if token is None:
            raise CredentialsError("neither the tenant nor the recipient has a Slack access token")
        connection = outgoing.content["connection"]
        channel = connection.get("channel_id") or connection.get("user_id")
        payload = {
            **_payload(outgoing.content["template"]),
            **_thread(outgoing.content),
            "channel": channel or self._person(outgoing, token),
        }
        url = outgoing.base_url(BASE_URL) + POST_MESSAGE
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json; charset=utf-8"}
        answer = self._http(json_post(SERVICE, url, payload, headers))
        return Sent(external_id=str(_granted(answer).get("ts") or ""), exchange=answer.exchange)

    def _person(self, outgoing: Outgoing, token: str) -> str:
        """Whoever has the recipient's email: as an earlier message found out, or as Slack says now."""
        connections = outgoing.recipient_data().get("connections") or ()
        known = next((one["user_id"] for one in connections if one.get("user_id")), None)
        if known is not None:
            return str(known)
        query = urlencode({"email": outgoing.content["connection"]["email"]})
        url = f"{outgoing.base_url(BASE_URL)}{LOOKUP_BY_EMAIL}?{query}"
        answer = self._http(HttpRequest(SERVICE, "GET", url, {"authorization": f"Bearer {token}"}))
        user = _granted(answer).get("user")
        user_id = user.get("id") if isinstance(user, dict) else None
        if not isinstance(user_id, str):
            raise unreadable(answer)
        outgoing.connect({"user_id": user_id})
        return user_id


def _tokens(outgoing: Outgoing) -> Iterator[str]:
    tenants, recipients = outgoing.tenant_data().get("token"), outgoing.recipient_data().get("token")
    connections = [*meant(outgoing)]
    is_named = "connection_secrets" in outgoing.content
    found = (*connections, tenants, recipients) if is_named else (tenants, *connections, recipients)
    return (holder["access_token"] for holder in found if holder and holder.get("access_token"))


def _thread(content: Mapping[str, Any]) -> dict[str, Any]:
    """Below the message that began the thread: Slack has no replies to replies."""
    replies_to = content.get("replies_to")
    return {"thread_ts": replies_to["thread_id"]} if replies_to else {}


def _payload(template: Mapping[str, Any]) -> dict[str, Any]:
    """`text` is what notifications show where blocks are what the channel shows."""
    if template["json_content"] is not None:
        summary = {"text": template["summary"]} if template["summary"] else {}
        return {**summary, **template["json_content"]}
    return {"text": template["blocks"][0]["rendered"]}


def _granted(answer: HttpAnswer) -> dict[str, Any]:
    """What a yes says. Raises DeliveryError."""
    if not answer.ok:
        raise verdict(answer)
    result = json_object(answer)
    if result.get("ok"):
        return result
    code = str(result.get("error") or "")
    if not code:
        raise unreadable(answer)
    kind, text = ERRORS.get(code, RejectedError), MEANINGS.get(code, code)
    if kind is ThrottledError:
        raise ThrottledError(text, retry_after(answer), exchange=answer.exchange)
    raise kind(text, exchange=answer.exchange)
