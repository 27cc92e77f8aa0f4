"""Webhooks: made, changed, given a new secret, removed. What changes holds within ten seconds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from tocsin.domain.created_secrets import CreatedSecret
from tocsin.domain.errors import FieldProblem, InvalidParamsError, NotFoundError
from tocsin.domain.field_checks import first_per_field, flag, text, texts, under
from tocsin.domain.ids import NewSecret, NewUuid
from tocsin.domain.outbound_events import EVENT_TYPES
from tocsin.domain.providers import web_url
from tocsin.domain.signing_secrets import written
from tocsin.domain.webhooks import Webhook, switched, with_new_secret
from tocsin.usecases.credentials import refuse
from tocsin.usecases.repeating import persistently
from tocsin.usecases.webhook_ports import Webhooks, WebhookSecrets

FIELDS = ("description", "enabled", "event_types", "url")
# Each of them hears of every event, and is paid for.
MAX_WEBHOOKS = 20
LONGEST_URL, LONGEST_DESCRIPTION = 2048, 1024

Json = Mapping[str, Any]


class WebhookPorts(NamedTuple):
    webhooks: Webhooks
    secrets: WebhookSecrets
    new_uuid: NewUuid
    new_secret: NewSecret


@dataclass(frozen=True, slots=True)
class WithSecret:
    """`secret` is the only copy that anybody outside will ever see."""

    webhook: Webhook
    secret: str = field(repr=False)


def find_webhook(webhooks: Webhooks, env: str, webhook_id: str) -> Webhook:
    """Looked for among all, because not every text that callers send can be a key. Raises NotFoundError."""
    found = next((one for one in webhooks.all(env) if one.id == webhook_id), None)
    if found is None:
        raise NotFoundError(f"there is no webhook {webhook_id!r} in {env}")
    return found


def create_webhook(ports: WebhookPorts, env: str, sent: Json, now: datetime) -> WithSecret:
    """Its secret is stored before it is: no event goes out unsigned. Raises InvalidParamsError."""
    refuse(first_per_field(_problems(sent, is_new=True)))
    if len(ports.webhooks.all(env)) >= MAX_WEBHOOKS:
        message = (
            f"there are {MAX_WEBHOOKS} webhooks in {env} already; remove one, or let one hear more events"
        )
        raise InvalidParamsError([FieldProblem("webhook", message, "too_many")])
    blank = Webhook(id=ports.new_uuid(), url="", created_at=now, updated_at=now)
    name, secret = _new_secret(ports, env, blank.id)
    webhook = with_new_secret(_as_sent(blank, sent, now), name, now)
    return WithSecret(ports.webhooks.put(env, webhook), secret)


def change_webhook(ports: WebhookPorts, env: str, webhook_id: str, sent: Json, now: datetime) -> Webhook:
    """Raises NotFoundError, InvalidParamsError."""

    def attempt() -> Webhook:
        before = find_webhook(ports.webhooks, env, webhook_id)
        refuse(first_per_field(_problems(sent, is_new=False)))
        after = _as_sent(before, sent, now)
        return before if after == before else ports.webhooks.put(env, replace(after, updated_at=now))

    return persistently(attempt, "the webhook is being")


def rotate_secret(ports: WebhookPorts, env: str, webhook_id: str, now: datetime) -> CreatedSecret:
    """The one before it signs as well for a day; what is older goes. Raises NotFoundError."""
    find_webhook(ports.webhooks, env, webhook_id)
    # Once, however often it is tried: each is paid for.
    name, secret = _new_secret(ports, env, webhook_id)

    def attempt() -> CreatedSecret:
        before = find_webhook(ports.webhooks, env, webhook_id)
        after = with_new_secret(before, name, now)
        ports.webhooks.put(env, after)
        kept = {one.name for one in after.secrets}
        for old in before.secrets:
            if old.name not in kept:
                ports.secrets.delete(env, webhook_id, old.name)
        return CreatedSecret(secret, after.secrets[0].ends_at)

    return persistently(attempt, "the webhook is being")


def remove_webhook(ports: WebhookPorts, env: str, webhook_id: str) -> None:
    """With its secrets; what is on its way to it is dropped. Raises NotFoundError."""

    def attempt() -> None:
        webhook = find_webhook(ports.webhooks, env, webhook_id)
        ports.webhooks.delete(env, webhook)
        for one in webhook.secrets:
            ports.secrets.delete(env, webhook_id, one.name)

    persistently(attempt, "the webhook is being")


def _new_secret(ports: WebhookPorts, env: str, webhook_id: str) -> tuple[str, str]:
    """Its name, and the secret itself."""
    name = f"signing_secret_{ports.new_uuid()}"
    secret = written(ports.new_secret())
    ports.secrets.put(env, webhook_id, name, secret)
    return name, secret


def _as_sent(webhook: Webhook, sent: Json, now: datetime) -> Webhook:
    enabled = sent.get("enabled")
    after = webhook if enabled is None else switched(webhook, enabled, now)
    types = sent.get("event_types")
    return replace(
        after,
        url=(sent.get("url") or webhook.url).strip(),
        event_types=webhook.event_types if types is None else tuple(dict.fromkeys(types)),
        description=sent.get("description", webhook.description),
    )


def _problems(sent: Json, *, is_new: bool) -> Iterator[FieldProblem]:
    for name in sorted(sent.keys() - set(FIELDS)):
        yield FieldProblem(name, f"there is no such field; there are {', '.join(FIELDS)}", "extra_forbidden")
    yield from text(sent, "url", required=is_new or "url" in sent, longest=LONGEST_URL)
    if isinstance(url := sent.get("url"), str):
        if "{" in url:
            yield FieldProblem("url", "is called as it is written: there is no Liquid in it", "url_parsing")
        yield from under("url", web_url(url))
    yield from text(sent, "description", longest=LONGEST_DESCRIPTION)
    yield from flag(sent, "enabled")
    yield from texts(sent, "event_types")
    if isinstance(types := sent.get("event_types"), list):
        yield from _unknown(types)


def _unknown(types: list[Any]) -> Iterator[FieldProblem]:
    for name in types:
        if isinstance(name, str) and name not in EVENT_TYPES:
            message = f"there is no event {name!r}; there are {', '.join(EVENT_TYPES)}"
            yield FieldProblem("event_types", message, "enum")
