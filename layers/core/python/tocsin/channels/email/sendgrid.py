"""SendGrid's Mail Send (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send). Secret: `api_key`.
Settings: `region`, `base_url` and those of every email.

Its 202 has no body; the id is in a header. `custom_args` come back with every event of its Event Webhook
(https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event).
"""

from typing import Any

from tocsin.channels.base import Outgoing, Send, Sent
from tocsin.channels.email.apis import EU, REGIONAL_SETTINGS, US, filled, named, regional_url
from tocsin.channels.email.parts import Email, File, email_of
from tocsin.channels.email.tags import tags
from tocsin.channels.outbound.requests import Http, json_post
from tocsin.channels.outbound.verdicts import unreadable, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import EMAIL
from tocsin.domain.providers import Provider, header_token

SPEC = Provider(EMAIL, settings=REGIONAL_SETTINGS, secrets={"api_key": header_token})

SERVICE = "sendgrid"
HOSTS = {US: "https://api.sendgrid.com", EU: "https://api.eu.sendgrid.com"}
PATH = "/v3/mail/send"
ACCEPTED = 202


def make(tools: Tools) -> Send:
    return SendGridProvider(tools.http).send


class SendGridProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        url = regional_url(outgoing, HOSTS) + PATH
        headers = {"authorization": f"Bearer {outgoing.secret('api_key')}"}
        email = email_of(outgoing.content)
        marks = {"custom_args": tags(outgoing)}
        body = outgoing.overridden(_mail(email), kept=_envelope(email), marks=marks)
        answer = self._http(json_post(SERVICE, url, body, headers))
        if not answer.ok:
            raise verdict(answer)
        if answer.status != ACCEPTED:
            raise unreadable(answer)
        return Sent(answer.headers.get("x-message-id", ""), answer.exchange)


def _envelope(email: Email) -> dict[str, Any]:
    lists = {"to": email.to, "cc": email.cc, "bcc": email.bcc}
    people = filled(**{name: [named(one) for one in found] for name, found in lists.items()})
    return {"personalizations": [people], "from": named(email.sender)}


def _mail(email: Email) -> dict[str, Any]:
    bodies = {"text/plain": email.text, "text/html": email.html}
    return {
        "subject": email.subject,
        "content": [{"type": kind, "value": body} for kind, body in bodies.items() if body],
        **filled(
            reply_to_list=[named(one) for one in email.reply_to],
            headers=email.headers,
            attachments=[_attachment(file) for file in email.files],
        ),
    }


def _attachment(file: File) -> dict[str, Any]:
    """SendGrid takes a type without parameters only."""
    return filled(
        content=file.content,
        type=file.content_type.partition(";")[0].strip(),
        filename=file.name,
        disposition=file.disposition,
        content_id=file.content_id,
    )
