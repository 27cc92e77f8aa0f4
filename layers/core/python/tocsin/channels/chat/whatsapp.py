"""WhatsApp, by Meta's Cloud API (https://developers.facebook.com/documentation/business-messaging/whatsapp). Secret:
`access_token`. Settings: `phone_number_id`, `base_url` of a relay.

Text reaches only who wrote to the business within 24 hours; all others need a template, which a step's JSON names.
"""

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
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.phone_numbers import digits
from tocsin.channels.registry import Tools
from tocsin.domain.channels import CHAT
from tocsin.domain.providers import Provider, Setting, header_token, path_word, web_url

SPEC = Provider(
    CHAT,
    settings={"phone_number_id": Setting(path_word, required=True), "base_url": Setting(web_url)},
    secrets={"access_token": header_token},
)

SERVICE = "whatsapp"
BASE_URL = "https://graph.facebook.com"
VERSION = "v24.0"

# https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes; of what is not here the
# status speaks.
ERRORS: dict[str, type[DeliveryError]] = {
    **dict.fromkeys(("0", "3", "10", "190", "368", "131031", "131042"), CredentialsError),
    **dict.fromkeys(("4", "80007", "130429", "131048", "131056"), ThrottledError),
    **dict.fromkeys(("1", "2", "131000", "131016"), RetryableError),
    "131026": BouncedError,  # nobody with WhatsApp has that number
    "131030": RejectedError,  # a test number writes to numbers of a list alone
    "131047": RejectedError,  # the 24 hours are over: a template is needed
}


def make(tools: Tools) -> Send:
    return WhatsAppProvider(tools.http).send


class WhatsAppProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        """What we call the message comes back with what becomes of it."""
        url = f"{outgoing.base_url(BASE_URL)}/{VERSION}/{outgoing.settings['phone_number_id']}/messages"
        payload = {
            **_payload(outgoing.content["template"]),
            **_context(outgoing.content),
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": digits(outgoing.content["connection"]["phone_number"]),
            "biz_opaque_callback_data": outgoing.message_id,
        }
        headers = {"authorization": f"Bearer {outgoing.secret('access_token')}"}
        answer = self._http(json_post(SERVICE, url, payload, headers))
        if not answer.ok:
            raise verdict(answer, ERRORS.get(_code(answer)))
        return taken(answer, "messages", 0, "id")


def _payload(template: Mapping[str, Any]) -> dict[str, Any]:
    """`{"template": {…}}` is of the type that it holds, unless it says another."""
    json_content = template["json_content"]
    if json_content is None:
        return {"type": "text", "text": {"body": template["blocks"][0]["rendered"]}}
    return {"type": next(iter(json_content), ""), **json_content}


def _context(content: Mapping[str, Any]) -> dict[str, Any]:
    """The message that this one quotes."""
    replies_to = content.get("replies_to")
    return {"context": {"message_id": replies_to["external_id"]}} if replies_to else {}


def _code(answer: HttpAnswer) -> str:
    error = refusal(answer).get("error")
    return str(error.get("code")) if isinstance(error, dict) else ""
