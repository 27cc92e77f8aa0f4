"""How an event is read from what a source sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tocsin.domain.environments import hash_of
from tocsin.domain.event_sources import (
    EventSource,
    SourceEnvironment,
    SourceEvent,
    SourceKind,
    SourceSecret,
    value_at,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def read(
    body: Any, kind: SourceKind = SourceKind.HTTP, settings: dict[str, str] | None = None
) -> SourceEvent | None:
    environments = {"development": SourceEnvironment(NOW, settings or {})}
    source = EventSource("shop", "Shop", kind, NOW, NOW, environments=environments)
    return source.read("development", {"body": body, "headers": {"x-event": "evt_9"}}, NOW)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"type": "track", "event": "Paid", "userId": "jane", "messageId": "m", "properties": {"n": 1}},
            SourceEvent("Paid", {"n": 1}, NOW, "jane", "m"),
        ),
        (
            {"type": "paid", "user_id": 7, "id": "evt_1", "data": {"n": 1}},
            SourceEvent("paid", {"n": 1}, NOW, "7", "evt_1"),
        ),
        ({"event": "paid"}, SourceEvent("paid", {"event": "paid"}, NOW)),
    ],
)
def test_the_usual_shapes_need_no_settings(body: Any, expected: SourceEvent) -> None:
    assert read(body) == expected


def test_an_event_of_the_bus_has_its_parts_where_eventbridge_puts_them() -> None:
    event = {"id": "e-1", "detail-type": "Paid", "source": "com.acme", "detail": {"userId": "jane"}}

    assert read(event, SourceKind.EVENTBRIDGE) == SourceEvent("Paid", {"userId": "jane"}, NOW, "jane", "e-1")


def test_settings_say_where_else_the_parts_lie_and_nothing_stands_in_for_them() -> None:
    paths = {
        "event_type_path": "body.meta.kind",
        "user_id_path": "body.owners.0.id",
        "idempotency_key_path": "headers.x-event",
        "data_path": "body.meta",
    }
    body = {"event": "other", "userId": "tom", "meta": {"kind": "paid"}, "owners": [{"id": "jane"}]}

    assert read(body, settings=paths) == SourceEvent("paid", {"kind": "paid"}, NOW, "jane", "evt_9")
    assert read({"event": "paid"}, settings=paths) is None


@pytest.mark.parametrize("body", [{}, {"event": ""}, {"event": None}, {"event": {"a": 1}}, {"event": True}])
def test_what_has_no_name_is_no_event(body: Any) -> None:
    assert read(body) is None


@pytest.mark.parametrize("key", ["x" * 256, {"a": 1}, True, ""])
def test_an_idempotency_key_that_cannot_be_kept_is_none(key: Any) -> None:
    event = read({"event": "paid", "messageId": key})

    assert event is not None
    assert event.idempotency_key is None


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-03-01T11:00:00Z", NOW - HOUR),
        ("2026-03-01T13:00:00Z", NOW),
        ("yesterday", NOW),
        (1772362800, NOW),
    ],
)
def test_an_event_happened_when_it_says_but_never_after_it_came(said: Any, at: datetime) -> None:
    event = read({"event": "paid", "at": said}, settings={"timestamp_path": "body.at"})

    assert event is not None
    assert event.at == at


@pytest.mark.parametrize("path", ["body.a.b.c", "body.list.5", "body.list.x", "body.text.0", "headers"])
def test_a_path_that_leads_nowhere_leads_to_nothing(path: str) -> None:
    assert value_at({"body": {"a": {"b": None}, "list": [1], "text": "abc"}}, path) is None


def test_a_secret_opens_until_its_end() -> None:
    ending = SourceSecret(hash_of("old"), NOW)
    environment = SourceEnvironment(NOW, secrets=(ending, SourceSecret(hash_of("new"))))

    assert environment.opens_with("old", NOW - HOUR)
    assert not environment.opens_with("old", NOW)
    assert environment.opens_with("new", NOW + 1000 * HOUR)
    assert not environment.opens_with("", NOW)
    assert not SourceEnvironment(NOW).opens_with("", NOW)
