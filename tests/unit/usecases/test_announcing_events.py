"""Who is told of events, and what that costs where nobody is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.builders.webhooks import ENV, Bus, Delayed, Inline
from tocsin.domain.outbound_events import OutboundEvent
from tocsin.domain.webhooks import Webhook
from tocsin.usecases.announce_events import AnnouncePorts, announce
from tocsin.usecases.event_samples import sample_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ALL = Webhook("w-1", "https://app.test/hear", NOON, NOON)
READS = replace(ALL, id="w-2", event_types=("message.read",))


def ports(*webhooks: Webhook, bus: Bus | None = None, queue: Delayed | None = None) -> AnnouncePorts:
    def tell(**facts: Any) -> None:
        raise AssertionError(f"nobody expected to be told {facts}")

    return AnnouncePorts(lambda _: webhooks, queue or Delayed(), Inline(), bus, "tocsin-prod", tell)


def events(*types: str) -> Iterator[OutboundEvent]:
    return (sample_of(event_type, ALL, event_type, NOON) for event_type in types)


def test_where_nobody_listens_nobody_looks_what_happened() -> None:
    untouched = events("message.sent")

    assert announce(ports(replace(ALL, enabled=False)), ENV, untouched) == 0
    assert next(untouched).type == "message.sent"


def test_each_webhook_hears_what_it_listens_for() -> None:
    queue = Delayed()

    assert announce(ports(ALL, READS, queue=queue), ENV, events("message.sent", "message.read")) == 2

    assert [(task.webhook_id, task.event_type) for task, _ in queue.sent] == [
        ("w-1", "message.sent"),
        ("w-1", "message.read"),
        ("w-2", "message.read"),
    ]


def test_the_bus_hears_everything_and_from_where_it_comes() -> None:
    bus, queue = Bus(), Delayed()

    announce(ports(bus=bus, queue=queue), ENV, events("message.sent", "message.read"))

    assert [kind for kind, _, _ in bus.put_on] == ["message.sent", "message.read"]
    detail = bus.put_on[0][2]
    assert (detail["deployment"], detail["environment"], detail["type"]) == (
        "tocsin-prod",
        ENV,
        "message.sent",
    )
    assert queue.sent == []


def test_a_webhook_does_not_hear_of_its_own_end() -> None:
    queue = Delayed()

    announce(ports(ALL, READS, queue=queue), ENV, events("webhook.disabled"))

    assert queue.sent == []
