"""Expo's push service (https://docs.expo.dev/push-notifications/sending-notifications). Secret: `access_token`, where
the project demands one. Settings: `base_url` for a relay of one's own."""

from collections.abc import Mapping
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
from tocsin.channels.outbound.requests import Http, HttpAnswer, json_post
from tocsin.channels.outbound.verdicts import json_object, unreadable, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import PUSH
from tocsin.domain.exchanges import LONGEST_ANSWER
from tocsin.domain.providers import PUSH_SETTINGS, Provider, Setting, header_token, web_url

SPEC = Provider(
    PUSH,
    settings={"base_url": Setting(web_url), **PUSH_SETTINGS},
    secrets={"access_token": header_token},
)

SERVICE = "expo"
BASE_URL = "https://exp.host"
PATH = "/--/api/v2/push/send"

# A ticket's error by what it means for the message; what is not here is final.
TICKET_ERRORS: dict[str, type[DeliveryError]] = {
    "DeviceNotRegistered": BouncedError,
    "InvalidCredentials": CredentialsError,
    "MismatchSenderId": CredentialsError,
    "MessageRateExceeded": ThrottledError,
    "ExpoError": RetryableError,
    "ProviderError": RetryableError,
}


def make(tools: Tools) -> Send:
    return ExpoProvider(tools.http).send


class ExpoProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        token = outgoing.secrets().get("access_token")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        url = outgoing.base_url(BASE_URL) + PATH
        payload = outgoing.overridden(_payload(outgoing.content), kept={"to": outgoing.content["token"]})
        return _sent(self._http(json_post(SERVICE, url, payload, headers)))


def _payload(content: Mapping[str, Any]) -> dict[str, Any]:
    """A silent one wakes the app, and nothing is shown."""
    payload = {"data": content["data"]}
    if content["delivery_type"] == "silent":
        return {**payload, "_contentAvailable": True}
    return {**payload, "title": content["title"], "body": content["body"]}


def _sent(answer: HttpAnswer) -> Sent:
    if not answer.ok:
        raise verdict(answer)
    ticket = _ticket(answer)
    if ticket["status"] == "ok":
        return Sent(external_id=str(ticket.get("id") or ""), exchange=answer.exchange)
    details = ticket.get("details")
    code = str(details.get("error", "")) if isinstance(details, dict) else ""
    kind = TICKET_ERRORS.get(code, RejectedError)
    raise kind(f"{code}: {ticket.get('message', '')}"[:LONGEST_ANSWER], exchange=answer.exchange)


def _ticket(answer: HttpAnswer) -> dict[str, Any]:
    """One message gets one ticket, by itself or in a list."""
    data = json_object(answer).get("data")
    ticket = data[0] if isinstance(data, list) and data else data
    if not isinstance(ticket, dict) or "status" not in ticket:
        raise unreadable(answer)
    return ticket
