"""How a message lies in the table: one row under its recipient, kept below a kilobyte where what it shows lets us.

Rendered content that a feed shows lies in the row; other content (an email's HTML) has a row of its own, or an
object when it is large. The index carries only the id, so a change of status writes one row.
"""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tocsin.domain import json_text
from tocsin.domain.channels import IN_APP_FEED
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.exchanges import Exchange
from tocsin.domain.listed import Listed
from tocsin.domain.messages import (
    FromBatch,
    Mark,
    Message,
    MessageEvent,
    MessageSource,
    Status,
    feed_content,
)
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import Parking
from tocsin.domain.traits import traits_of
from tocsin.domain.values import replace
from tocsin.domain.wheel import ParkedKind
from tocsin.engine.outcome import MessageDraft
from tocsin.store import keys
from tocsin.store.payloads import Payloads
from tocsin.store.rows import (
    channel_type_of,
    optional_date,
    optional_iso,
    optional_json,
    optional_value,
    ref_from_row,
    ref_to_row,
)
from tocsin.store.table import ABSENT, SAME_VERSION, Delete, Item, Key, Put, Table, put_if_version
from tocsin.store.wheel import parked_item

if TYPE_CHECKING:
    from tocsin.domain.dead_letters import DeadLetter

MAX_DATA_IN_ROW = 4096
MAX_CONTENT_IN_ROW = 16 * 1024
# Sources, but for the recipients' runs.
REMEMBERED = 256


def message_to_item(env: str, message: Message, shards: int) -> Item:
    data = _in_row(message.data)
    return {
        "pk": keys.recipient(env, message.recipient.collection, message.recipient.id),
        "sk": keys.message(message.channel_id, message.id),
        keys.IPK: keys.messages_shard(env, keys.shard_of(message.id, shards)),
        keys.ISK: message.id,
        "recipient": ref_to_row(message.recipient),
        "channel_type": message.channel_type,
        "status": message.status.value,
        "source": _source_to_text(message.source),
        "inserted_at": to_iso(message.inserted_at),
        "updated_at": to_iso(message.updated_at) if message.updated_at != message.inserted_at else None,
        "tenant": message.tenant,
        "actor": ref_to_row(message.actor),
        "data": data,
        "traits": _in_row(_searched_instead(message)) if data is None else None,
        "snapshot": optional_json(message.snapshot or None),
        "events": _events_to_text(message),
        "marks": {mark.value: to_iso(at) for mark, at in message.marks.items()} or None,
        "blocks": optional_json(message.content["blocks"]) if message.content is not None else None,
        "batch": optional_json(_batch_to_row(message.batch)),
        "external_id": message.external_id,
        "exchanges": optional_json([_exchange_to_row(*one) for one in message.exchanges] or None),
        "attempts": message.attempts or None,
        "claimed_until": optional_iso(message.claimed_until),
        "carrier": message.carrier_id,
        "tried_since": optional_iso(message.tried_since),
        "scheduled_at": optional_iso(message.scheduled_at),
        "version": message.version,
    }


def message_from_item(item: Item) -> Message:
    collection, recipient_id = item["recipient"]
    inserted_at = from_iso(item["inserted_at"])
    return Message(
        id=item[keys.ISK],
        recipient=RecipientRef(collection, recipient_id),
        channel_id=keys.channel_of_message(item["sk"]),
        channel_type=channel_type_of(item) or "",
        status=Status(item["status"]),
        source=source_from_row(item["source"]),
        inserted_at=inserted_at,
        updated_at=optional_date(item.get("updated_at")) or inserted_at,
        tenant=item.get("tenant"),
        actor=ref_from_row(item.get("actor")),
        data=optional_value(item.get("data")),
        traits=optional_value(item.get("traits")),
        snapshot=optional_value(item.get("snapshot")) or {},
        events=tuple(_event_from_row(row, inserted_at) for row in json_text.loads(item["events"])),
        marks={Mark(mark): from_iso(at) for mark, at in item.get("marks", {}).items()},
        content=content_from_row(item),
        batch=made_of_batch(optional_value(item.get("batch"))),
        external_id=item.get("external_id"),
        exchanges=tuple(
            (from_iso(at), Exchange(*facts)) for at, *facts in optional_value(item.get("exchanges")) or ()
        ),
        attempts=item.get("attempts", 0),
        claimed_until=optional_date(item.get("claimed_until")),
        carrier_id=item.get("carrier"),
        tried_since=optional_date(item.get("tried_since")),
        scheduled_at=optional_date(item.get("scheduled_at")),
        version=item["version"],
    )


