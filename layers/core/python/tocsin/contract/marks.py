"""Marks on the wire: of one message and of a batch."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from tocsin.contract.model import Model
from tocsin.domain import json_text
from tocsin.domain.message_filter import MAX_MESSAGE_IDS

MAX_METADATA = 5
MAX_METADATA_BYTES = 2048


def _flat(metadata: dict[str, Any]) -> dict[str, Any]:
    """It becomes an event of the message, whose row stays small."""
    if len(metadata) > MAX_METADATA:
        raise ValueError(f"has {len(metadata)} properties, and may have {MAX_METADATA}")
    nested = [name for name, value in metadata.items() if isinstance(value, (dict, list))]
    if nested:
        raise ValueError(f"must be flat: {nested[0]!r} holds an object or a list")
    if len(json_text.dumps(metadata).encode()) > MAX_METADATA_BYTES:
        raise ValueError(f"is larger than {MAX_METADATA_BYTES} bytes")
    return metadata


Metadata = Annotated[dict[str, Any], AfterValidator(_flat)]
MessageIds = Annotated[list[str], Field(min_length=1, max_length=MAX_MESSAGE_IDS)]


class MarkIn(Model):
    metadata: Metadata | None = Field(
        default=None, description="What the event then says: at most five pairs"
    )


class BatchMarkIn(MarkIn):
    message_ids: MessageIds


class BatchContentQuery(Model):
    message_ids: MessageIds
