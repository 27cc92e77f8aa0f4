"""Webhooks of an environment in one partition, and their deliveries spread over the shards: every event makes one."""

from collections.abc import Iterator
from dataclasses import replace

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.listing import Span
from tocsin.domain.webhooks import (
    KEPT,
    DeliveryStatus,
    Failing,
    Try,
    Webhook,
    WebhookDelivery,
)
from tocsin.store import keys
from tocsin.store.merging import Lane, merged
from tocsin.store.signing_secrets import secrets_from, secrets_text
from tocsin.store.table import SAME_VERSION, Delete, Item, Key, Table, put_if_version


class WebhookStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, env: str, webhook_id: str) -> Webhook | None:
        item = self._table.get((keys.webhooks(env), webhook_id), consistent=True)
        return _webhook_from_item(item) if item else None

    def all(self, env: str) -> list[Webhook]:
        return [
            _webhook_from_item(item) for item in self._table.query_all(keys.webhooks(env), consistent=True)
        ]

    def put(self, env: str, webhook: Webhook) -> Webhook:
        """Compare-and-set on `webhook.version`."""
        self._table.put(put_if_version(_webhook_to_item(env, webhook), webhook.version))
        return replace(webhook, version=webhook.version + 1)

    def delete(self, env: str, webhook: Webhook) -> None:
        """Compare-and-set on `webhook.version`."""
        place = (keys.webhooks(env), webhook.id)
        self._table.delete(Delete(place, SAME_VERSION, {":version": webhook.version}))


class WebhookDeliveryStore:
    def __init__(self, table: Table, shards: int) -> None:
        self._table = table
        self._shards = shards

    def get(self, env: str, webhook_id: str, event_id: str) -> WebhookDelivery | None:
        item = self._table.get(self._key(env, webhook_id, event_id), consistent=True)
        return _delivery_from_item(item) if item else None

    def put(self, env: str, delivery: WebhookDelivery) -> None:
        """Compare-and-set on `delivery.version`."""
        pk, sk = self._key(env, delivery.webhook_id, delivery.event_id)
        item = {"pk": pk, "sk": sk, **_delivery_to_item(delivery)}
        self._table.put(put_if_version(item, delivery.version))

    def listed(self, env: str, webhook_id: str, span: Span, chunk: int) -> Iterator[WebhookDelivery]:
        """In the order of their events' ids, which is that of time."""
        shards = keys.all_shards(self._shards)
        lanes = [Lane(keys.webhook_deliveries(env, webhook_id, shard), consistent=True) for shard in shards]
        return map(_delivery_from_item, merged(self._table, lanes, span, chunk))

    def _key(self, env: str, webhook_id: str, event_id: str) -> Key:
        shard = keys.shard_of(event_id, self._shards)
        return keys.webhook_deliveries(env, webhook_id, shard), event_id


def _webhook_to_item(env: str, webhook: Webhook) -> Item:
    failing = webhook.failing
    return {
        "pk": keys.webhooks(env),
        "sk": webhook.id,
        "url": webhook.url,
        "event_types": list(webhook.event_types),
        "description": webhook.description,
        "enabled": webhook.enabled,
        "disabled_because": webhook.disabled_because,
        "secrets": secrets_text(webhook.secrets),
        "failing": [to_iso(failing.since), failing.deliveries] if failing else None,
        "created_at": to_iso(webhook.created_at),
        "updated_at": to_iso(webhook.updated_at),
    }


def _webhook_from_item(item: Item) -> Webhook:
    failing = item.get("failing")
    return Webhook(
        id=item["sk"],
        url=item["url"],
        created_at=from_iso(item["created_at"]),
        updated_at=from_iso(item["updated_at"]),
        event_types=tuple(item["event_types"]),
        description=item.get("description"),
        enabled=item["enabled"],
        disabled_because=item.get("disabled_because"),
        secrets=secrets_from(item.get("secrets")),
        failing=Failing(from_iso(failing[0]), failing[1]) if failing else None,
        version=item["version"],
    )


def _delivery_to_item(delivery: WebhookDelivery) -> Item:
    return {
        "webhook_id": delivery.webhook_id,
        "event_type": delivery.event_type,
        "at": to_iso(delivery.at),
        "event": delivery.event,
        "status": delivery.status.value,
        "tries": json_text.dumps([[to_iso(one.at), one.status, one.answer] for one in delivery.tries]),
        "sample": delivery.sample or None,
        keys.EXPIRES_AT: int((delivery.at + KEPT).timestamp()),
    }


def _delivery_from_item(item: Item) -> WebhookDelivery:
    return WebhookDelivery(
        webhook_id=item["webhook_id"],
        event_id=item["sk"],
        event_type=item["event_type"],
        at=from_iso(item["at"]),
        event=item["event"],
        status=DeliveryStatus(item["status"]),
        tries=tuple(
            Try(from_iso(at), status, answer) for at, status, answer in json_text.loads(item["tries"])
        ),
        sample=item.get("sample", False),
        version=item["version"],
    )
