"""EventBridge as a port: events on a bus, as many in a call as it takes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tocsin.domain import json_text

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "tocsin"
MAX_ENTRIES = 10
# Of all that a call brings, as EventBridge counts it: 256 KB, less what source, type and time take of it.
MAX_BYTES = 250 * 1024

BusEntry = tuple[str, datetime, dict[str, Any]]


class EventBus:
    def __init__(self, client: "EventBridgeClient", name: str) -> None:
        self._client = client
        self._name = name

    def put(self, entries: Sequence[BusEntry]) -> int:
        """All of them, or RuntimeError: whoever puts them again, puts them all. Returns how many were too large for
        any bus."""
        details = [(kind, at, json_text.dumps(detail)) for kind, at, detail in entries]
        fitting = [one for one in details if _size(one[2]) <= MAX_BYTES]
        for call in _calls(fitting):
            sent: Any = [
                {"Source": SOURCE, "DetailType": kind, "Time": at, "Detail": text, "EventBusName": self._name}
                for kind, at, text in call
            ]
            if refused := self._client.put_events(Entries=sent)["FailedEntryCount"]:
                raise RuntimeError(f"the bus {self._name!r} refused {refused} of {len(sent)} events")
        return len(details) - len(fitting)


def _calls(details: Sequence[tuple[str, datetime, str]]) -> Iterator[list[tuple[str, datetime, str]]]:
    call: list[tuple[str, datetime, str]] = []
    size = 0
    for one in details:
        if call and (len(call) == MAX_ENTRIES or size + _size(one[2]) > MAX_BYTES):
            yield call
            call, size = [], 0
        call.append(one)
        size += _size(one[2])
    if call:
        yield call


def _size(text: str) -> int:
    return len(text.encode())
