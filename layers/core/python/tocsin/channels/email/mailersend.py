"""MailerSend's email API (https://developers.mailersend.com/api/v1/email.html). Secret: `api_token`.
Settings: `base_url` and those of every email.

Its 202 has no body; the id is in a header. A body warns of recipients who are suppressed: if all are, nothing was
sent. `tags` come back with its webhooks. What a text has of the form `{$name}` or `{{ name }}` is MailerSend's to fill
in, and there is no way to say otherwise. Of `list_unsubscribe` it makes both headers, for accounts whose plan has it.
"""

from typing import Any

from tocsin.channels.base import BouncedError, Outgoing, Send, Sent
from tocsin.channels.email.apis import API_SETTINGS, filled, named
from tocsin.channels.email.parts import Email, File, Mailboxes, email_of
from tocsin.channels.email.tags import tags
from tocsin.channels.outbound.requests import Http, HttpAnswer, json_post
from tocsin.channels.outbound.verdicts import refusal, unreadable, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import EMAIL
from tocsin.domain.providers import Provider, header_token

SPEC = Provider(EMAIL, settings=API_SETTINGS, secrets={"api_token": header_token})

SERVICE = "mailersend"
BASE_URL = "https://api.mailersend.com"
PATH = "/v1/email"
ACCEPTED = 202
# They must not stand in a recipient's name.
_SEPARATORS = str.maketrans(",;", "  ")


def make(tools: Tools) -> Send:
    return MailerSendProvider(tools.http).send


class MailerSendProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        email = email_of(outgoing.content)
        headers = {"authorization": f"Bearer {outgoing.secret('api_token')}"}
        marks = [f"{name}:{value}" for name, value in tags(outgoing).items()]
        body = outgoing.overridden(_mail(email), kept=_envelope(email), marks={"tags": marks})
        answer = self._http(json_post(SERVICE, outgoing.base_url(BASE_URL) + PATH, body, headers))
        if not answer.ok:
            raise verdict(answer)
        if answer.status != ACCEPTED:
            raise unreadable(answer)
        if _suppressed(answer).issuperset(one.addr_spec.lower() for one in email.to):
            raise verdict(answer, BouncedError)
        return Sent(answer.headers.get("x-message-id", ""), answer.exchange)


def _envelope(email: Email) -> dict[str, Any]:
    people = filled(to=_all(email.to), cc=_all(email.cc), bcc=_all(email.bcc))
    return {"from": named(email.sender), **people}


def _mail(email: Email) -> dict[str, Any]:
    """Of several addresses to reply to, MailerSend takes the first. A file's type is its name's ending."""
    return filled(
        reply_to=next(iter(_all(email.reply_to)), None),
        subject=email.subject,
        text=email.text,
        html=email.html,
        list_unsubscribe=email.unsubscribe_url,
        attachments=[_attachment(file) for file in email.files],
    )


def _all(mailboxes: Mailboxes) -> list[dict[str, str]]:
    return [{key: text.translate(_SEPARATORS) for key, text in named(one).items()} for one in mailboxes]


def _attachment(file: File) -> dict[str, Any]:
    return filled(filename=file.name, content=file.content, disposition=file.disposition, id=file.content_id)


def _suppressed(answer: HttpAnswer) -> set[str]:
    """Whom the warnings name: those who bounced, complained, unsubscribed or are blocked."""
    warnings = refusal(answer).get("warnings")
    told = warnings if isinstance(warnings, list) else []
    named_in = [one.get("recipients") for one in told if isinstance(one, dict)]
    people = [one for found in named_in if isinstance(found, list) for one in found if isinstance(one, dict)]
    return {str(one.get("email")).lower() for one in people}
