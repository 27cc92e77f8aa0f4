"""Queries that a feed goes on counting because somebody asked them and its tally by facet cannot answer them: those
about data, and in a feed of too many facets those about facets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tocsin.domain import json_text
from tocsin.domain.facets import facet_of
from tocsin.domain.feed import NONE_YET, STATES, Counts, FeedFilter, Numbers, counts_of, state_of
from tocsin.domain.listed import Listed
from tocsin.domain.listing import data_matches
from tocsin.domain.message_filter import MessageFilter
from tocsin.domain.traits import are_traits

# Bytes. Every mark writes what is remembered: a longer query is counted by reading.
MAX_QUERY = 256
# Above every id, so that nobody catches up with it: the row of some item does not tell whether the query shows it.
UNTOLD = "~"


def query_of(wanted: MessageFilter) -> str | None:
    """The query as text, always the same for the same query; None for one that is not remembered, because it asks for
    a time or for what rows cannot tell, or is too long."""
    data = wanted.trigger_data or {}
    if not replace(wanted, trigger_data=None).is_by_facet or not are_traits(data):
        return None
    within = wanted.within
    parts = {
        "source": wanted.source,
        "categories": sorted(wanted.categories) or None,
        "tenant": wanted.tenant,
        "has_tenant": wanted.has_tenant,
        "within": None
        if within is None
        else sorted(within, key=lambda tenant: (tenant is not None, tenant or "")),
        "data": dict(sorted(data.items())) or None,
    }
    text = json_text.dumps({name: part for name, part in parts.items() if part is not None})
    return text if len(text.encode()) <= MAX_QUERY else None


def wanted_by(query: str) -> MessageFilter:
    parts = json_text.loads(query)
    return MessageFilter(
        source=parts.get("source"),
        categories=frozenset(parts.get("categories", ())),
        tenant=parts.get("tenant"),
        has_tenant=parts.get("has_tenant"),
        within=frozenset(parts["within"]) if "within" in parts else None,
        trigger_data=parts.get("data"),
    )


@dataclass(frozen=True, slots=True)
class Remembered:
    """How many of the items up to and including `high` the query shows, in each of STATES; nothing where `high` is
    UNTOLD."""

    query: str
    high: str = ""
    numbers: Numbers = NONE_YET

    def reaching(self, high: str, messages: Sequence[Listed]) -> "Remembered":
        """With all items between `high` and the one given counted in."""
        return replace(self, high=high).changed((), messages)

    def changed(self, gone: Iterable[Listed], come: Iterable[Listed]) -> "Remembered":
        """After messages went or came, of which those above `high` are counted when it passes them."""
        wanted, numbers = wanted_by(self.query), list(self.numbers)
        for messages, by in ((gone, -1), (come, 1)):
            for message in self._concerned(wanted, messages):
                told = message.searchable if wanted.trigger_data else {}
                if told is None:
                    return Remembered(self.query, UNTOLD)
                if data_matches(told, wanted.trigger_data or {}):
                    numbers[STATES.index(state_of(message))] += by
        return replace(self, numbers=tuple(numbers))

    def _concerned(self, wanted: MessageFilter, messages: Iterable[Listed]) -> Iterator[Listed]:
        counted = () if self.high == UNTOLD else messages
        return (one for one in counted if one.id <= self.high and wanted.fits(facet_of(one)))

    def counts(self, wanted: FeedFilter) -> Counts:
        """Of the query, narrowed by marks."""
        each = zip(STATES, self.numbers, strict=True)
        return counts_of((state, number) for state, number in each if wanted.shows(state))
