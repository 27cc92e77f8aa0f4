"""Bring one event to one webhook: eight tries within half an hour, each in the delivery's log.

A task may come twice. The log says which tries were made and whether it is over; what it does not know yet is done.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from tocsin.channels.base import DeliveryError, RejectedError, RetryableError, ThrottledError
from tocsin.channels.outbound.requests import Http, HttpRequest
from tocsin.channels.outbound.verdicts import excerpt, retry_after
from tocsin.channels.webhook.signatures import knock_signature, signed_headers
from tocsin.contract.tasks import PostEvent
from tocsin.domain import json_text
from tocsin.domain.errors import ConflictError
from tocsin.domain.outbound_events import webhook_disabled
from tocsin.domain.retries import LONGEST, next_delay
from tocsin.domain.signing_secrets import live_names
from tocsin.domain.webhooks import (
    DeliveryStatus,
    Try,
    Webhook,
    WebhookDelivery,
    after_failure,
    after_success,
)
from tocsin.usecases.announce_events import AnnouncePorts, announce
from tocsin.usecases.ports import Tasks
from tocsin.usecases.webhook_ports import Packing, ReadableSecrets, WebhookDeliveries, Webhooks

SERVICE = "webhook"


class PostPorts(NamedTuple):
    webhooks: Webhooks
    deliveries: WebhookDeliveries
    secrets: ReadableSecrets
    payloads: Packing
    tasks: Tasks
    http: Http
    announcing: AnnouncePorts
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    tell: Callable[..., None]


class Outcome(NamedTuple):
    """What one try came to: None is an answer of 2xx."""

    tried: Try
    error: DeliveryError | None


def post_event(ports: PostPorts, task: PostEvent) -> str:
    """Returns a word for the log. ConflictError: another copy of the task is at work; this one comes back."""
    webhook = ports.webhooks.get(task.env, task.webhook_id)
    if webhook is None:
        return "gone"
    known = ports.deliveries.get(task.env, task.webhook_id, task.event_id) or _delivery(task)
    if known.is_settled:
        return "settled"
    if not webhook.enabled and not known.sample:
        ports.deliveries.put(task.env, replace(known, status=DeliveryStatus.FAILED))
        return "disabled"
    if len(known.tries) >= task.attempt:
        _try_again(ports, task, next_delay(task.attempt, ports.chance()))
        return "known"
    return _try(ports, task, webhook, known)


def _delivery(task: PostEvent) -> WebhookDelivery:
    return WebhookDelivery(
        webhook_id=task.webhook_id,
        event_id=task.event_id,
        event_type=task.event_type,
        at=task.at,
        event=task.event,
        sample=task.sample,
    )


def _try(ports: PostPorts, task: PostEvent, webhook: Webhook, known: WebhookDelivery) -> str:
    outcome = _post(ports, task, webhook)
    pause = None if known.sample else _pause(task.attempt, outcome.error, ports.chance())
    status = _status(outcome.error, pause)
    ports.deliveries.put(task.env, replace(known, status=status, tries=(*known.tries, outcome.tried)))
    if not known.sample:
        _note_health(ports, task.env, webhook, status)
    if status is DeliveryStatus.PENDING:
        _try_again(ports, task, pause)
    return status.value


def _post(ports: PostPorts, task: PostEvent, webhook: Webhook) -> Outcome:
    now = ports.clock()
    try:
        answer = ports.http(_request(ports, task, webhook, now))
    except DeliveryError as error:
        return Outcome(Try(now, None, str(error)), error)
    tried = Try(now, answer.status, excerpt(answer))
    if answer.ok:
        return Outcome(tried, None)
    text = f"HTTP {answer.status}"
    if answer.status in (429, 503):
        return Outcome(tried, ThrottledError(text, retry_after(answer)))
    return Outcome(tried, RetryableError(text))


def _request(ports: PostPorts, task: PostEvent, webhook: Webhook, now: datetime) -> HttpRequest:
    """Raises RetryableError while its secret is missing: nothing goes out unsigned."""
    names = live_names(webhook.secrets, now)
    found = ports.secrets.get(task.env, webhook.id, names)
    if names[0] not in found:
        raise RetryableError("the webhook lacks its newest secret; give it a new one")
    secrets = [found[name] for name in names if name in found]
    body = json_text.dumps(ports.payloads.unpack(task.event)).encode()
    headers = {
        "content-type": "application/json",
        "x-knock-event": task.event_type,
        "x-knock-environment-id": task.env,
        "x-knock-signature": knock_signature(secrets[0], int(now.timestamp() * 1000), body),
        **signed_headers(secrets, task.event_id, int(now.timestamp()), body),
    }
    return HttpRequest(SERVICE, "POST", webhook.url, headers, body)


def _pause(attempt: int, error: DeliveryError | None, chance: float) -> int | None:
    """Seconds; None where there is no other try. Whoever asks for a long pause gets what a queue can hold."""
    if error is None or isinstance(error, RejectedError):
        return None
    after = error.after if isinstance(error, ThrottledError) else None
    return next_delay(attempt, chance, min(after, LONGEST) if after is not None else None)


def _status(error: DeliveryError | None, pause: int | None) -> DeliveryStatus:
    if error is None:
        return DeliveryStatus.DELIVERED
    return DeliveryStatus.FAILED if pause is None else DeliveryStatus.PENDING


def _try_again(ports: PostPorts, task: PostEvent, pause: int | None) -> None:
    if pause is not None:
        ports.tasks.send(task.model_copy(update={"attempt": task.attempt + 1}), pause)


def _note_health(ports: PostPorts, env: str, webhook: Webhook, status: DeliveryStatus) -> None:
    """Of many at once one is counted: that is enough to know that an endpoint fails."""
    if status is DeliveryStatus.PENDING:
        return
    now = ports.clock()
    changed = after_success(webhook) if status is DeliveryStatus.DELIVERED else after_failure(webhook, now)
    if changed == webhook:
        return
    with suppress(ConflictError):
        ports.webhooks.put(env, changed)
        if webhook.enabled and not changed.enabled:
            # Its host alone: what follows may be a secret that opens the endpoint.
            host = urlsplit(webhook.url).hostname
            ports.tell(webhook_disabled=webhook.id, host=host, why=changed.disabled_because)
            announce(ports.announcing, env, [webhook_disabled(changed, now)])
