"""Mailgun's messages in MIME form
(https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages/post-v3--domain-name--messages-mime).
Secret: `api_key`. Settings: `domain`, `region`, `base_url` and those of every email.

The other form takes an inline file's name for its content id, so this one says more. What is sent as `v:…` comes back
with its webhooks as `user-variables`.
"""

from dataclasses import replace

from urllib3.filepost import encode_multipart_formdata

from tocsin.channels.base import CredentialsError, DeliveryError, Outgoing, Send, Sent
from tocsin.channels.email.apis import EU, REGIONAL_SETTINGS, US, joined, regional_url
from tocsin.channels.email.mime import written
from tocsin.channels.email.parts import email_of
from tocsin.channels.email.tags import tags
from tocsin.channels.outbound.requests import Http, HttpRequest, basic, form_fields
from tocsin.channels.outbound.verdicts import taken, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import EMAIL
from tocsin.domain.providers import Provider, Setting, header_token, host_name

SERVICE = "mailgun"
HOSTS = {US: "https://api.mailgun.net", EU: "https://api.eu.mailgun.net"}

# Statuses that mean more here than elsewhere: nobody pays for the account; there is no such domain in this region.
ERRORS: dict[int, type[DeliveryError]] = {402: CredentialsError, 404: CredentialsError}

SPEC = Provider(
    EMAIL,
    settings={"domain": Setting(host_name, required=True), **REGIONAL_SETTINGS},
    secrets={"api_key": header_token},
)


def make(tools: Tools) -> Send:
    return MailgunProvider(tools.http).send


class MailgunProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        key = outgoing.secret("api_key")
        url = f"{regional_url(outgoing, HOSTS)}/v3/{outgoing.settings['domain']}/messages.mime"
        body, content_type = _form(outgoing)
        headers = {"authorization": basic("api", key), "content-type": content_type}
        answer = self._http(HttpRequest(SERVICE, "POST", url, headers, body, hidden=(key,)))
        if not answer.ok:
            raise verdict(answer, ERRORS.get(answer.status))
        sent = taken(answer, "id")
        return replace(sent, external_id=sent.external_id.strip("<>"))


def _form(outgoing: Outgoing) -> tuple[bytes, str]:
    """`to` is the envelope: copies get the same message. The boundary is the message's own, so that a repeat is the
    same request; nobody who writes content knows it."""
    kept = {"to": joined(email_of(outgoing.content).recipients)}
    marks = {f"v:{name}": value for name, value in tags(outgoing).items()}
    fields = form_fields(outgoing.overridden({}, kept=kept, marks=marks))
    message = ("message.eml", written(outgoing), "message/rfc822")
    return encode_multipart_formdata([*fields, ("message", message)], boundary=f"form-{outgoing.message_id}")
