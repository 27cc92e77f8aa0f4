"""Identify: create a recipient or merge properties into it."""

from datetime import datetime
from typing import Any

from tocsin.domain.errors import ConflictError
from tocsin.domain.identifying import identified
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.usecases.ports import Recipients

TRIES = 5


def identify(
    store: Recipients, env: str, ref: RecipientRef, properties: dict[str, Any], now: datetime
) -> Recipient:
    """Deep-merges `properties` into what is stored. Concurrent callers' properties all survive.

    Raises InvalidParamsError when the result is over the reference's 256 kB, ConflictError when five tries in a row
    met somebody else's write.
    """
    return identify_as_read(store, env, ref, properties, now, store.get(env, ref))


def identify_as_read(
    store: Recipients,
    env: str,
    ref: RecipientRef,
    properties: dict[str, Any],
    now: datetime,
    before: Recipient | None,
) -> Recipient:
    """The same for who has read it `before`. It is read anew where somebody has written since."""
    for _ in range(TRIES):
        merged = identified(before, ref, properties, now)
        if before is not None and merged.properties == before.properties:
            return before
        try:
            store.put(env, merged)
        except ConflictError:
            before = store.get(env, ref)
        else:
            return merged
    raise ConflictError(f"{ref.gid} is being changed by too many callers at once; try again")
