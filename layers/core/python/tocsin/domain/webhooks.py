"""Webhooks: endpoints of the customer's that are told of events, and what became of each delivery to them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.domain.clock import to_iso
from tocsin.domain.signing_secrets import SigningSecret, with_new

# An endpoint that takes nothing for so long, and not for want of events, is told nothing more.
PATIENCE = timedelta(days=5)
LEAST_FAILURES = 10
# How long the log of deliveries is kept.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Failing:
    """How many deliveries in a row were given up. Of several at once some may not be counted."""

    since: datetime
    deliveries: int


@dataclass(frozen=True, slots=True)
class Webhook:
    """No `event_types` are all of them. `secrets` begin with the oldest."""

    id: str
    url: str
    created_at: datetime
    updated_at: datetime
    event_types: tuple[str, ...] = ()
    description: str | None = None
    enabled: bool = True
    disabled_because: str | None = None
    secrets: tuple[SigningSecret, ...] = ()
    failing: Failing | None = None
    version: int = 0

    def hears(self, event_type: str) -> bool:
        return self.enabled and (not self.event_types or event_type in self.event_types)


def with_new_secret(webhook: Webhook, name: str, now: datetime) -> Webhook:
    return replace(webhook, secrets=with_new(webhook.secrets, name, now), updated_at=now)


def after_success(webhook: Webhook) -> Webhook:
    return webhook if webhook.failing is None else replace(webhook, failing=None)


def after_failure(webhook: Webhook, now: datetime) -> Webhook:
    """Disabled once it has taken nothing for long enough."""
    before = webhook.failing or Failing(now, 0)
    failing = Failing(before.since, before.deliveries + 1)
    changed = replace(webhook, failing=failing)
    if not webhook.enabled or failing.deliveries < LEAST_FAILURES or now - failing.since < PATIENCE:
        return changed
    why = f"it has taken none of {failing.deliveries} events since {to_iso(failing.since)}"
    return replace(changed, enabled=False, disabled_because=why, updated_at=now)


def switched(webhook: Webhook, enabled: bool, now: datetime) -> Webhook:
    """Once it is enabled again, what failed before counts no more."""
    if webhook.enabled == enabled:
        return webhook
    failing = None if enabled else webhook.failing
    return replace(webhook, enabled=enabled, disabled_because=None, failing=failing, updated_at=now)


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Try:
    """`status` None: no answer came, and `answer` says why."""

    at: datetime
    status: int | None
    answer: str


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One event on its way to one webhook. `event` is packed: its JSON, or where that lies. `sample`: nothing has
    happened, somebody tries the webhook."""

    webhook_id: str
    event_id: str
    event_type: str
    at: datetime
    event: dict[str, str]
    status: DeliveryStatus = DeliveryStatus.PENDING
    tries: tuple[Try, ...] = ()
    sample: bool = False
    version: int = 0

    @property
    def is_settled(self) -> bool:
        return self.status is not DeliveryStatus.PENDING


def begun_anew(delivery: WebhookDelivery) -> WebhookDelivery:
    return replace(delivery, status=DeliveryStatus.PENDING, tries=())
