"""The guides that a user gets, and why not the others. Two reads when the showcase is remembered, four where a guide
is for an audience."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.contract.users import flattened
from tocsin.domain.errors import ChannelInvalidError
from tocsin.domain.guide_eligibility import Marker, Viewer, ineligibility, unrenderable
from tocsin.domain.guide_engagement import GuideEngagement, last_throttling
from tocsin.domain.guides import Guide, Showcase
from tocsin.domain.recipients import TENANTS, Recipient, RecipientRef, user
from tocsin.domain.sources import Sources
from tocsin.usecases.committed_translations import CommittedTranslations
from tocsin.usecases.guide_ports import GuidePorts
from tocsin.usecases.library import Library

Json = dict[str, Any]
People = Mapping[RecipientRef, Recipient]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `everything` brings guides that the user does not get as well, for a developer to see."""

    channel_id: str
    user_id: str
    tenant: str | None = None
    type: str | None = None
    data: Mapping[str, Any] | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A guide with the content of its steps, rendered for this user, and what the user did with it."""

    guide: Guide
    contents: Sequence[Json]
    engagement: GuideEngagement | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """`sequence` are all guides that stand in line, whatever was asked for."""

    channel_id: str
    offers: Sequence[Offer]
    markers: Sequence[Marker]
    sequence: Sequence[Guide]
    throttled_since: datetime | None


def fetch_guides(ports: GuidePorts, env: str, wish: Wish, now: datetime) -> Fetched:
    """In the order in which they are to be shown. Somebody who is not known gets the guides that are for everybody.

    Raises ChannelInvalidError.
    """
    showcase = ports.showcases.of(env, now)
    channel = showcase.channel(wish.channel_id)
    if channel is None:
        raise ChannelInvalidError(f"there is no in-app guide channel {wish.channel_id!r} in {env}")
    guides = showcase.in_channel(channel)
    wanted = [guide for guide in guides if wish.type in (None, guide.type)]
    people = ports.recipients.get_many(env, _refs(wish))
    engagements = ports.engagements.of_user(env, wish.user_id, wish.tenant)
    viewer = Viewer(
        _scope(wish, people), _audiences(ports, env, people.get(user(wish.user_id)), wanted), engagements
    )
    translations = CommittedTranslations(ports.definitions, env, showcase.environment.default_locale)
    sources = Library(env, ports.recipients, ports.subscriptions, translations, ports.definitions)
    found = list(_offers(showcase, wish, wanted, viewer, now, sources))
    return Fetched(
        channel.id,
        offers=[offer for offer, _ in found if offer is not None],
        markers=[marker for _, marker in found if marker is not None],
        sequence=[guide for guide in guides if guide.active or wish.everything],
        throttled_since=last_throttling(engagements.values()),
    )


def _offers(
    showcase: Showcase,
    wish: Wish,
    wanted: Sequence[Guide],
    viewer: Viewer,
    now: datetime,
    sources: Sources,
) -> Iterator[tuple[Offer | None, Marker | None]]:
    """Each guide, the marker that keeps it from the user, or (where everything is asked for) both."""
    for guide in wanted:
        marker = ineligibility(guide, viewer, now)
        if marker is not None and not wish.everything:
            yield None, marker
            continue
        contents, problem = _contents(showcase, guide, viewer.scope, now, sources)
        if problem is not None:
            yield None, marker or unrenderable(guide, problem)
            continue
        yield Offer(guide, contents, viewer.engagements.get(guide.key)), marker


def _contents(
    showcase: Showcase, guide: Guide, scope: Mapping[str, object], now: datetime, sources: Sources
) -> tuple[list[Json], str | None]:
    """Of each step, as it was written or, where it holds Liquid, rendered; or why that is impossible."""
    if not any(step.has_liquid for step in guide.steps):
        return [step.values for step in guide.steps], None
    # Liquid takes a while to import: a product whose guides say the same to everybody never waits for it.
    from tocsin.usecases.render_guide import rendered_values

    return rendered_values(guide, scope, showcase.environment, now, sources)


def _audiences(
    ports: GuidePorts, env: str, person: Recipient | None, wanted: Sequence[Guide]
) -> frozenset[str]:
    """Those of the guides' that the user is in. A membership older than its user was a deleted namesake's."""
    named = {guide.audience for guide in wanted if guide.audience is not None}
    if not named or person is None:
        return frozenset()
    joined = ports.memberships.joined(env, person.ref.id, named)
    return frozenset(audience for audience, since in joined.items() if person.created_at <= since)


def _refs(wish: Wish) -> list[RecipientRef]:
    return [user(wish.user_id), *([RecipientRef(TENANTS, wish.tenant)] if wish.tenant else [])]


def _scope(wish: Wish, people: People) -> dict[str, object]:
    """What conditions and templates see."""
    shown: list[Json | None] = [
        flattened(people[ref]) if ref in people else {"id": ref.id, "collection": ref.collection}
        for ref in _refs(wish)
    ]
    recipient, tenant = (*shown, None)[:2]
    return {"recipient": recipient, "tenant": tenant, "data": dict(wish.data or {})}
