"""Vonage's Messages API (https://developer.vonage.com/en/api/messages). Secret: `api_secret`. Settings: `api_key`,
`from`, and `base_url`, such as https://api-eu.nexmo.com.
"""

from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    Outgoing,
    RetryableError,
    Send,
    Sent,
    ThrottledError,
)
from tocsin.channels.outbound.requests import Http, HttpAnswer, basic, json_post
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.phone_numbers import digits
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
        "api_key": Setting(path_word, required=True),
        "from": Setting(sms_sender, required=True),
        "base_url": Setting(web_url),
        **SMS_SETTINGS,
    },
    secrets={"api_secret": header_token},
)

SERVICE = "vonage"
BASE_URL = "https://api.nexmo.com"
PATH = "/v1/messages"

# A problem's `type` ends with its code (https://developer.vonage.com/api-errors/messages). Of what is not here the
# status speaks.
ERRORS: dict[str, type[DeliveryError]] = {
    "1000": ThrottledError,
    "1030": RetryableError,  # internal error
    "1050": BouncedError,  # the number is barred
    "1060": CredentialsError,  # the account is barred
    "1070": CredentialsError,  # no credit is left
    "1100": RetryableError,  # communication failed
}


def make(tools: Tools) -> Send:
    return VonageProvider(tools.http).send


class VonageProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        secret = outgoing.secret("api_secret")
        headers = {"authorization": basic(outgoing.settings["api_key"], secret)}
        payload = outgoing.overridden(
            {"message_type": "text", "text": outgoing.content["body"]},
            kept={
                "channel": "sms",
                "to": digits(outgoing.content["to"]),
                "from": outgoing.settings["from"].removeprefix("+"),
            },
            marks={
                "client_ref": outgoing.message_id,
                **outgoing.told_at("webhook_url", "webhook_signing_key"),
            },
        )
        url = outgoing.base_url(BASE_URL) + PATH
        answer = self._http(json_post(SERVICE, url, payload, headers, hidden=(secret,)))
        if not answer.ok:
            raise verdict(answer, ERRORS.get(_code(answer)))
        return taken(answer, "message_uuid")


def _code(answer: HttpAnswer) -> str:
    return str(refusal(answer).get("type", "")).rpartition("#")[2]
