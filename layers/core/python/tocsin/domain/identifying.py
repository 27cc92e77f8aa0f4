"""What identifying makes of a recipient: what is said goes deep into what was there."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.errors import FieldProblem, InvalidParamsError
from tocsin.domain.json_text import deep_merge
from tocsin.domain.recipients import MAX_PROPERTIES_BYTES, TENANTS, Recipient, RecipientRef
from tocsin.domain.tenants import merge_tenant


def identified(
    before: Recipient | None, ref: RecipientRef, properties: dict[str, Any], now: datetime
) -> Recipient:
    """`before` None makes a new one. Raises InvalidParamsError for more than a recipient holds."""
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
