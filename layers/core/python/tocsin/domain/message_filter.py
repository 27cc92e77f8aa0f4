"""Which messages a list shows: the reference's filters, each a plain fact about one message."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from tocsin.domain.facets import Facet, facet_of
from tocsin.domain.listed import Listed
from tocsin.domain.listing import TimeRange, data_matches
from tocsin.domain.messages import Mark, Status
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.traits import are_traits

MAX_MESSAGE_IDS = 50
DataOf = Callable[[Listed], dict[str, Any]]


class Engagement(StrEnum):
    """What a message bears, or with `un` before it what it does not; the words of the query."""

    SEEN = "seen"
    UNSEEN = "unseen"
    READ = "read"
    UNREAD = "unread"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    LINK_CLICKED = "link_clicked"
    INTERACTED = "interacted"

    def is_of(self, message: Listed) -> bool:
        if self.value.startswith("un"):
            return not message.is_marked(Mark(self.value.removeprefix("un")))
        return self.value in message.marks


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """An absent filter (None, empty) lets everything pass. A list of words passes what any of them fits.

    `within` is not what the query asks for but what its caller may see: messages of these tenants, where None stands
    for messages of no tenant.
    """

    recipient: RecipientRef | None = None
    channel_id: str | None = None
    statuses: frozenset[Status] = frozenset()
    engagements: frozenset[Engagement] = frozenset()
    source: str | None = None
    categories: frozenset[str] = frozenset()
    tenant: str | None = None
    has_tenant: bool | None = None
    within: frozenset[str | None] | None = None
    ids: frozenset[str] | None = None
    workflow_run_id: str | None = None
    recipient_run_id: str | None = None
    trigger_data: dict[str, Any] | None = None
    inserted: TimeRange = field(default_factory=TimeRange)

    def matches(self, message: Listed, data_of: DataOf) -> bool:
        """`data_of` is asked last and only if it matters: data that is large has to be fetched."""
        return (
            self._names(message)
            and self._belongs(message)
            and self.inserted.holds(message.inserted_at)
            and (not self.trigger_data or self._finds(message, self.trigger_data, data_of))
        )

    def _finds(self, message: Listed, wanted: dict[str, Any], data_of: DataOf) -> bool:
        known = message.searchable if are_traits(wanted) else message.data
        return data_matches(data_of(message) if known is None else known, wanted)

    def _names(self, message: Listed) -> bool:
        return (
            (self.recipient is None or message.recipient == self.recipient)
            and (self.channel_id is None or message.channel_id == self.channel_id)
            and (self.ids is None or message.id in self.ids)
            and (not self.statuses or message.status in self.statuses)
            and (not self.engagements or any(word.is_of(message) for word in self.engagements))
        )

    def _belongs(self, message: Listed) -> bool:
        source = message.source
        return (
            self.fits(facet_of(message))
            and (self.workflow_run_id is None or source.workflow_run_id == self.workflow_run_id)
            and (self.recipient_run_id is None or source.recipient_run_id == self.recipient_run_id)
        )

    def fits(self, facet: Facet) -> bool:
        """By where it comes from. A tenant's list also has what belongs to no tenant, as the reference says."""
        return (
            (self.source is None or facet.workflow == self.source)
            and (not self.categories or not self.categories.isdisjoint(facet.categories))
            and (self.tenant is None or facet.tenant in (None, self.tenant))
            and (self.has_tenant is None or (facet.tenant is not None) == self.has_tenant)
            and (self.within is None or facet.tenant in self.within)
        )

    @property
    def is_by_facet(self) -> bool:
        """Whether `fits` decides alone."""
        rest = replace(self, source=None, categories=frozenset(), tenant=None, has_tenant=None, within=None)
        return rest == MessageFilter()
