"""Resend's email API (https://resend.com/docs/api-reference/emails/send-email). Secret: `api_key`. Settings: `base_url`
and those of every email.

`tags` come back with its webhooks. The message's id is the idempotency key, by which Resend knows a repeat for a day
(https://resend.com/docs/dashboard/emails/idempotency-keys).
"""

from typing import Any

from tocsin.channels.base import CredentialsError, DeliveryError, Outgoing, RejectedError, Send, Sent
from tocsin.channels.email.apis import API_SETTINGS, filled
from tocsin.channels.email.parts import Email, File, email_of
from tocsin.channels.email.tags import tags
from tocsin.channels.outbound.requests import Http, json_post
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import EMAIL
from tocsin.domain.providers import Provider, header_token

SPEC = Provider(EMAIL, settings=API_SETTINGS, secrets={"api_key": header_token})

SERVICE = "resend"
BASE_URL = "https://api.resend.com"
PATH = "/emails"

# `name` of an answer (https://resend.com/docs/api-reference/errors); others speak by their status. An idempotency key
# with two requests: what was sent with it first has gone out, and no further try will be taken.
ERRORS: dict[str, type[DeliveryError]] = {
    "invalid_access": CredentialsError,
    "invalid_from_address": CredentialsError,
    "invalid_idempotent_request": RejectedError,
}


def make(tools: Tools) -> Send:
    return ResendProvider(tools.http).send


class ResendProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        url = outgoing.base_url(BASE_URL) + PATH
        headers = {
            "authorization": f"Bearer {outgoing.secret('api_key')}",
            "idempotency-key": outgoing.message_id,
        }
        marks = [{"name": name, "value": value} for name, value in tags(outgoing).items()]
        email = email_of(outgoing.content)
        body = outgoing.overridden(_mail(email), kept=_envelope(email), marks={"tags": marks})
        answer = self._http(json_post(SERVICE, url, body, headers))
        if not answer.ok:
            raise verdict(answer, ERRORS.get(str(refusal(answer).get("name"))))
        return taken(answer, "id")


def _envelope(email: Email) -> dict[str, Any]:
    lists = {"to": email.to, "cc": email.cc, "bcc": email.bcc}
    people = filled(**{name: [str(one) for one in found] for name, found in lists.items()})
    return {"from": str(email.sender), **people}


def _mail(email: Email) -> dict[str, Any]:
    return {
        **filled(reply_to=[str(one) for one in email.reply_to]),
        "subject": email.subject,
        **filled(
            html=email.html,
            text=email.text,
            headers=email.headers,
            attachments=[_attachment(file) for file in email.files],
        ),
    }


def _attachment(file: File) -> dict[str, Any]:
    return filled(
        filename=file.name,
        content=file.content,
        content_type=file.content_type,
        content_id=file.content_id if file.is_shown else None,
    )
