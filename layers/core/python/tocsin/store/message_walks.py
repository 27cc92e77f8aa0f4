"""Walks in the table: pages of a lane, and what each step found and finished.

A step leaves two rows under its operation, each written once: the messages that it found, before anything is done to
them, and its record, which is what a poll counts. Whoever comes second, at either, goes by what is there.
"""

from typing import Any, NamedTuple

from tocsin.domain.bulk_operations import BulkOperation, ChunkRecord, Row
from tocsin.domain.listing import Span
from tocsin.domain.message_walks import Lane, LanePage, StepRows
from tocsin.store import keys
from tocsin.store.bulk_operations import (
    chunk_from_item,
    chunk_to_item,
    operation_from_item,
    put_once,
    row_key,
)
from tocsin.store.messages import message_from_item
from tocsin.store.payloads import Payloads
from tocsin.store.table import Item, Page, Table

PAGE = 240


class StepWork(NamedTuple):
    """A step as its worker finds it. `lane` is the operation's row of that number."""

    operation: BulkOperation
    lane: Row
    is_started: bool
    found: StepRows | None
    done: ChunkRecord | None
    is_next_begun: bool


class MessageWalkStore:
    def __init__(self, table: Table, payloads: Payloads, shards: int) -> None:
        self._table = table
        self._payloads = payloads
        self._shards = shards

    def lanes(self) -> list[Lane]:
        """Of a whole environment."""
        return [Lane(shard=shard) for shard in keys.all_shards(self._shards)]

    def step_work(self, env: str, operation_id: str, lane: int, number: int) -> StepWork | None:
        """None when the operation has expired."""
        rows, next_rows = keys.bulk_step_rows(lane, number), keys.bulk_step_rows(lane, number + 1)
        done = keys.bulk_step(lane, number)
        wanted = (keys.OPERATION, keys.BULK_ROWS, keys.BULK_STARTED, rows, done, next_rows)
        partition = keys.bulk_operation(env, operation_id)
        found = self._table.batch_get(((partition, sk) for sk in wanted), consistent=True)
        by_sk = {sk: item for (_, sk), item in found.items()}
        if keys.OPERATION not in by_sk or keys.BULK_ROWS not in by_sk:
            return None
        body: Any = self._payloads.unpack(by_sk[keys.BULK_ROWS]["body"])
        return StepWork(
            operation=operation_from_item(by_sk[keys.OPERATION], body["shared"]),
            lane=body["rows"][lane],
            is_started=keys.BULK_STARTED in by_sk,
            found=_rows_from_item(by_sk[rows]) if rows in by_sk else None,
            done=chunk_from_item(by_sk[done]) if done in by_sk else None,
            is_next_begun=next_rows in by_sk,
        )

    def choose(self, env: str, operation: BulkOperation, lane: int, number: int, rows: StepRows) -> StepRows:
        """What the step is about: these messages, or those that another worker has chosen already."""
        key = row_key(env, operation.id, keys.bulk_step_rows(lane, number), operation.inserted_at)
        if put_once(self._table, {**key, "message_ids": rows.message_ids, "onwards": rows.onwards}):
            return rows
        chosen = self._table.get((key["pk"], key["sk"]), consistent=True)
        return _rows_from_item(chosen) if chosen else rows

    def finish(self, env: str, operation: BulkOperation, number: int, record: ChunkRecord) -> bool:
        """False when the step was recorded already: that record stands."""
        key = row_key(env, operation.id, keys.bulk_step(record.number, number), operation.inserted_at)
        return put_once(self._table, {**key, **chunk_to_item(record)})

    def page(self, env: str, lane: Lane, channel_id: str, span: Span) -> LanePage:
        """The newest messages on a channel between two ids. Read consistently: what was said of them counts."""
        if lane.recipient is None:
            return self._page_of_shard(env, lane.shard or "", channel_id, span)
        partition = keys.recipient(env, lane.recipient.collection, lane.recipient.id)
        page = self._table.query(
            partition,
            after=keys.message(channel_id, span.above) if span.above else keys.message_prefix(channel_id),
            before=keys.message(channel_id, span.below) if span.below else keys.feed_counters(channel_id),
            descending=True,
            limit=PAGE,
            consistent=True,
        )
        return LanePage([message_from_item(item) for item in page.items], _onwards(page))

    def _page_of_shard(self, env: str, shard: str, channel_id: str, span: Span) -> LanePage:
        """The index says where messages lie, and on which channel: others are not read."""
        partition = keys.messages_shard(env, shard)
        page = self._table.query(
            partition, after=span.above, before=span.below, descending=True, limit=PAGE, index=True
        )
        prefix = keys.message_prefix(channel_id)
        places = [(item[keys.PK], item[keys.SK]) for item in page.items if item[keys.SK].startswith(prefix)]
        found = self._table.batch_get(places, consistent=True)
        messages = [message_from_item(found[place]) for place in places if place in found]
        return LanePage(messages, _onwards(page))


def _onwards(page: Page) -> str | None:
    return page.items[-1][keys.ISK] if page.items and page.last else None


def _rows_from_item(item: Item) -> StepRows:
    return StepRows(tuple(item["message_ids"]), item.get("onwards"))
