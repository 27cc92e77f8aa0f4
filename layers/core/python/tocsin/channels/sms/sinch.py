"""Sinch's SMS API (https://developers.sinch.com/docs/sms/api-reference). Secret: `api_token`. Settings:
`service_plan_id`, `region` (`us` by default), `from` unless the account chooses a number by itself, and `base_url` of a
relay.
"""

from tocsin.channels.base import CredentialsError, DeliveryError, Outgoing, Send, Sent
from tocsin.channels.outbound.requests import Http, json_post
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.phone_numbers import international
from tocsin.channels.registry import Tools
from tocsin.domain.channels import SMS
from tocsin.domain.providers import (
    SMS_SETTINGS,
    Provider,
    Setting,
    choice,
    header_token,
    path_word,
    sms_sender,
    web_url,
)

REGIONS = ("us", "eu", "au", "br", "ca")
SPEC = Provider(
    SMS,
    settings={
        "service_plan_id": Setting(path_word, required=True),
        "region": Setting(choice(*REGIONS)),
        "from": Setting(sms_sender),
        "base_url": Setting(web_url),
        **SMS_SETTINGS,
    },
    secrets={"api_token": header_token},
)

SERVICE = "sinch"

# https://developers.sinch.com/docs/sms/api-reference/status-codes; of what is not here the status speaks.
ERRORS: dict[str, type[DeliveryError]] = {"unauthorized": CredentialsError}


def make(tools: Tools) -> Send:
    return SinchProvider(tools.http).send


class SinchProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        settings = outgoing.settings
        usual = f"https://{settings.get('region') or REGIONS[0]}.sms.api.sinch.com"
        url = f"{outgoing.base_url(usual)}/xms/v1/{settings['service_plan_id']}/batches"
        sender = {"from": settings["from"]} if settings.get("from") else {}
        payload = outgoing.overridden(
            {"body": outgoing.content["body"]},
            kept={**sender, "to": [international(outgoing.content["to"])]},
            marks={"client_reference": outgoing.message_id, **_report(outgoing)},
        )
        headers = {"authorization": f"Bearer {outgoing.secret('api_token')}"}
        answer = self._http(json_post(SERVICE, url, payload, headers))
        if not answer.ok:
            raise verdict(answer, ERRORS.get(str(refusal(answer).get("code"))))
        return taken(answer, "id")


def _report(outgoing: Outgoing) -> dict[str, str]:
    """Of what a message came to in the end; Sinch tells nothing unless it is asked."""
    address = outgoing.told_at("callback_url", "webhook_signing_key")
    return {"delivery_report": "per_recipient_final", **address} if address else {}
