"""Webhooks without a table: what the worker needs to post an event over a real socket."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from tests.builders.http_sink import Seen, Sink
from tocsin.channels.outbound.client import HttpClient
from tocsin.contract.tasks import PostEvent
from tocsin.domain import json_text
from tocsin.domain.errors import ConflictError
from tocsin.domain.signing_secrets import SigningSecret
from tocsin.domain.webhooks import Webhook, WebhookDelivery
from tocsin.usecases.announce_events import AnnouncePorts
from tocsin.usecases.post_event import PostPorts, post_event

ENV = "development"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NEW_SECRET, OLD_SECRET = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0", "whsec_b2xkLXNlY3JldC1vbGQtc2VjcmV0"


def verify(secret: str, request: Seen) -> None:
    """As a receiver of Knock's webhooks does."""
    at, signature = (part[2:] for part in request.headers["x-knock-signature"].split(",", 1))
    digest = hmac.new(secret.encode(), f"{at}.{request.body.decode()}".encode(), hashlib.sha256).digest()
    assert signature == base64.b64encode(digest).decode()


def verifies(secret: str, request: Seen) -> bool:
    """As a receiver of Standard Webhooks does: one of the signatures has to be right."""
    name, at = (request.headers[f"webhook-{part}"] for part in ("id", "timestamp"))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{name}.{at}.{request.body.decode()}".encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}" in request.headers["webhook-signature"].split(" ")


class Rows(dict[Any, Any]):
    """Rows by the id of a webhook, or of it and an event, changed by compare-and-set."""

    def get(self, env: str, *names: str) -> Any:  # type: ignore[override]
        return super().get(names)

    def all(self, env: str) -> list[Any]:
        return list(self.values())

    def put(self, env: str, row: Any) -> Any:
        names = (row.webhook_id, row.event_id) if isinstance(row, WebhookDelivery) else (row.id,)
        known = super().get(names)
        if (known.version if known else 0) != row.version:
            raise ConflictError("somebody was faster")
        self[names] = replace(row, version=row.version + 1)
        return self[names]


@dataclass
class Delayed:
    """A queue that holds tasks back."""

    sent: list[tuple[Any, int]] = field(default_factory=list)

    def send(self, task: BaseModel, delay_seconds: int = 0) -> None:
        self.sent.append((task, delay_seconds))

    def send_many(self, tasks: Any, delay_seconds: int = 0) -> None:
        self.sent += [(task, delay_seconds) for task in tasks]


class Inline:
    def pack(self, key: str, value: object, most: int = 0) -> dict[str, str]:
        return {"json": json_text.dumps(value)}

    def unpack(self, packed: dict[str, str]) -> Any:
        return json_text.loads(packed["json"])


class Bus:
    def __init__(self) -> None:
        self.put_on: list[Any] = []

    def put(self, entries: Any) -> int:
        self.put_on += entries
        return 0


class Secrets:
    def __init__(self) -> None:
        self.texts = {"new": NEW_SECRET, "old": OLD_SECRET}

    def get(self, env: str, webhook_id: str, names: Any) -> dict[str, str]:
        return {name: self.texts[name] for name in names if name in self.texts}


class PostOffice:
    """One webhook of a customer's, whose endpoint is a sink, and all that tries to reach it."""

    def __init__(self, sink: Sink, *, timeout: float = 5.0, **fields: Any) -> None:
        self.now = NOON
        self.webhooks, self.deliveries, self.queue, self.bus, self.secrets = (
            Rows(),
            Rows(),
            Delayed(),
            Bus(),
            Secrets(),
        )
        self.told: dict[str, Any] = {}
        self._http = HttpClient(frozenset({"127.0.0.1"}), timeout=timeout)
        given = {"url": f"{sink.url}/hear", "secrets": (SigningSecret("new"),), **fields}
        self.webhooks.put(ENV, Webhook(id="w-1", created_at=NOON, updated_at=NOON, **given))

    @property
    def webhook(self) -> Webhook:
        found: Webhook = self.webhooks.get(ENV, "w-1")
        return found

    def delivery(self, event_id: str = "e-1") -> WebhookDelivery:
        found: WebhookDelivery = self.deliveries.get(ENV, "w-1", event_id)
        return found

    def ports(self) -> PostPorts:
        return PostPorts(
            webhooks=self.webhooks,  # type: ignore[arg-type]
            deliveries=self.deliveries,  # type: ignore[arg-type]
            secrets=self.secrets,
            payloads=Inline(),
            tasks=self.queue,
            http=self._http.send,
            announcing=AnnouncePorts(
                self.webhooks.all, self.queue, Inline(), self.bus, "tocsin-test", self.tell
            ),
            clock=lambda: self.now,
            chance=lambda: 0.5,
            tell=self.tell,
        )

    def tell(self, **facts: Any) -> None:
        self.told |= facts

    def post(self, task: PostEvent) -> str:
        return post_event(self.ports(), task)

    def post_to_the_end(self, task: PostEvent) -> list[str]:
        """With every try that follows, each when its time has come."""
        outcomes = [self.post(task)]
        while self.queue.sent and isinstance(self.queue.sent[0][0], PostEvent):
            again, pause = self.queue.sent.pop(0)
            self.now += timedelta(seconds=pause)
            outcomes.append(self.post(again))
        return outcomes


def an_event(event_id: str = "e-1", **fields: Any) -> PostEvent:
    body = {"__typename": "Event", "type": "message.sent", "data": {"id": "m-1", "price": 1.10}}
    return PostEvent(
        env=ENV,
        webhook_id="w-1",
        event_id=event_id,
        event_type="message.sent",
        at=NOON,
        event={"json": json_text.dumps(body)},
        **fields,
    )
