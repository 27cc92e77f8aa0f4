"""SparkPost's transmissions (https://developers.sparkpost.com/api/transmissions/). Secret: `api_key`.
Settings: `region`, `base_url` and those of every email.

`metadata` comes back as `rcpt_meta` with every event. Copies are recipients whose To is another's
(https://support.sparkpost.com/docs/faq/cc-bcc-with-rest-api). What is written with `{{…}}` would be SparkPost's to fill
in; ours is rendered already, so its substitution is off.
"""

from typing import Any

from tocsin.channels.base import CredentialsError, DeliveryError, Outgoing, Send, Sent, ThrottledError
from tocsin.channels.email.apis import EU, REGIONAL_SETTINGS, US, filled, joined, named, regional_url
from tocsin.channels.email.parts import Email, File, email_of
from tocsin.channels.email.tags import tags
from tocsin.channels.outbound.requests import Http, HttpAnswer, json_post
from tocsin.channels.outbound.verdicts import refusal, taken, verdict
from tocsin.channels.registry import Tools
from tocsin.domain.channels import EMAIL
from tocsin.domain.providers import Provider, header_token

SPEC = Provider(EMAIL, settings=REGIONAL_SETTINGS, secrets={"api_key": header_token})

SERVICE = "sparkpost"
HOSTS = {US: "https://api.sparkpost.com", EU: "https://api.eu.sparkpost.com"}
PATH = "/api/v1/transmissions"
# What is not transactional is held back from people who opted out of marketing.
OPTIONS = {"transactional": True, "perform_substitutions": False}

# `code` of an error (https://support.sparkpost.com/docs/tech-resources/extended-error-codes); others speak by their
# status, to which SparkPost adds one of its own.
ERRORS: dict[str, type[DeliveryError]] = {
    "1303": CredentialsError,
    "7001": CredentialsError,  # the sender's domain is not configured
}
EXCEEDED_LIMIT = 420


def make(tools: Tools) -> Send:
    return SparkPostProvider(tools.http).send


class SparkPostProvider:
    def __init__(self, http: Http) -> None:
        self._http = http

    def send(self, outgoing: Outgoing) -> Sent:
        url = regional_url(outgoing, HOSTS) + PATH
        email = email_of(outgoing.content)
        body = outgoing.overridden(
            {"options": OPTIONS, "content": _content(email)},
            kept={"recipients": _recipients(email), "content": {"from": named(email.sender)}},
            marks={"metadata": tags(outgoing)},
        )
        headers = {"authorization": outgoing.secret("api_key")}
        answer = self._http(json_post(SERVICE, url, body, headers))
        if not answer.ok:
            raise verdict(answer, _kind(answer))
        return taken(answer, "results", "id")


def _recipients(email: Email) -> list[dict[str, Any]]:
    """Every copy says whom the email is for."""
    to = joined(email.to)
    return [{"address": {"email": one.addr_spec, "header_to": to}} for one in email.recipients]


def _content(email: Email) -> dict[str, Any]:
    return {
        "subject": email.subject,
        **filled(
            reply_to=joined(email.reply_to),
            headers=filled(CC=joined(email.cc), **email.headers),
            text=email.text,
            html=email.html,
            attachments=[_file(one, one.name) for one in email.files if not one.is_shown],
            inline_images=[_file(one, one.content_id) for one in email.files if one.is_shown],
        ),
    }


def _file(file: File, name: str | None) -> dict[str, Any]:
    """An inline image is known by its name alone."""
    return {"name": name, "type": file.content_type, "data": file.content}


def _kind(answer: HttpAnswer) -> type[DeliveryError] | None:
    if answer.status == EXCEEDED_LIMIT:
        return ThrottledError
    errors = refusal(answer).get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return ERRORS.get(str(first.get("code"))) if isinstance(first, dict) else None
