"""One person's feed, and everything that can happen to it, with a way to let two things happen at once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from tests.builders.messages import ENV, START, a_draft
from tocsin.domain.feed import Archived, Counts, Feed, FeedFilter, FeedStatus, state_of
from tocsin.domain.listing import Span
from tocsin.domain.messages import Mark, Message, marked
from tocsin.domain.recipients import user
from tocsin.store import keys
from tocsin.store.feeds import FeedStore
from tocsin.store.message_lists import MessageListStore
from tocsin.store.messages import MessageStore, draft_to_writes, message_from_item
from tocsin.store.payloads import Payloads
from tocsin.store.removals import RemovalStore
from tocsin.store.table import Table
from tocsin.usecases import read_feed as looking
from tocsin.usecases.delete_recipient import DeletePorts, delete_wholly
from tocsin.usecases.mark_messages import MarkPorts, mark_message

SHARDS = 2
FILTERS = [FeedFilter(status, archived) for status in FeedStatus for archived in Archived]
LATER = START + timedelta(days=1)


class NoStorage:
    def put(self, key: str, body: bytes) -> None:
        raise AssertionError("nothing here is large")

    def get(self, key: str) -> bytes:
        raise AssertionError("nothing here is large")


class Interrupted(Table):
    """Lets something else happen right before this table's next write, once."""

    def __init__(self, table: Table) -> None:
        super().__init__(table._client, table._name)
        self.before_write: Callable[[], object] | None = None
        self.queries = self.writes = 0

    def _interrupt(self) -> None:
        self.writes += 1
        happening, self.before_write = self.before_write, None
        if happening:
            happening()

    def transact(self, writes: Any) -> None:
        self._interrupt()
        super().transact(writes)

    def delete_all(self, wanted: Any) -> None:
        rows = list(wanted)
        self._interrupt()
        super().delete_all(rows)

    def query(self, *arguments: Any, **options: Any) -> Any:
        self.queries += 1
        return super().query(*arguments, **options)


class Reader:
    """One person's feed, and everything that can happen to it."""

    def __init__(self, table: Table) -> None:
        self.table = Interrupted(table)
        self.ref = user(f"jane-{uuid4()}")
        self.feed = Feed(self.ref, a_draft(0).message.channel_id)
        self.store = FeedStore(self.table, SHARDS)
        self.payloads = Payloads(NoStorage())

    def colleague(self) -> "Reader":
        """The same feed, seen by another process."""
        other = Reader(Table(self.table._client, self.table._name))
        other.ref, other.feed = self.ref, self.feed
        return other

    def receives(self, number: int, **fields: Any) -> str:
        draft = a_draft(number, recipient=self.ref, **fields)
        Table.transact(self.table, draft_to_writes(ENV, draft, SHARDS, self.payloads))
        return draft.message.id

    def changes(self, message_id: str, change: Callable[[Message], Message]) -> Message:
        messages = MessageStore(self.table, self.payloads, SHARDS)
        ports = MarkPorts(MessageListStore(self.table, SHARDS), messages, self.store)
        return mark_message(ports, ENV, message_id, change)

    def marks(self, message_id: str, mark: Mark = Mark.READ) -> Message:
        return self.changes(message_id, partial(marked, mark=mark, now=LATER))

    def looks(
        self, wanted: FeedFilter | None = None, *, now: Any = LATER, size: int = 50
    ) -> looking.FeedPage:
        return looking.read_feed(
            self.store,
            ENV,
            self.feed,
            wanted or FeedFilter(),
            Span(),
            size,
            now,
            lambda message: message.data or {},
        )

    def is_deleted(self) -> None:
        delete_wholly(DeletePorts(RemovalStore(self.table, SHARDS)), ENV, self.ref, LATER)

    def items(self) -> list[Message]:
        partition = keys.recipient(ENV, self.ref.collection, self.ref.id)
        rows = self.table.query_all(
            partition, prefix=keys.message_prefix(self.feed.channel_id), consistent=True
        )
        return [
            message_from_item(row) for row in rows if row["sk"] != keys.feed_counters(self.feed.channel_id)
        ]

    def recount(self, wanted: FeedFilter) -> Counts:
        shown = [state for state in map(state_of, self.items()) if wanted.shows(state)]
        unread, unseen = (sum(not getattr(state, name) for state in shown) for name in ("read", "seen"))
        return Counts(len(shown), unread, unseen)

    def folded(self) -> int:
        """How many items the stored counters know."""
        return sum(map(sum, self.store.newest(ENV, self.feed, 1).counters.tally.numbers.values()))

    def agrees(self) -> bool:
        return all(self.looks(wanted).counts == self.recount(wanted) for wanted in FILTERS)
