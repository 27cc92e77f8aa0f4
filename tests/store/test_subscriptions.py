"""Subscriptions and audiences where paging matters: many of them, names at the limit, two callers at once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

import pytest

from tests.builders.feeds import Interrupted
from tocsin.domain.audiences import Addition, Membership
from tocsin.domain.listing import Span
from tocsin.domain.recipients import InlineRecipient, Recipient, RecipientRef, user
from tocsin.domain.subscriptions import Subscription
from tocsin.store.account import ChannelStore
from tocsin.store.audiences import AudienceStore
from tocsin.store.channel_data import ChannelDataStore
from tocsin.store.preferences import PreferenceStore
from tocsin.store.recipients import RecipientStore
from tocsin.store.subscriptions import SubscriptionStore
from tocsin.store.table import Table
from tocsin.usecases.audiences import AudiencePorts, add_members
from tocsin.usecases.identify_inline import InlinePorts
from tocsin.usecases.subscribe import SubscriptionPorts, subscribe, unsubscribe

ENV = "development"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 1, 2, 12, tzinfo=UTC)
PROJECT = RecipientRef("projects", "p-1")
SHARDS = 4
RISING = Span(newest_first=False)


def ports_over(table: Table) -> InlinePorts:
    return InlinePorts(
        RecipientStore(table, SHARDS), ChannelStore(table), ChannelDataStore(table), PreferenceStore(table)
    )


def subscriptions_over(table: Table) -> SubscriptionPorts:
    return SubscriptionPorts(ports_over(table), SubscriptionStore(table, SHARDS))


def named(*names: str) -> list[InlineRecipient]:
    return [InlineRecipient(user(name), "recipients") for name in names]


def make(table: Table, *refs: RecipientRef) -> None:
    store = RecipientStore(table, SHARDS)
    for ref in refs:
        store.put(ENV, Recipient(ref, START, START))


def followers(table: Table, span: Span = RISING, chunk: int = 20) -> Iterator[str]:
    places = SubscriptionStore(table, SHARDS).of_object(ENV, PROJECT, span, chunk)
    return (place.subscription.recipient.id for place in places)


def test_all_of_many_subscribers_are_found_in_order(table: Table) -> None:
    names = [f"u{number:03d}" for number in range(230)]
    make(table, *map(user, names))
    for start in range(0, len(names), 100):
        subscribe(subscriptions_over(table), ENV, PROJECT, named(*names[start : start + 100]), {}, START)
    assert list(followers(table)) == names
    assert list(followers(table, Span())) == names[::-1]
    after = user(names[99]).gid
    assert list(islice(followers(table, Span(above=after, newest_first=False), 7), 7)) == names[100:107]
    assert list(followers(table, Span(below=after, above=user(names[94]).gid))) == names[98:94:-1]


def test_a_walk_goes_on_behind_any_subscriber_also_one_who_has_left(table: Table) -> None:
    names = [f"u{number:02d}" for number in range(40)]
    make(table, *map(user, names))
    subscribe(subscriptions_over(table), ENV, PROJECT, named(*names), {}, START)
    store = SubscriptionStore(table, SHARDS)
    everybody = list(store.walk(ENV, PROJECT))

    for place, ref in enumerate(everybody):
        assert list(store.walk(ENV, PROJECT, ref)) == everybody[place + 1 :]
    unsubscribe(subscriptions_over(table), ENV, PROJECT, [everybody[20]])

    assert sorted(ref.id for ref in everybody) == names
    assert list(store.walk(ENV, PROJECT, everybody[20])) == everybody[21:]


def test_names_at_the_limit_of_a_key(table: Table) -> None:
    """Some differ in their last character only, which is beyond what the sort key holds."""
    long = [RecipientRef("ö" * 256, "😀" * 255 + end) for end in "ab"]
    make(table, *long)
    store = SubscriptionStore(table, SHARDS)
    for object_ in long:
        store.put_all(ENV, [Subscription(object_, one, START, START, {}) for one in long])
        found = store.of_object(ENV, object_, RISING, 10)
        assert {place.subscription.recipient for place in found} == set(long)
    followed = store.of_recipient(ENV, long[0], RISING, 1)
    assert {place.subscription.object for place in followed} == set(long)


def test_a_subscriber_s_other_rows_are_no_subscriptions(table: Table) -> None:
    make(table, user("jane"))
    ChannelDataStore(table).put(ENV, user("jane"), {"c": {"tokens": []}})
    store = SubscriptionStore(table, SHARDS)
    assert list(store.of_recipient(ENV, user("jane"), RISING, 10)) == []
    subscribe(subscriptions_over(table), ENV, PROJECT, named("jane"), {}, START)
    assert [one.subscription.object for one in store.of_recipient(ENV, user("jane"), RISING, 1)] == [PROJECT]


def test_two_who_subscribe_the_same_agree(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one's time stays, the last one's properties count, and nobody is lost."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    names = [f"u{number:02d}" for number in range(60)]
    make(table, PROJECT, *map(user, names))
    first, second = named(*names[:40]), named(*names[20:])
    slow = Interrupted(table)
    slow.before_write = partial(
        subscribe, subscriptions_over(table), ENV, PROJECT, first, {"by": "first"}, START
    )
    subscribe(subscriptions_over(slow), ENV, PROJECT, second, {"by": "second"}, LATER)

    found = SubscriptionStore(table, SHARDS).get_many(ENV, ((PROJECT, user(name)) for name in names))
    assert len(found) == 60
    by_name = {one.recipient.id: one for one in found.values()}
    assert {name for name, one in by_name.items() if one.properties == {"by": "first"}} == set(names[:20])
    assert {name for name, one in by_name.items() if one.inserted_at == START} == set(names[:40])


def test_one_who_is_unsubscribed_meanwhile_is_subscribed_anew(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    ports = subscriptions_over(table)
    subscribe(ports, ENV, PROJECT, named("jane"), {"n": 1}, START)
    slow = Interrupted(table)
    slow.before_write = partial(unsubscribe, ports, ENV, PROJECT, [user("jane")])
    [seen] = subscribe(subscriptions_over(slow), ENV, PROJECT, named("jane"), {"n": 2}, LATER)
    assert (seen.subscription.inserted_at, seen.subscription.properties) == (LATER, {"n": 2})
    assert list(followers(table)) == ["jane"]


def test_subscribing_again_writes_nothing(table: Table) -> None:
    ports = subscriptions_over(table)
    subscribe(ports, ENV, PROJECT, named("jane", "tom"), {"n": 1}, START)
    idle = Interrupted(table)
    subscribe(subscriptions_over(idle), ENV, PROJECT, named("tom", "jane"), {"n": 1}, LATER)
    assert idle.writes == 0


def members(table: Table, span: Span = RISING, chunk: int = 20) -> Iterator[Membership]:
    return (one.membership for one in AudienceStore(table, SHARDS).members(ENV, "vip", span, chunk))


def test_all_of_many_members_are_found_in_order(table: Table) -> None:
    wanted = [Membership(f"u{number:03d}", tenant) for number in range(60) for tenant in (None, "acme")]
    make(table, *(user(f"u{number:03d}") for number in range(60)))
    store = AudienceStore(table, SHARDS)
    for start in range(0, len(wanted), 50):
        store.add_all(ENV, "vip", [Addition(one, START) for one in wanted[start : start + 50]])
    assert list(members(table)) == wanted
    assert list(members(table, Span())) == wanted[::-1]
    store.remove_all(ENV, "vip", wanted[::2])
    assert list(members(table, chunk=3)) == wanted[1::2]


@pytest.fixture
def adding(table: Table, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.setattr("time.sleep", lambda _: None)

    def add(table: Table, names: list[str], now: datetime) -> Any:
        ports = AudiencePorts(ports_over(table), AudienceStore(table, SHARDS))
        add_members(ports, ENV, "vip", [(one, None) for one in named(*names)], now, create=True)

    return add


def test_two_who_add_the_same_agree(table: Table, adding: Callable[..., None]) -> None:
    names = [f"u{number:02d}" for number in range(30)]
    adding(table, [], START)
    make(table, *map(user, names))
    slow = Interrupted(table)
    slow.before_write = partial(adding, table, names[:20], START)
    adding(slow, names[10:], LATER)
    found = list(AudienceStore(table, SHARDS).members(ENV, "vip", RISING, 50))
    assert [one.membership.user_id for one in found] == names
    assert [one.added_at for one in found] == [START] * 20 + [LATER] * 10
