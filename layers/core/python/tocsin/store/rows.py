"""How domain values lie in a row: dates as ISO text, a customer's JSON as JSON text."""

from datetime import datetime
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.recipients import RecipientRef


def optional_date(text: str | None) -> datetime | None:
    return from_iso(text) if text else None


def optional_iso(moment: datetime | None) -> str | None:
    return to_iso(moment) if moment else None


def ref_to_row(ref: RecipientRef | None) -> list[str] | None:
    return [ref.collection, ref.id] if ref else None


def ref_from_row(row: list[str] | None) -> RecipientRef | None:
    return RecipientRef(row[0], row[1]) if row else None


def optional_json(value: Any) -> str | None:
    return None if value is None else json_text.dumps(value)


def optional_value(text: str | None) -> Any:
    return None if text is None else json_text.loads(text)


def channel_type_of(item: dict[str, Any]) -> str | None:
    """None of what is no message. Until 0.1.0 rows said the channel's id beside it."""
    said: str | None = item.get("channel_type") or item.get("channel", [None, None])[1]
    return said
