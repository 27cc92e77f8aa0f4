"""Postmark's email API (https://postmarkapp.com/developer/api/email-api). Secret: `server_token`. Settings: `base_url`
and those of every email.

`Metadata` comes back with its webhooks; names of up to 20 characters and values of up to 80
(https://postmarkapp.com/support/article/1125-custom-metadata-faq).
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
from tocsin.channels.email.apis import API_SETTINGS, filled, joined
from tocsin.channels.email.parts import Email, File, email_of
from tocsin.channels.email.tags import tags
from tocsin.channels.outbound.requests import Http, json_post
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import EMAIL
from tocsin.domain.providers import Provider, header_token

SPEC = Provider(EMAIL, settings=API_SETTINGS, secrets={"server_token": header_token})

SERVICE = "postmark"
BASE_URL = "https://api.postmarkapp.com"
PATH = "/email"

# ErrorCode of an answer (https://postmarkapp.com/developer/api/overview#error-codes); others speak by their status.
ERRORS: dict[str, type[DeliveryError]] = {
    "10": CredentialsError,  # a token that is missing or wrong
    "100": RetryableError,  # maintenance
    "400": CredentialsError,  # no such sender signature
    "401": CredentialsError,  # the sender signature is not confirmed
    "405": CredentialsError,  # no credits left
    "406": BouncedError,  # all recipients are inactive: they bounced, complained or unsubscribed
    "412": CredentialsError,  # the account waits for approval
    "413": CredentialsError,  # the account may not send
}


def make(tools: Tools) -> Send:
    return PostmarkProvider(tools.http).send


class PostmarkProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        url = outgoing.base_url(BASE_URL) + PATH
        headers = {"x-postmark-server-token": outgoing.secret("server_token")}
        email = email_of(outgoing.content)
        marks = {"Metadata": tags(outgoing)}
        body = outgoing.overridden(_mail(email), kept=_envelope(email), marks=marks)
        answer = self._http(json_post(SERVICE, url, body, headers))
        if not answer.ok:
            raise verdict(answer, ERRORS.get(str(refusal(answer).get("ErrorCode"))))
        return taken(answer, "MessageID")


def _envelope(email: Email) -> dict[str, Any]:
    return filled(From=str(email.sender), To=joined(email.to), Cc=joined(email.cc), Bcc=joined(email.bcc))


def _mail(email: Email) -> dict[str, Any]:
    return filled(
        ReplyTo=joined(email.reply_to),
        Subject=email.subject,
        HtmlBody=email.html,
        TextBody=email.text,
        Headers=[{"Name": name, "Value": value} for name, value in email.headers.items()],
        Attachments=[_attachment(file) for file in email.files],
    )


def _attachment(file: File) -> dict[str, Any]:
    return filled(
        Name=file.name,
        Content=file.content,
        ContentType=file.content_type,
        ContentID=f"cid:{file.content_id}" if file.is_shown else None,
    )
