"""A connection that was found out on the way is kept with the recipient, so that nobody has to find it again."""

from contextlib import suppress
from typing import Any

from tocsin.domain.connections import key_of
from tocsin.domain.errors import ConflictError
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.channel_ports import ChannelData


def connect_recipient(
    store: ChannelData, env: str, ref: RecipientRef, channel_id: str, connection: dict[str, Any]
) -> None:
    """Only where there is none: whatever somebody has set meanwhile stays as it is."""
    before = store.get(env, ref, channel_id)
    connections = (before or {}).get("connections") or []
    if any(key_of(one) for one in connections):
        return
    with suppress(ConflictError):
        if before is None:
            store.add(env, ref, channel_id, {"connections": [connection]})
        else:
            after = {**before, "connections": [*connections, connection]}
            store.replace(env, ref, channel_id, before, after)
