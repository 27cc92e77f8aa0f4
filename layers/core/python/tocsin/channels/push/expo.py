"""Expo's push service (https://docs.expo.dev/push-notifications/sending-notifications). Secret: `access_token`, where
the project demands one. Settings: `base_url` for a relay of one's own."""

from typing import Any

from tocsin.channels.base import (
    BouncedError,
    DeliveryError,
    Outgoing,
    RejectedError,
    RetryableError,
    Sent,
    ThrottledError,
)
from tocsin.channels.outbound.client import Http, HttpAnswer, HttpRequest
from tocsin.channels.outbound.verdicts import excerpt, verdict
from tocsin.domain import json_text

KEY = "push_expo"
SERVICE = "expo"
BASE_URL = "https://exp.host"
PATH = "/--/api/v2/push/send"

# A ticket's error by what it means for the message; what is not here is final.
TICKET_ERRORS: dict[str, type[DeliveryError]] = {
    "DeviceNotRegistered": BouncedError,
    "MessageRateExceeded": ThrottledError,
    "ExpoError": RetryableError,
}


class ExpoProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        base_url = outgoing.settings.get("base_url") or BASE_URL
        headers = {"content-type": "application/json", "accept": "application/json"}
        token = outgoing.secrets().get("access_token")
        if token:
            headers["authorization"] = f"Bearer {token}"
        body = json_text.dumps(_payload(outgoing)).encode()
        return _sent(self._http(HttpRequest(SERVICE, "POST", base_url.rstrip("/") + PATH, headers, body)))


def _payload(outgoing: Outgoing) -> dict[str, Any]:
    """Without words it is a silent one: the app is woken, and nothing is shown."""
    content = outgoing.content
    payload = {"to": content["token"], "data": content["data"]}
    if not content["title"] and not content["body"]:
        return {**payload, "_contentAvailable": True}
    return {**payload, "title": content["title"], "body": content["body"]}


def _sent(answer: HttpAnswer) -> Sent:
    if not answer.ok:
        raise verdict(answer)
    try:
        ticket = json_text.loads(answer.body)["data"]
        status = ticket["status"]
    except (ValueError, KeyError, TypeError) as error:
        text = f"Expo's answer cannot be read: {excerpt(answer)}"
        raise RetryableError(text, exchange=answer.exchange) from error
    if status == "ok":
        return Sent(external_id=str(ticket.get("id", "")), exchange=answer.exchange)
    code = (ticket.get("details") or {}).get("error", "")
    kind = TICKET_ERRORS.get(code, RejectedError)
    raise kind(f"{code}: {ticket.get('message', '')}", exchange=answer.exchange)
