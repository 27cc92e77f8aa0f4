"""Where webhooks and the log of their deliveries are kept, and the bus that events are put on."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from tocsin.domain.listing import Span
from tocsin.domain.webhooks import Webhook, WebhookDelivery


class Webhooks(Protocol):
    def get(self, env: str, webhook_id: str) -> Webhook | None: ...

    def all(self, env: str) -> list[Webhook]: ...

    def put(self, env: str, webhook: Webhook) -> Webhook:
        """Compare-and-set on `webhook.version`."""

    def delete(self, env: str, webhook: Webhook) -> None:
        """Compare-and-set on `webhook.version`."""


class WebhookDeliveries(Protocol):
    def get(self, env: str, webhook_id: str, event_id: str) -> WebhookDelivery | None: ...

    def put(self, env: str, delivery: WebhookDelivery) -> None:
        """Compare-and-set on `delivery.version`."""

    def listed(self, env: str, webhook_id: str, span: Span, chunk: int) -> Iterator[WebhookDelivery]: ...


class WebhookSecrets(Protocol):
    """Each one by itself, under the webhook's id."""

    def put(self, env: str, webhook_id: str, name: str, text: str) -> None: ...

    def delete(self, env: str, webhook_id: str, name: str) -> None: ...


class ReadableSecrets(Protocol):
    def get(self, env: str, webhook_id: str, names: Iterable[str]) -> dict[str, str]:
        """Those of the names that are there."""


class EventBus(Protocol):
    def put(self, entries: Sequence[tuple[str, datetime, dict[str, Any]]]) -> int:
        """Type, time and detail of each: all of them, or RuntimeError. Returns how many were too large for it."""


class Packing(Protocol):
    def pack(self, key: str, value: object, most: int = ...) -> dict[str, str]: ...

    def unpack(self, packed: dict[str, str]) -> Any: ...