def _source_to_text(source: MessageSource) -> str:
    """A run's id is a UUID, in which JSON has nothing to escape."""
    run = source.workflow, source.version_id, source.step_ref, source.workflow_run_id
    return f'{_beside_recipient_run(*run, source.categories)[:-1]},"{source.recipient_run_id}"]'


@lru_cache(maxsize=REMEMBERED)
def _beside_recipient_run(*source: str | tuple[str, ...]) -> str:
    """All messages of a page come from the same steps of one trigger."""
    return json_text.dumps_plain(source)


def source_from_row(row: str | list[Any]) -> MessageSource:
    """Until 0.1.0 it was a list, with the categories at its end."""
    if isinstance(row, str):
        workflow, version_id, step_ref, workflow_run_id, categories, recipient_run_id = json_text.loads(row)
    else:
        workflow, version_id, step_ref, workflow_run_id, recipient_run_id, categories = row
    return MessageSource(workflow, version_id, step_ref, workflow_run_id, recipient_run_id, tuple(categories))


def content_from_row(item: Item) -> dict[str, Any] | None:
    """What a feed shows. Until 0.1.0 it lay there as a whole; there is nothing in it but the blocks."""
    blocks = item.get("blocks")
    return (
        feed_content(json_text.loads(blocks)) if blocks is not None else optional_value(item.get("content"))
    )


def _events_to_text(message: Message) -> str:
    rows = [_event_to_row(event, message) for event in message.events]
    brought = any(event.data is not None for event in message.events)
    return json_text.dumps(rows) if brought else json_text.dumps_plain(rows)


def _event_to_row(event: MessageEvent, message: Message) -> list[Any]:
    """Its type; when it was, if not when the message was made; what there is to say of it. What is missing at the end
    is left out: a message has three such events when it is made, and every byte of its first kilobyte counts."""
    at = to_iso(event.at) if event.at != message.inserted_at else None
    if event.data is not None:
        return [event.type, at, event.data]
    return [event.type, at] if at is not None else [event.type]


def _event_from_row(row: list[Any], inserted_at: datetime) -> MessageEvent:
    kind, at, data = (*row, None, None)[:3]
    return MessageEvent(kind, optional_date(at) or inserted_at, data)


def _batch_to_row(batch: FromBatch | None) -> list[Any] | None:
    if batch is None:
        return None
    return [batch.id, batch.total_activities, batch.total_actors, *map(ref_to_row, batch.actors)]


def made_of_batch(row: list[Any] | None) -> FromBatch | None:
    if row is None:
        return None
    name, activities, actors, *refs = row
    return FromBatch(name, activities, actors, tuple(RecipientRef(*ref) for ref in refs))


def _exchange_to_row(at: datetime, exchange: Exchange) -> list[Any]:
    return [to_iso(at), *astuple(exchange)]


def _in_row(data: dict[str, Any] | None) -> str | None:
    text = optional_json(data)
    return text if text is not None and len(text) <= MAX_DATA_IN_ROW else None


def _searched_instead(message: Message) -> dict[str, Any] | None:
    """Of data that is too large for the row."""
    return message.traits if message.data is None else traits_of(message.data)


