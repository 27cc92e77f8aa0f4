"""Twilio's Messages resource (https://www.twilio.com/docs/messaging/api/message-resource). Secret: `auth_token`.
Settings: `account_sid`; `from` (a number, a short code, a name) or `messaging_service_sid`; `base_url`, such as
https://api.dublin.ie1.twilio.com for data that stays in Ireland.
"""

from typing import Any

from tocsin.channels.base import (
    BouncedError,
    CredentialsError,
    DeliveryError,
    Outgoing,
    RejectedError,
    Send,
    Sent,
    ThrottledError,
)
from tocsin.channels.outbound.requests import Http, basic, form_post
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.phone_numbers import international
from tocsin.channels.registry import Tools
from tocsin.domain.channels import SMS
from tocsin.domain.providers import (
    SMS_SETTINGS,
    Provider,
    Setting,
    header_token,
    matching,
    sms_sender,
    web_url,
)

SPEC = Provider(
    SMS,
    settings={
        "account_sid": Setting(matching(r"AC[0-9a-f]{32}", "AC and 32 hexadecimal digits"), required=True),
        "from": Setting(sms_sender),
        "messaging_service_sid": Setting(matching(r"MG[0-9a-f]{32}", "MG and 32 hexadecimal digits")),
        "base_url": Setting(web_url),
        **SMS_SETTINGS,
    },
    secrets={"auth_token": header_token},
    one_of=("from", "messaging_service_sid"),
)

SERVICE = "twilio"
BASE_URL = "https://api.twilio.com"

# Twilio's codes (https://www.twilio.com/docs/api/errors) by what they mean; of what is not here the status speaks.
ERRORS: dict[str, type[DeliveryError]] = {
    "20003": CredentialsError,  # authenticate
    "20005": CredentialsError,  # the account is not active
    "21211": BouncedError,  # no phone number
    "21408": RejectedError,  # the account may not send to that country: 403, and no fault of the credentials
    "21610": BouncedError,  # the recipient said STOP
    "21611": ThrottledError,  # the sender's queue is full
    "21614": BouncedError,  # no mobile number
}


def make(tools: Tools) -> Send:
    return TwilioProvider(tools.http).send


class TwilioProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        account, token = outgoing.settings["account_sid"], outgoing.secret("auth_token")
        url = f"{outgoing.base_url(BASE_URL)}/2010-04-01/Accounts/{account}/Messages.json"
        headers = {"authorization": basic(account, token)}
        answer = self._http(form_post(SERVICE, url, _payload(outgoing), headers, hidden=(token,)))
        if not answer.ok:
            raise verdict(answer, ERRORS.get(str(refusal(answer).get("code"))))
        return taken(answer, "sid")


def _payload(outgoing: Outgoing) -> dict[str, Any]:
    """A messaging service chooses among its numbers; `from` beside it is the one it should take."""
    senders = {"From": "from", "MessagingServiceSid": "messaging_service_sid"}
    named = {name: outgoing.settings[key] for name, key in senders.items() if outgoing.settings.get(key)}
    kept = {"To": international(outgoing.content["to"]), **named}
    marks = outgoing.told_at("StatusCallback", "auth_token")
    return outgoing.overridden({"Body": outgoing.content["body"]}, kept=kept, marks=marks)
