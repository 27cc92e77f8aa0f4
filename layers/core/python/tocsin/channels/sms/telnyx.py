"""Telnyx (https://developers.telnyx.com/api/messaging/send-message). Secret: `api_key`. Settings: `from` or
`messaging_profile_id`, whose pool of numbers is used; a name as `from` needs both; `base_url` of a relay.
"""

from typing import Any

from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    Outgoing,
    Send,
    Sent,
    ThrottledError,
)
from tocsin.channels.outbound.requests import Http, HttpAnswer, json_post
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.phone_numbers import international
from tocsin.channels.registry import Tools
from tocsin.domain.channels import SMS
from tocsin.domain.providers import (
    SMS_SETTINGS,
    Provider,
    Setting,
    header_token,
    path_word,
    sms_sender,
    web_url,
)

SPEC = Provider(
    SMS,
    settings={
        "from": Setting(sms_sender),
        "messaging_profile_id": Setting(path_word),
        "base_url": Setting(web_url),
        **SMS_SETTINGS,
    },
    secrets={"api_key": header_token},
    one_of=("from", "messaging_profile_id"),
)

SERVICE = "telnyx"
BASE_URL = "https://api.telnyx.com"
PATH = "/v2/messages"

# https://developers.telnyx.com/docs/messaging/messages/error-codes; of what is not here the status speaks.
ERRORS: dict[str, type[DeliveryError]] = {
    "10002": BouncedError,  # no phone number
    "10009": CredentialsError,
    "10010": CredentialsError,
    "10011": ThrottledError,
    "40001": BouncedError,  # a landline
    "40300": BouncedError,  # the recipient said STOP
    "40310": BouncedError,  # no number to send to
}


def make(tools: Tools) -> Send:
    return TelnyxProvider(tools.http).send


class TelnyxProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        headers = {"authorization": f"Bearer {outgoing.secret('api_key')}"}
        url = outgoing.base_url(BASE_URL) + PATH
        answer = self._http(json_post(SERVICE, url, _payload(outgoing), headers))
        if not answer.ok:
            raise verdict(answer, ERRORS.get(_code(answer)))
        return taken(answer, "data", "id")


def _payload(outgoing: Outgoing) -> dict[str, Any]:
    senders = {name: outgoing.settings.get(name) for name in ("from", "messaging_profile_id")}
    named = {name: value for name, value in senders.items() if value}
    kept = {"to": international(outgoing.content["to"]), **named}
    marks = outgoing.told_at("webhook_url", "webhook_public_key")
    return outgoing.overridden({"text": outgoing.content["body"]}, kept=kept, marks=marks)


def _code(answer: HttpAnswer) -> str:
    errors = refusal(answer).get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return str(first.get("code")) if isinstance(first, dict) else ""
