"""Mailjet's Send API v3.1 (https://dev.mailjet.com/email/guides/send-api-v31/). Secrets: `api_key`, `secret_key`.
Settings: `base_url` (accounts in the USA have https://api.us.mailjet.com) and those of every email.

`CustomID` and `EventPayload` come back with every event (https://dev.mailjet.com/email/guides/webhooks/).
"""

from email.headerregistry import Address
from typing import Any

from tocsin.channels.base import (
    CredentialsError,
    DeliveryError,
    Outgoing,
    RejectedError,
    Send,
    Sent,
)
from tocsin.channels.email.apis import API_SETTINGS, filled, named
from tocsin.channels.email.parts import Email, File, Mailboxes, email_of
from tocsin.channels.email.tags import tags
from tocsin.channels.outbound.requests import Http, HttpAnswer, basic, json_post
from tocsin.channels.outbound.verdicts import json_object, refusal, taken, verdict
from tocsin.channels.registry import Tools
from tocsin.domain import json_text
from tocsin.domain.channels import EMAIL
from tocsin.domain.providers import Provider, header_token

SPEC = Provider(EMAIL, settings=API_SETTINGS, secrets={"api_key": header_token, "secret_key": header_token})

SERVICE = "mailjet"
BASE_URL = "https://api.mailjet.com"
PATH = "/v3.1/send"
SUCCESS = "success"

# ErrorCode of an answer that means more than its status, or comes without one.
ERRORS: dict[str, type[DeliveryError]] = {
    "send-0006": CredentialsError,
    "send-0007": CredentialsError,
    "send-0008": CredentialsError,  # the sender's address is not validated
    "mj-0001": CredentialsError,  # the key is suspended
    "mj-0015": CredentialsError,
}


def make(tools: Tools) -> Send:
    return MailjetProvider(tools.http).send


class MailjetProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        url = outgoing.base_url(BASE_URL) + PATH
        key, secret = outgoing.secret("api_key"), outgoing.secret("secret_key")
        email = email_of(outgoing.content)
        message = outgoing.overridden(_mail(email), kept=_envelope(email), marks=_marks(outgoing))
        headers = {"authorization": basic(key, secret)}
        body = {"Messages": [message]}
        return _sent(self._http(json_post(SERVICE, url, body, headers, hidden=(key, secret))))


def _marks(outgoing: Outgoing) -> dict[str, str]:
    return {"CustomID": outgoing.message_id, "EventPayload": json_text.dumps(tags(outgoing))}


def _envelope(email: Email) -> dict[str, Any]:
    return filled(From=_named(email.sender), To=_all(email.to), Cc=_all(email.cc), Bcc=_all(email.bcc))


def _mail(email: Email) -> dict[str, Any]:
    """Of several addresses to reply to, Mailjet takes the first."""
    return filled(
        ReplyTo=next(iter(_all(email.reply_to)), None),
        Subject=email.subject,
        TextPart=email.text,
        HTMLPart=email.html,
        Headers=email.headers,
        Attachments=[_attachment(file) for file in email.files if not file.is_shown],
        InlinedAttachments=[_attachment(file) for file in email.files if file.is_shown],
    )


def _named(mailbox: Address) -> dict[str, str]:
    return named(mailbox, "Email", "Name")


def _all(mailboxes: Mailboxes) -> list[dict[str, str]]:
    return [_named(one) for one in mailboxes]


def _attachment(file: File) -> dict[str, Any]:
    return filled(
        ContentType=file.content_type,
        Filename=file.name,
        ContentID=file.content_id if file.is_shown else None,
        Base64Content=file.content,
    )


def _sent(answer: HttpAnswer) -> Sent:
    """A no may come with a 200: each message of a request has a status of its own."""
    if not answer.ok:
        raise verdict(answer, ERRORS.get(_code(refusal(answer))))
    found = json_object(answer)
    message = _message(found)
    if message and message.get("Status") != SUCCESS:
        raise verdict(answer, ERRORS.get(_code(found), RejectedError))
    return taken(answer, "Messages", 0, "To", 0, "MessageID")


def _message(found: dict[str, Any]) -> dict[str, Any]:
    messages = found.get("Messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    return first if isinstance(first, dict) else {}


def _code(found: dict[str, Any]) -> str:
    """Of the whole request, or of the first thing that is wrong with the message."""
    errors = _message(found).get("Errors")
    first = errors[0] if isinstance(errors, list) and errors else found
    return str(first.get("ErrorCode")) if isinstance(first, dict) else ""
