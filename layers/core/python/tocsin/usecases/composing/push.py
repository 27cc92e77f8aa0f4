"""Push notifications: one message for each of a recipient's devices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.attachments import without_attachments
from tocsin.domain.providers import EXTERNAL_ID
from tocsin.engine.context import Composed, Destination, Reaching, UnsendableError
from tocsin.usecases.composing.overrides import template_overrides
from tocsin.usecases.composing.texts import rendered, words

CONTENT, SILENT = "content", "silent"
# What Apple and Google carry to a device. Whoever takes more from us drops it later, where nobody sees it.
MAX_PAYLOAD_BYTES = 4096
# What a device may say of its owner, and then counts before what the owner says.
_OF_A_DEVICE = ("locale", "timezone")


@dataclass(frozen=True, slots=True)
class PushComposer:
    """Devices are channel data: `devices` (or OneSignal's `player_ids`), each with the name its provider gave it.
    OneSignal may know people by our own ids, too: then there is one place, and no device is named."""

    needs_delivery: bool = True

    def destinations(self, reaching: Reaching) -> Sequence[Destination]:
        if reaching.settings.get("recipient_mode") == EXTERNAL_ID:
            recipient_id = reaching.scope["recipient"]["id"]
            return [Destination({"token": recipient_id, "recipient_mode": EXTERNAL_ID}, key=recipient_id)]
        return [Destination(device, key=device["token"]) for device in _devices(reaching.channel_data)]

    def compose(self, reaching: Reaching, destination: Destination) -> Composed:
        """The trigger's data goes along, and the message's id, by which the app can mark it."""
        device = destination.address
        scope = {**reaching.scope, "recipient": {**reaching.scope["recipient"], **_said(device)}}
        reaching = replace(reaching, scope=scope)
        data = {**without_attachments(scope["data"]), "knock_message_id": scope["current_message"]["id"]}
        payload = {**_texts(reaching), "data": data}
        size = len(json_text.dumps(payload).encode())
        if size > MAX_PAYLOAD_BYTES:
            raise UnsendableError("payload_too_large", bytes=size, limit=MAX_PAYLOAD_BYTES)
        content = {
            "__typename": "MessagePushContent",
            "token": device["token"],
            **payload,
            **template_overrides(reaching),
        }
        if "recipient_mode" in device:
            content["recipient_mode"] = device["recipient_mode"]
        if reaching.settings.get("token_deregistration") is False:
            content["token_deregistration"] = False
        return Composed(content, {"name": scope["recipient"].get("name")})


def _texts(reaching: Reaching) -> dict[str, str]:
    """A silent one carries data only: nothing is shown, the app is woken."""
    template = reaching.template
    kind = (template.get("settings") or {}).get("delivery_type") or CONTENT
    if kind == SILENT:
        return {"title": "", "body": "", "delivery_type": kind}
    title, body = (rendered(reaching, template.get(name)).strip() for name in ("title", "text_body"))
    words(title + body)
    return {"title": title, "body": body, "delivery_type": kind}


def _devices(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for device in data.get("devices") or ():
        yield {"token": device.get("token") or device["target_arn"], **_said(device)}
    for player_id in data.get("player_ids") or ():
        yield {"token": player_id}


def _said(device: Mapping[str, Any]) -> dict[str, Any]:
    return {name: device[name] for name in _OF_A_DEVICE if device.get(name)}
