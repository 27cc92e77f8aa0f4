"""A feed of any length, which exists only where it is looked at: a hundred thousand items cost no more than a page.

`BigFeed` stands in for the DynamoDB client and answers the queries that the store sends. That it answers as moto does,
for the same items, is tested beside the costs that it is for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from bench.instructions.shelf import projected
from tests.builders.account import IN_APP_CHANNEL
from tests.builders.feeds import NoStorage
from tests.builders.messages import ENV, START, VERSION_ID, a_draft
from tests.builders.meter import size_of
from tocsin.domain.facets import Facet
from tocsin.domain.feed import STATES, Feed, ItemState, Tally
from tocsin.domain.feed_counters import FeedCounters
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.messages import Mark, Message
from tocsin.domain.recipients import user
from tocsin.domain.remembered import Remembered, query_of
from tocsin.store import keys
from tocsin.store.attributes import from_attributes, to_attributes
from tocsin.store.feeds import counters_to_item
from tocsin.store.messages import draft_to_writes, message_from_item
from tocsin.store.payloads import Payloads

READER = user("jane-0c9b1f4e")
FEED = Feed(READER, IN_APP_CHANNEL)
TOP = keys.feed_counters(FEED.channel_id)
SHARDS = 16
PAGE_BYTES = 1024 * 1024
TENANTS = (None, *(f"tenant-{number}" for number in range(1, 10)))
WORKFLOWS = ("comment-created", "invoice-paid", "weekly-digest")
CATEGORIES = {"comment-created": ("comments",), "invoice-paid": ("billing", "money"), "weekly-digest": ()}
# The newest have not been seen yet, but for one; all others were seen, and read.
UNREAD = 30
PROJECTS = 7


def time_of(number: int) -> datetime:
    return START + timedelta(minutes=number)


def ordinary_facet(number: int) -> Facet:
    workflow = WORKFLOWS[number % len(WORKFLOWS)]
    return Facet(TENANTS[number % len(TENANTS)], workflow, CATEGORIES[workflow])


def of_project(number: int) -> MessageFilter:
    return MessageFilter(trigger_data={"project": f"project-{number}"})


def id_of(number: int) -> str:
    return a_draft(number, recipient=READER).message.id


class _SortKeys(Sequence[str]):
    def __init__(self, length: int) -> None:
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, number: Any) -> Any:
        return keys.message(FEED.channel_id, id_of(number))


class BigFeed:
    """`unfolded` of the newest items are not in the counters yet. Queries for a project are remembered that have
    counted so many items, given by the project's number."""

    def __init__(
        self,
        length: int,
        *,
        unfolded: int = 0,
        facet: Callable[[int], Facet] = ordinary_facet,
        remembered: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        self.length = length
        self._facet = facet
        self._sort_keys = _SortKeys(length)
        self._written: dict[str, dict[str, Any]] = {}
        if length > unfolded:
            known = tuple(self._remembered(*one) for one in remembered.items())
            counters = replace(self._counters(length - unfolded), remembered=known)
            self._written[TOP] = to_attributes(counters_to_item(ENV, FEED, counters))

    def message(self, number: int) -> Message:
        return message_from_item(from_attributes(self._item(number)))

    def _item(self, number: int) -> dict[str, Any]:
        """A comment of ordinary length, by somebody, with a little data."""
        tenant, workflow, categories = self._facet(number)
        draft = a_draft(
            number,
            recipient=READER,
            tenant=tenant,
            workflow=workflow,
            categories=categories,
            marks={} if number >= self.length - UNREAD else {Mark.SEEN: START, Mark.READ: START},
            actor=user("tom-5d2a7c10"),
            data={
                "project": f"project-{number % PROJECTS}",
                "comment_id": VERSION_ID,
                "number": f"{number:06d}",
            },
        )
        [put] = draft_to_writes(ENV, draft, SHARDS, Payloads(NoStorage()))
        return to_attributes(put.item)

    def _counters(self, folded: int) -> FeedCounters:
        tally: dict[Facet | None, list[int]] = {}
        for number in range(folded):
            numbers = tally.setdefault(self._facet(number), [0] * len(STATES))
            numbers[self._place(number)] += 1
        each = {facet: tuple(numbers) for facet, numbers in tally.items()}
        return FeedCounters(id_of(folded - 1), Tally(each), version=1)

    def _place(self, number: int) -> int:
        is_old = number < self.length - UNREAD
        return STATES.index(ItemState(archived=False, seen=is_old, read=is_old))

    def _remembered(self, project: int, folded: int) -> Remembered:
        numbers = [0] * len(STATES)
        for number in range(folded):
            numbers[self._place(number)] += number % PROJECTS == project
        query = query_of(of_project(project))
        assert query is not None
        return Remembered(query, id_of(folded - 1), tuple(numbers))

    def counters(self) -> dict[str, Any]:
        return self._written[TOP]

    def items(self) -> Iterator[dict[str, Any]]:
        """All rows, to be put into another table."""
        yield from (self._item(number) for number in range(self.length))
        yield from self._written.values()

    def get_item(self, **arguments: Any) -> Any:
        sort_key = arguments["Key"]["sk"]["S"]
        if sort_key in self._written:
            return {"Item": self._written[sort_key]}
        number = bisect_left(self._sort_keys, sort_key)
        is_there = number < self.length and self._sort_keys[number] == sort_key
        return {"Item": self._item(number)} if is_there else {}

    def transact_write_items(self, **arguments: Any) -> None:
        for write in arguments["TransactItems"]:
            if "Put" in write:
                item = write["Put"]["Item"]
                self._written[item["sk"]["S"]] = item

    def query(self, **arguments: Any) -> Any:
        """Rows by number; the counters, where there are any, come after the last."""
        bounds = {name: value["S"] for name, value in arguments["ExpressionAttributeValues"].items()}
        inclusive = ":after" in bounds and ":before" in bounds
        first, end = 0, self.length + (TOP in self._written)
        if ":after" in bounds:
            bisect = bisect_left if inclusive else bisect_right
            first = bisect(self._sort_keys, bounds[":after"])
        if ":before" in bounds:
            bisect = bisect_right if inclusive else bisect_left
            end = bisect(self._sort_keys, bounds[":before"]) + (inclusive and bounds[":before"] == TOP)
        numbers = range(first, end) if arguments["ScanIndexForward"] else range(end - 1, first - 1, -1)
        page = self._page(numbers, arguments.get("Limit", self.length + 1))
        return {**page, "Items": projected(page["Items"], arguments)}

    def _page(self, numbers: range, limit: int) -> Any:
        items: list[Any] = []
        size = 0
        for number in numbers:
            items.append(self._written[TOP] if number == self.length else self._item(number))
            size += size_of(items[-1])
            if len(items) == limit or size >= PAGE_BYTES:
                break
        last = {name: items[-1][name] for name in ("pk", "sk")} if len(items) < len(numbers) else None
        return {"Items": items, **({"LastEvaluatedKey": last} if last else {})}
