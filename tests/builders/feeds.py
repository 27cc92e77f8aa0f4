"""One person's feed, and everything that can happen to it, with a way to let two things happen at once."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from tests.builders.messages import ENV, START, a_draft
from tests.builders.outside import Tasks
from tocsin.domain.feed import Archived, Counts, Feed, FeedFilter, FeedStatus, Tally
from tocsin.domain.listed import Listed
from tocsin.domain.listing import Span
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Mark, Message, marked
from tocsin.domain.recipients import Recipient, user
from tocsin.domain.remembered import UNTOLD, wanted_by
from tocsin.store import keys
from tocsin.store.feeds import FeedStore
from tocsin.store.message_lists import MessageListStore
from tocsin.store.messages import MessageStore, draft_to_writes, message_from_item
from tocsin.store.payloads import Payloads
from tocsin.store.recipients import RecipientStore
from tocsin.store.removals import RemovalStore
from tocsin.store.table import Table
from tocsin.store.takeovers import TakeoverStore
from tocsin.usecases import read_feed as looking
from tocsin.usecases.delete_recipient import DeletePorts, delete_wholly
from tocsin.usecases.mark_messages import MarkPorts, mark_message, mark_messages
from tocsin.usecases.merge_users import MergePorts, merge_users

SHARDS = 2
LATER = START + timedelta(days=1)

FILTERS = [FeedFilter(status, archived) for status in FeedStatus for archived in Archived]
FACETS = [
    MessageFilter(source=source, categories=categories, tenant=tenant, has_tenant=has_tenant, within=within)
    for source in (None, "billing")
    for categories in (frozenset[str](), frozenset({"a", "x"}))
    for tenant in (None, "acme")
    for has_tenant in (None, True, False)
    for within in (None, frozenset({"acme"}), frozenset({None, "other"}))
]
EVERY_FILTER = [replace(filter_, messages=messages) for filter_ in FILTERS for messages in FACETS]
# Rows tell short values of ORDINARY and LARGE data, and none of what is VAST.
ORDINARY: list[dict[str, Any]] = [{}, {"n": 1}, {"n": True}, {"n": 1, "project": "x"}]
LARGE = {"n": 1, "project": "x", "text": "long " * 1_000}
VAST = {"n": 1, **{f"field-{number}": "y" * 100 for number in range(50)}}
DATA_FILTERS = [
    FeedFilter(status, messages=MessageFilter(source=source, tenant=tenant, trigger_data=data))
    for status in (FeedStatus.ALL, FeedStatus.UNREAD)
    for source, tenant in [(None, None), ("billing", None), (None, "acme")]
    for data in ({"n": 1}, {"n": True}, {"n": 1, "project": "x"})
]


def shows(wanted: FeedFilter, message: Message) -> bool:
    """What a query shows, said once more and plainly, to be compared with."""
    asked, tenant, marks = wanted.messages, message.tenant, message.marks
    return all(
        [
            wanted.archived != "only" or Mark.ARCHIVED in marks,
            wanted.archived != "exclude" or Mark.ARCHIVED not in marks,
            wanted.status != "read" or Mark.READ in marks,
            wanted.status != "unread" or Mark.READ not in marks,
            wanted.status != "seen" or Mark.SEEN in marks,
            wanted.status != "unseen" or Mark.SEEN not in marks,
            asked.source in (None, message.source.workflow),
            not asked.categories or any(name in asked.categories for name in message.source.categories),
            asked.tenant is None or tenant is None or tenant == asked.tenant,
            asked.has_tenant is not True or tenant is not None,
            asked.has_tenant is not False or tenant is None,
            asked.within is None or tenant in asked.within,
            all(_is(_data(message).get(name), value) for name, value in (asked.trigger_data or {}).items()),
        ]
    )


def _is(one: object, other: object) -> bool:
    return one == other and type(one) is type(other)


def _data(message: Listed) -> dict[str, Any]:
    return VAST if message.searchable is None else message.searchable


def counted(wanted: FeedFilter, messages: Iterable[Message]) -> Counts:
    shown = [message.marks for message in messages if shows(wanted, message)]
    unread, unseen = (sum(mark not in marks for marks in shown) for mark in (Mark.READ, Mark.SEEN))
    return Counts(len(shown), unread, unseen)


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

    def receives_many(self, each: Iterable[dict[str, Any]]) -> list[str]:
        drafts = [a_draft(number, recipient=self.ref, **fields) for number, fields in enumerate(each)]
        writes = (write for draft in drafts for write in draft_to_writes(ENV, draft, SHARDS, self.payloads))
        self.table.put_all(write.item for write in writes)
        return [draft.message.id for draft in drafts]

    def _mark_ports(self) -> MarkPorts:
        messages = MessageStore(self.table, self.payloads, SHARDS)
        return MarkPorts(MessageListStore(self.table, SHARDS), messages, self.store)

    def changes(self, message_id: str, change: Callable[[Message], Message]) -> Message:
        return mark_message(self._mark_ports(), ENV, message_id, change)

    def changes_all(self, message_ids: Iterable[str], change: Callable[[Message], Message]) -> None:
        mark_messages(self._mark_ports(), ENV, message_ids, change)

    def marks(self, message_id: str, mark: Mark = Mark.READ) -> Message:
        return self.changes(message_id, partial(marked, mark=mark, now=LATER))

    def looks(
        self,
        wanted: FeedFilter | None = None,
        *,
        now: datetime = LATER,
        size: int = 50,
        span: Span | None = None,
    ) -> looking.FeedPage:
        return looking.read_feed(
            self.store,
            ENV,
            self.feed,
            wanted or FeedFilter(),
            span or Span(),
            size,
            now,
            _data,
        )

    def takes_over(self, other: "Reader", now: datetime = LATER) -> None:
        """The other's messages come over, where both are users who exist."""
        recipients = RecipientStore(self.table, SHARDS)
        for ref in (self.ref, other.ref):
            if recipients.get(ENV, ref) is None:
                recipients.put(ENV, Recipient(ref, START, START))
        takeovers = TakeoverStore(self.table, SHARDS, clock=lambda: now)
        ports = MergePorts(recipients, takeovers, RemovalStore(self.table, SHARDS))
        merge_users(ports, Tasks(), ENV, self.ref.id, other.ref.id, now)

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
        return counted(wanted, self.items())

    def _tally(self) -> Tally:
        return self.store.newest(ENV, self.feed, 1).counters.tally

    def folded(self) -> int:
        """How many items the stored counters know."""
        return sum(map(sum, self._tally().numbers.values()))

    def knows_facets(self) -> bool:
        return not self._tally().is_summed

    def remembered(self) -> list[str]:
        """The queries that are counted, the one that was asked last before the others."""
        known = self.store.newest(ENV, self.feed, 1).counters.remembered
        return [one.query for one in known if one.high != UNTOLD]

    def agrees(self, now: datetime = LATER) -> bool:
        """What is served for each query about marks, and what the stored counters say for every other."""
        items = self.items()
        served = all(self.looks(wanted, now=now).counts == counted(wanted, items) for wanted in FILTERS)
        counters = self.store.newest(ENV, self.feed, 1).counters
        tally = counters.tally.plus(item for item in items if item.id > counters.high)
        remembered = all(
            one.counts(FeedFilter(archived=Archived.INCLUDE))
            == counted(
                FeedFilter(archived=Archived.INCLUDE, messages=wanted_by(one.query)),
                [item for item in items if item.id <= one.high],
            )
            for one in counters.remembered
            if one.high != UNTOLD
        )
        return (
            served
            and remembered
            and all(
                tally.counts(wanted) == counted(wanted, items)
                for wanted in (FILTERS if tally.is_summed else EVERY_FILTER)
            )
        )
