"""Push notifications: one message for each of a recipient's devices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.engine.context import Composed, Destination, Reaching
from tocsin.usecases.composing.texts import rendered

SILENT = "silent"


@dataclass(frozen=True, slots=True)
class PushComposer:
    """Devices are channel data: `devices` (or the older `player_ids`), each with the name its provider gave it."""

    needs_delivery: bool = True

    def destinations(self, reaching: Reaching) -> Sequence[Destination]:
        return [Destination({"token": name}, key=name) for name in _devices(reaching)]

    def compose(self, reaching: Reaching, destination: Destination) -> Composed:
        """A silent one carries data only: nothing is shown, the app is woken."""
        template, scope = reaching.template, reaching.scope
        is_silent = (template.get("settings") or {}).get("delivery_type") == SILENT
        content: dict[str, Any] = {
            "__typename": "MessagePushContent",
            "token": destination.address["token"],
            "title": "" if is_silent else rendered(reaching, template["title"]).strip(),
            "body": "" if is_silent else rendered(reaching, template["text_body"]).strip(),
            "data": {**scope["data"], "knock_message_id": scope["current_message"]["id"]},
        }
        return Composed(content, {"name": scope["recipient"].get("name")})


def _devices(reaching: Reaching) -> Iterator[str]:
    data = reaching.channel_data
    for device in data.get("devices") or ():
        yield device.get("token") or device["target_arn"]
    yield from data.get("player_ids") or ()
