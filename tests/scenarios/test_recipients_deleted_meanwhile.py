"""Somebody is deleted while something of theirs is written: the next of that id inherits nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders.channels import put_channel
from tocsin.domain.audiences import Membership
from tocsin.domain.errors import ConflictError
from tocsin.domain.listing import Span
from tocsin.domain.recipients import InlineRecipient, RecipientRef, user
from tocsin.lambda_kit.inline import inline_ports, subscription_ports
from tocsin.lambda_kit.services import Services
from tocsin.store import keys
from tocsin.store.table import Delete, Table
from tocsin.usecases.audiences import AudiencePorts, add_members, list_members
from tocsin.usecases.channel_data import ChannelDataPorts, set_channel_data
from tocsin.usecases.identify import identify
from tocsin.usecases.subscribe import subscribe, subscribed_to, subscribers

ENV = "development"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 1, 1, 12, 1, tzinfo=UTC)
RISING = Span(newest_first=False)
JANE, TOM = user("jane"), user("tom")
PROJECT = RecipientRef("projects", "p-1")


@pytest.fixture
def deleting_jane(services: Services, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """Jane's profile disappears right before each of the next `times` transactions; tells how many there were."""
    transact = Table.transact

    def arrange(times: int) -> list[int]:
        seen: list[int] = []

        def transact_late(table: Table, writes: Any) -> None:
            seen.append(len(writes))
            if len(seen) <= times:
                table.delete(Delete((keys.recipient(ENV, JANE.collection, JANE.id), keys.PROFILE)))
            transact(table, writes)

        monkeypatch.setattr(Table, "transact", transact_late)
        monkeypatch.setattr("time.sleep", lambda _: None)
        return seen

    return arrange


def test_channel_data_is_set_for_the_user_made_again(
    services: Services, deleting_jane: Callable[[int], list[int]]
) -> None:
    push = put_channel(services, "push_fcm")
    ports = ChannelDataPorts(services.channels, services.recipients, services.channel_data)
    assert deleting_jane(2) == []
    set_channel_data(ports, ENV, JANE, push, {"tokens": ["a"]}, NOW)
    assert services.recipients.get(ENV, JANE) is not None
    assert services.channel_data.get(ENV, JANE, push) is not None


def test_who_is_deleted_again_and_again_gets_nothing(
    services: Services, deleting_jane: Callable[[int], list[int]]
) -> None:
    push = put_channel(services, "push_fcm")
    ports = ChannelDataPorts(services.channels, services.recipients, services.channel_data)
    tries = deleting_jane(1000)
    with pytest.raises(ConflictError, match="too many callers"):
        set_channel_data(ports, ENV, JANE, push, {"tokens": ["a"]}, NOW)
    assert len(tries) == 10
    assert services.channel_data.get(ENV, JANE, push) is None


def test_subscriptions_of_the_others_are_not_held_up(
    services: Services, deleting_jane: Callable[[int], list[int]]
) -> None:
    deleting_jane(2)
    wanted = [InlineRecipient(ref, "recipients") for ref in (JANE, TOM)]
    seen = subscribe(subscription_ports(services), ENV, PROJECT, wanted, {"role": "owner"}, NOW)
    assert [one.subscription.recipient for one in seen] == [JANE, TOM]
    assert services.recipients.get(ENV, JANE) is not None
    assert len(services.subscriptions.get_many(ENV, [(PROJECT, JANE), (PROJECT, TOM)])) == 2


def test_a_member_is_a_user_that_exists(
    services: Services, deleting_jane: Callable[[int], list[int]]
) -> None:
    deleting_jane(2)
    ports = AudiencePorts(inline_ports(services), services.audiences)
    wanted = [(InlineRecipient(ref, "members"), None) for ref in (JANE, TOM)]
    add_members(ports, ENV, "vip", wanted, NOW, create=True)
    both = [Membership("jane", None), Membership("tom", None)]
    assert services.audiences.added_at(ENV, "vip", both) == dict.fromkeys(both, NOW)
    assert services.recipients.get(ENV, JANE) is not None


def reborn(services: Services, ref: RecipientRef, at: datetime) -> None:
    """Deleted and made again before the deletion came to what else names it."""
    services.table.delete(Delete((keys.recipient(ENV, ref.collection, ref.id), keys.PROFILE)))
    identify(services.recipients, ENV, ref, {}, at)


@pytest.mark.parametrize("deleted", [JANE, PROJECT])
def test_nobody_inherits_a_subscription(services: Services, deleted: RecipientRef) -> None:
    ports, wanted = subscription_ports(services), [InlineRecipient(JANE, "recipients")]
    subscribe(ports, ENV, PROJECT, wanted, {"role": "owner"}, NOW)
    assert len(subscribers(ports, ENV, PROJECT, RISING, 10).items) == 1

    reborn(services, deleted, LATER)
    assert subscribers(ports, ENV, PROJECT, RISING, 10).items == []
    assert subscribed_to(ports, ENV, JANE, RISING, 10).items == []
    [anew] = subscribe(ports, ENV, PROJECT, wanted, None, LATER)
    assert (anew.subscription.inserted_at, anew.subscription.properties) == (LATER, {})
    assert [one.subscription.inserted_at for one in subscribers(ports, ENV, PROJECT, RISING, 10).items] == [
        LATER
    ]


def test_nobody_inherits_a_membership(services: Services) -> None:
    ports, wanted = (
        AudiencePorts(inline_ports(services), services.audiences),
        InlineRecipient(JANE, "members"),
    )
    add_members(ports, ENV, "vip", [(wanted, None)], NOW, create=True)
    reborn(services, JANE, LATER)
    assert list_members(ports, ENV, "vip", RISING, 10).items == []
    add_members(ports, ENV, "vip", [(wanted, None)], LATER)
    assert [one.member.added_at for one in list_members(ports, ENV, "vip", RISING, 10).items] == [LATER]


def test_a_caller_whose_clock_is_behind_is_not_taken_for_a_namesake(services: Services) -> None:
    """The object was made by another process, whose clock is a little ahead."""
    identify(services.recipients, ENV, PROJECT, {}, LATER)
    ports, wanted = subscription_ports(services), [InlineRecipient(JANE, "recipients")]
    first = subscribe(ports, ENV, PROJECT, wanted, {"n": 1}, NOW)
    assert len(subscribers(ports, ENV, PROJECT, RISING, 10).items) == 1
    [again] = subscribe(ports, ENV, PROJECT, wanted, {"n": 1}, NOW)
    assert again.subscription.inserted_at == first[0].subscription.inserted_at == LATER