def draft_to_writes(env: str, draft: MessageDraft, shards: int, payloads: Payloads) -> list[Put]:
    """The rows of a new message, and its place in the wheel if it waits. It must not exist yet: it is made once."""
    message, content = draft.message, draft.content
    item = message_to_item(env, message, shards)
    waiting = [_parked(env, message.id, draft.parking)] if draft.parking else []
    if message.channel_type == IN_APP_FEED:
        shown = json_text.dumps_plain(content["blocks"])
        if len(shown) <= MAX_CONTENT_IN_ROW:
            return [_new(item, blocks=shown), *waiting]
    row = {
        "pk": item["pk"],
        "sk": keys.content(message.id),
        "content": payloads.pack(f"content/{env}/{message.id}", content, tightly=True),
    }
    return [_new(item), Put(row), *waiting]


def _parked(env: str, message_id: str, parking: Parking) -> Put:
    return Put(parked_item(env, ParkedKind.MESSAGE, message_id, parking))


def _new(item: Item, **beside: str) -> Put:
    return Put({**item, **beside, "version": 1}, ABSENT)


def deletions(env: str, message: Message) -> list[Delete]:
    """Of its rows, as the message was read."""
    key = _message_key(env, message.recipient, message.channel_id, message.id)
    row = Delete(key, SAME_VERSION, {":version": message.version})
    return [row, Delete((key[0], keys.content(message.id)))]


class MessageStore:
    def __init__(self, table: Table, payloads: Payloads, shards: int) -> None:
        self._table = table
        self._payloads = payloads
        self._shards = shards

    def get(self, env: str, recipient: RecipientRef, channel_id: str, message_id: str) -> Message | None:
        """By its whole name, consistently: what a worker that carries the name uses."""
        item = self._table.get(_message_key(env, recipient, channel_id, message_id), consistent=True)
        return message_from_item(item) if item else None

    def put(self, env: str, message: Message, dead_letter: "DeadLetter | None" = None) -> Message:
        """Stores a change by compare-and-set (ConflictError) and returns the message as it now lies there. One that
        has found no provider is listed as a dead letter in the same transaction."""
        write = put_if_version(message_to_item(env, message, self._shards), message.version)
        if dead_letter is None:
            self._table.put(write)
        else:
            # Seldom needed, and not at all by who reads messages.
            from tocsin.store.dead_letter_rows import dead_letter_item

            self._table.transact([write, Put(dead_letter_item(env, dead_letter, self._shards))])
        return replace(message, version=message.version + 1)

    def delete(self, env: str, messages: Sequence[Message]) -> None:
        """Messages in no feed, as they were read: all or ConflictError. Content in S3 stays till it expires."""
        writes = [write for message in messages for write in deletions(env, message)]
        undelivered = [message for message in messages if message.status is Status.UNDELIVERED]
        if undelivered:
            from tocsin.store.dead_letter_rows import keys_of_dead_letters

            writes += map(Delete, keys_of_dead_letters(env, undelivered, self._shards))
        self._table.transact(writes)

    def content(self, env: str, message: Message) -> Any:
        """What was rendered, from the row, the content row or object storage; None when it is gone."""
        return self.contents(env, [message]).get(message.id)

    def contents(self, env: str, messages: Sequence[Listed]) -> dict[str, Any]:
        """By message id, with one read for all those whose content has a row of its own."""
        found = {message.id: message.content for message in messages if message.content is not None}
        apart = {_content_key(env, message): message.id for message in messages if message.id not in found}
        rows = self._table.batch_get(apart, consistent=True)
        return found | {apart[key]: self._payloads.unpack(row["content"]) for key, row in rows.items()}


def _content_key(env: str, message: Listed) -> Key:
    partition = keys.recipient(env, message.recipient.collection, message.recipient.id)
    return partition, keys.content(message.id)


def _message_key(env: str, recipient: RecipientRef, channel_id: str, message_id: str) -> Key:
    return keys.recipient(env, recipient.collection, recipient.id), keys.message(channel_id, message_id)
