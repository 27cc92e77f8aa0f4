"""Plivo's Message API (https://www.plivo.com/docs/messaging/api/message/send-a-message). Secret: `auth_token`.
Settings: `auth_id`; `from` or `powerpack_uuid`, a pool of numbers; `base_url` of a relay.

Its refusals have words and no codes: their status speaks.
"""

from typing import Any

from tocsin.channels.base import Outgoing, Send, Sent
from tocsin.channels.outbound.requests import Http, basic, json_post
from tocsin.channels.outbound.verdicts import taken, verdict
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
        "auth_id": Setting(path_word, required=True),
        "from": Setting(sms_sender),
        "powerpack_uuid": Setting(path_word),
        "base_url": Setting(web_url),
        **SMS_SETTINGS,
    },
    secrets={"auth_token": header_token},
    one_of=("from", "powerpack_uuid"),
)

SERVICE = "plivo"
BASE_URL = "https://api.plivo.com"


def make(tools: Tools) -> Send:
    return PlivoProvider(tools.http).send


class PlivoProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        account, token = outgoing.settings["auth_id"], outgoing.secret("auth_token")
        url = f"{outgoing.base_url(BASE_URL)}/v1/Account/{account}/Message/"
        headers = {"authorization": basic(account, token)}
        answer = self._http(json_post(SERVICE, url, _payload(outgoing), headers, hidden=(token,)))
        if not answer.ok:
            raise verdict(answer)
        return taken(answer, "message_uuid", 0)


def _payload(outgoing: Outgoing) -> dict[str, Any]:
    """One of the two: Plivo takes no `src` beside a pool of numbers."""
    settings = outgoing.settings
    pool = settings.get("powerpack_uuid")
    sender = {"powerpack_uuid": pool} if pool else {"src": settings["from"]}
    kept = {**sender, "dst": international(outgoing.content["to"])}
    marks = outgoing.told_at("url", "auth_token")
    return outgoing.overridden({"text": outgoing.content["body"]}, kept=kept, marks=marks)
