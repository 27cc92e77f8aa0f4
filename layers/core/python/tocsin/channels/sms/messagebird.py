"""MessageBird, now Bird's SMS API (https://developers.messagebird.com/api/sms-messaging). Secret: `api_key`. Settings:
`from`, and `base_url` of a relay.
"""

from typing import Any

from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    Outgoing,
    RetryableError,
    Send,
    Sent,
)
from tocsin.channels.outbound.requests import Http, HttpAnswer, json_post
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.phone_numbers import digits
from tocsin.channels.registry import Tools
from tocsin.domain.channels import SMS
from tocsin.domain.providers import SMS_SETTINGS, Provider, Setting, header_token, sms_sender, web_url

SPEC = Provider(
    SMS,
    settings={"from": Setting(sms_sender, required=True), "base_url": Setting(web_url), **SMS_SETTINGS},
    secrets={"api_key": header_token},
)

SERVICE = "messagebird"
BASE_URL = "https://rest.messagebird.com"
PATH = "/messages"

# https://developers.messagebird.com/api/#api-errors; of what is not here the status speaks.
ERRORS: dict[str, type[DeliveryError]] = {
    "2": CredentialsError,  # the access key is not known
    "25": CredentialsError,  # no credit is left
    "99": RetryableError,  # internal error
}
# A parameter that is wrong, and which one it is when nobody can be reached there.
_MISSING_OR_WRONG = frozenset({"9", "10"})
_RECIPIENTS = frozenset({"recipient", "recipients"})


def make(tools: Tools) -> Send:
    return MessageBirdProvider(tools.http).send


class MessageBirdProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        """`auto`: as Unicode where the text needs it."""
        payload = outgoing.overridden(
            {"body": outgoing.content["body"], "datacoding": "auto"},
            kept={"recipients": [digits(outgoing.content["to"])], "originator": outgoing.settings["from"]},
            marks={
                "reference": outgoing.message_id,
                **outgoing.told_at("reportUrl", "webhook_signing_key"),
            },
        )
        headers = {"authorization": f"AccessKey {outgoing.secret('api_key')}"}
        answer = self._http(json_post(SERVICE, outgoing.base_url(BASE_URL) + PATH, payload, headers))
        if not answer.ok:
            raise verdict(answer, _meaning(answer))
        return taken(answer, "id")


def _meaning(answer: HttpAnswer) -> type[DeliveryError] | None:
    errors = refusal(answer).get("errors")
    first: Any = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return None
    code, parameter = str(first.get("code")), str(first.get("parameter"))
    if code in _MISSING_OR_WRONG and parameter in _RECIPIENTS:
        return BouncedError
    return ERRORS.get(code)
