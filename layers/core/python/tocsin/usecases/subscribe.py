"""Subscriptions: who follows an object, and what a recipient follows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.clock import as_stored
from tocsin.domain.errors import ConflictError, FieldProblem, InvalidParamsError
from tocsin.domain.listing import Found, Span, collect
from tocsin.domain.recipients import InlineRecipient, Recipient, RecipientRef
from tocsin.domain.subscriptions import MAX_PROPERTIES_BYTES, Subscription
from tocsin.usecases.identify import identify
from tocsin.usecases.identify_inline import InlinePorts, identify_inline
from tocsin.usecases.membership_ports import SubscriptionPlace, Subscriptions
from tocsin.usecases.repeating import persistently

AT_ONCE = 50

Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SubscriptionPorts:
    inline: InlinePorts
    subscriptions: Subscriptions


@dataclass(frozen=True, slots=True)
class Seen:
    """A subscription with those it ties together; one of them is None where it has been deleted."""

    subscription: Subscription
    object: Recipient | None
    recipient: Recipient | None
    cursor: str = ""

    @property
    def is_whole(self) -> bool:
        """A deleted namesake's subscription is about to be deleted as well."""
        return self.subscription.ties(self.object, self.recipient)


def subscribe(
    ports: SubscriptionPorts,
    env: str,
    object_: RecipientRef,
    recipients: Sequence[InlineRecipient],
    properties: Properties | None,
    now: datetime,
) -> list[Seen]:
    """Each recipient once, in the order named; the object and they are made where they do not exist.

    Who is subscribed already keeps the time of that. `properties` replace those of an existing subscription, None
    leaves them alone. Raises InvalidParamsError before anything is written.
    """
    now = as_stored(now)
    _check_size(properties)
    people = identify_inline(ports.inline, env, recipients, now)
    owner = identify(ports.inline.recipients, env, object_, {}, now)
    saving = _Saving(ports, env, owner, people, properties, now)
    refs = list(dict.fromkeys(one.ref for one in recipients))
    found: list[Subscription] = []
    for start in range(0, len(refs), AT_ONCE):
        found += saving.all(refs[start : start + AT_ONCE])
    return [Seen(one, owner, people[one.recipient]) for one in found]


def unsubscribe(
    ports: SubscriptionPorts, env: str, object_: RecipientRef, recipients: Iterable[RecipientRef]
) -> list[Seen]:
    """What was there and is no more; who was not subscribed is left out."""
    pairs = [(object_, ref) for ref in dict.fromkeys(recipients)]
    found = ports.subscriptions.get_many(env, pairs)
    ports.subscriptions.delete(env, found.values())
    known = ports.inline.recipients.get_many(env, {object_, *(ref for _, ref in pairs)})
    shown = [_seen(found[pair], known) for pair in pairs if pair in found]
    return [one for one in shown if one.is_whole]


def subscribers(
    ports: SubscriptionPorts,
    env: str,
    object_: RecipientRef,
    span: Span,
    size: int,
    among: Sequence[RecipientRef] = (),
) -> Found[Seen]:
    """Who follows an object, in the order of names; only those `among` some, if it names any."""
    store = ports.subscriptions
    if among:
        found = store.get_many(env, ((object_, ref) for ref in among)).values()
        places = _within(span, map(store.place_among_subscribers, found))
    else:
        places = store.of_object(env, object_, span, size + 1)
    return _page(ports, env, places, size)


def subscribed_to(
    ports: SubscriptionPorts,
    env: str,
    recipient: RecipientRef,
    span: Span,
    size: int,
    among: Sequence[RecipientRef] = (),
) -> Found[Seen]:
    """What a recipient follows, in the order of names; only those `among` some, if it names any."""
    store = ports.subscriptions
    if among:
        found = store.get_many(env, ((object_, recipient) for object_ in among)).values()
        places = _within(span, map(store.place_among_objects, found))
    else:
        places = store.of_recipient(env, recipient, span, size + 1)
    return _page(ports, env, places, size)


def _check_size(properties: Properties | None) -> None:
    size = len(json_text.dumps(properties or {}).encode())
    if size > MAX_PROPERTIES_BYTES:
        text = f"are {size} bytes; a subscription holds at most {MAX_PROPERTIES_BYTES}"
        raise InvalidParamsError([FieldProblem("properties", text, "too_long")])


@dataclass(frozen=True, slots=True)
class _Saving:
    """Subscriptions to one object, by compare-and-set."""

    ports: SubscriptionPorts
    env: str
    owner: Recipient
    people: dict[RecipientRef, Recipient]
    properties: Properties | None
    now: datetime

    def all(self, refs: Sequence[RecipientRef]) -> list[Subscription]:
        """At once; if somebody else changes one of them meanwhile, one by one and persistently."""
        try:
            return self._attempt(refs)
        except ConflictError:
            whose = "the subscription of {} is being"
            return [persistently(partial(self._again, ref), whose.format(ref.gid)) for ref in refs]

    def _again(self, ref: RecipientRef) -> Subscription:
        """One recipient, who is made again if deleted meanwhile."""
        self.people[ref] = identify(self.ports.inline.recipients, self.env, ref, {}, self.now)
        return self._attempt([ref])[0]

    def _attempt(self, refs: Sequence[RecipientRef]) -> list[Subscription]:
        found = self.ports.subscriptions.get_many(self.env, ((self.owner.ref, ref) for ref in refs))
        before = [found.get((self.owner.ref, ref)) for ref in refs]
        after = [self._after(one, ref) for one, ref in zip(before, refs, strict=True)]
        changed = [new for old, new in zip(before, after, strict=True) if new != old]
        if changed:
            self.ports.subscriptions.put_all(self.env, changed)
        return after

    def _after(self, before: Subscription | None, ref: RecipientRef) -> Subscription:
        oldest = max(self.owner.created_at, self.people[ref].created_at)
        if before is None or before.inserted_at < oldest:
            since, version = max(self.now, oldest), before.version if before else 0
            return Subscription(self.owner.ref, ref, since, since, self.properties or {}, version)
        if self.properties is None or self.properties == before.properties:
            return before
        return replace(before, properties=self.properties, updated_at=self.now)


def _within(span: Span, places: Iterable[SubscriptionPlace]) -> Iterator[SubscriptionPlace]:
    """Places at hand, read as a list would be."""
    meant = [place for place in places if span.holds(place.cursor)]
    return iter(sorted(meant, key=lambda place: place.cursor, reverse=span.newest_first))


def _page(ports: SubscriptionPorts, env: str, places: Iterator[SubscriptionPlace], size: int) -> Found[Seen]:
    rows = _with_recipients(ports, env, places, size + 1)
    return collect(rows, lambda seen: seen.is_whole, size, lambda seen: seen.cursor)


def _with_recipients(
    ports: SubscriptionPorts, env: str, places: Iterator[SubscriptionPlace], chunk: int
) -> Iterator[Seen]:
    while batch := list(islice(places, chunk)):
        refs = {ref for place in batch for ref in (place.subscription.object, place.subscription.recipient)}
        known = ports.inline.recipients.get_many(env, refs)
        yield from (replace(_seen(place.subscription, known), cursor=place.cursor) for place in batch)


def _seen(subscription: Subscription, known: dict[RecipientRef, Recipient]) -> Seen:
    return Seen(subscription, known.get(subscription.object), known.get(subscription.recipient))
