"""What is put on a bus, in calls that EventBridge takes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tocsin.aws.event_bus import MAX_BYTES, EventBus
from tocsin.domain import json_text

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Bridge:
    """Remembers each call's entries; refuses one of them if it is told to."""

    def __init__(self, refused: int = 0) -> None:
        self.calls: list[list[Any]] = []
        self._refused = refused

    def put_events(self, Entries: list[Any]) -> dict[str, int]:  # noqa: N803 - AWS's own name
        self.calls.append(Entries)
        return {"FailedEntryCount": self._refused}


def put(bridge: Bridge, *details: dict[str, Any]) -> int:
    entries = [("message.sent", NOON, detail) for detail in details]
    return EventBus(bridge, "default").put(entries)  # type: ignore[arg-type]


def test_ten_events_share_a_call() -> None:
    bridge = Bridge()

    assert put(bridge, *({"id": str(number)} for number in range(23))) == 0

    assert [len(call) for call in bridge.calls] == [10, 10, 3]
    assert bridge.calls[2][2] == {
        "Source": "tocsin",
        "DetailType": "message.sent",
        "Time": NOON,
        "Detail": '{"id":"22"}',
        "EventBusName": "default",
    }


def test_large_events_share_a_call_as_far_as_they_fit() -> None:
    bridge = Bridge()

    put(bridge, *({"text": "x" * (MAX_BYTES // 2 - 100)} for _ in range(3)))

    assert [len(call) for call in bridge.calls] == [2, 1]


def test_one_too_large_for_any_bus_does_not_hold_up_the_others() -> None:
    bridge = Bridge()

    assert put(bridge, {"text": "ü" * MAX_BYTES}, {"price": json_text.loads("1.10")}) == 1

    [[entry]] = bridge.calls
    assert entry["Detail"] == '{"price":1.10}'


def test_what_the_bus_refuses_is_not_lost_in_silence() -> None:
    with pytest.raises(RuntimeError, match="'default' refused 1 of 1 events"):
        put(Bridge(refused=1), {"id": "1"})
