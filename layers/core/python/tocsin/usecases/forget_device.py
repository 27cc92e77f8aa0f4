"""A device that the provider no longer knows is taken out of its owner's channel data: nothing is sent there again."""

from typing import Any

from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.channel_ports import ChannelData
from tocsin.usecases.repeating import persistently

_LISTS = ("tokens", "target_arns", "player_ids")


def forget_device(store: ChannelData, env: str, ref: RecipientRef, channel_id: str, token: str) -> None:
    """Changes nothing where the device is gone already, or was never among the recipient's own."""

    def attempt() -> None:
        before = store.get(env, ref, channel_id)
        after = _without(before, token) if before else None
        if before and after and after != before:
            store.replace(env, ref, channel_id, before, after)

    persistently(attempt, f"the channel data of {ref.gid} is being")


def _without(data: dict[str, Any], token: str) -> dict[str, Any]:
    """In every list that may name it. `devices` is the same as the others with more about each."""
    lists = {name: [one for one in data[name] if one != token] for name in _LISTS if data.get(name)}
    devices = data.get("devices")
    if devices is None:
        return {**data, **lists}
    kept = [device for device in devices if token not in (device.get("token"), device.get("target_arn"))]
    return {**data, **lists, "devices": kept}
