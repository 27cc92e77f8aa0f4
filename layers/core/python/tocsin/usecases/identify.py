"""Identify: create a recipient or merge properties into it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.errors import ConflictError, FieldProblem, InvalidParamsError
from tocsin.domain.json_text import deep_merge
from tocsin.domain.recipients import MAX_PROPERTIES_BYTES, TENANTS, Recipient, RecipientRef
from tocsin.domain.tenants import merge_tenant
from tocsin.usecases.ports import Recipients

TRIES = 5


def identify(
    store: Recipients, env: str, ref: RecipientRef, properties: dict[str, Any], now: datetime
) -> Recipient:
    """Deep-merges `properties` into what is stored. Concurrent callers' properties all survive.

    Raises InvalidParamsError when the result is over the reference's 256 kB, ConflictError when five tries in a row
    met somebody else's write.
    """
    for _ in range(TRIES):
        before = store.get(env, ref)
        merged = _merged(before, ref, properties, now)
        if before is not None and merged.properties == before.properties:
            return before
        try:
            store.put(env, merged)
        except ConflictError:
            continue
        return merged
    raise ConflictError(f"{ref.gid} is being changed by too many callers at once; try again")


def _merged(
    before: Recipient | None, ref: RecipientRef, properties: dict[str, Any], now: datetime
) -> Recipient:
    if before is None:
        before = Recipient(ref, created_at=now, updated_at=now)
    merge = merge_tenant if ref.collection == TENANTS else deep_merge
    after = replace(before, properties=merge(before.properties, properties), updated_at=now)
    check_size(after.properties)
    return after


def check_size(properties: dict[str, Any]) -> None:
    """Raises InvalidParamsError for more than a recipient holds."""
    size = len(json_text.dumps(properties).encode())
    if size > MAX_PROPERTIES_BYTES:
        text = f"would hold {size} bytes of properties; a recipient holds at most {MAX_PROPERTIES_BYTES}"
        raise InvalidParamsError([FieldProblem("properties", text)])
