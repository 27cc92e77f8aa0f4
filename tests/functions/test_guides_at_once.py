"""Marks on guides that meet other marks, resets, deletions and merges."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.builders.belongings import rows_naming
from tests.builders.guides import AT, ENV, GUIDE_CHANNEL, Product, add_channel, guide, known, step
from tests.builders.outside import Tasks
from tocsin.contract.tasks import DeleteRecipient
from tocsin.domain.clock import to_iso
from tocsin.domain.errors import ConflictError, NotFoundError
from tocsin.domain.guide_engagement import GuideEngagement, archived, interacted, seen
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services
from tocsin.usecases.delete_recipient import DeletePorts, delete_recipient, finish_deletion
from tocsin.usecases.guide_ports import GuidePorts
from tocsin.usecases.mark_guides import Place, mark_step, reset_guide
from tocsin.usecases.merge_users import MergePorts, merge_users

LATER = AT + timedelta(days=1)


@pytest.fixture
def product(services: Services, api: Callable[..., Any]) -> Product:
    add_channel(services)
    known(services, "jane")
    product = Product(api)
    product.publish("tour", guide(step("first"), step("second")))
    return product


def test_a_step_that_was_committed_a_moment_ago_is_known(product: Product, services: Services) -> None:
    """The process that is asked to mark may remember the guides as they were."""
    services.showcases.of(ENV, AT)
    product.publish("tour", guide(step("first"), step("third")))
    mark_step(_ports(services), ENV, Place("jane", "tour"), GUIDE_CHANNEL, "third", seen(AT), AT)
    assert product.message("tour", "third")["seen_at"]


def test_marks_that_meet_all_count(product: Product, services: Services) -> None:
    """Another browser marks between the read and the write of this one."""
    store, place = services.guide_engagements, Place("jane", "tour")
    mark = partial(mark_step, env=ENV, place=place, channel_id=GUIDE_CHANNEL, now=AT)
    others = [("first", interacted({"by": "other"}, AT)), ("second", seen(AT))]

    class Overtaken:
        """The store, whose first writes come too late."""

        def put(self, env: str, user_id: str, engagement: GuideEngagement) -> None:
            if others:
                ref, change = others.pop()
                mark(_ports(services), step_ref=ref, change=change)
            store.put(env, user_id, engagement)

        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

    mark(_ports(services)._replace(engagements=Overtaken()), step_ref="first", change=archived(AT))

    first, second = product.message("tour", "first"), product.message("tour", "second")
    assert all((first["archived_at"], first["interacted_at"], second["seen_at"]))


def test_who_read_before_a_reset_cannot_bring_back_what_it_took(product: Product, services: Services) -> None:
    store, place = services.guide_engagements, Place("jane", "tour")
    mark = partial(mark_step, _ports(services), ENV, place, GUIDE_CHANNEL, "first")
    mark(archived(AT), now=AT)
    stale = store.get(ENV, "jane", None, "tour")
    assert stale is not None
    reset_guide(_ports(services), ENV, place, LATER)
    mark(seen(LATER), now=LATER)

    with pytest.raises(ConflictError):
        store.put(ENV, "jane", stale)
    assert product.message("tour", "first")["archived_at"] is None


def test_a_user_who_is_deleted_meanwhile_gets_no_row(product: Product, services: Services) -> None:
    recipients = services.recipients

    class Vanishing:
        """Found once, and gone before the write."""

        def get(self, env: str, ref: Any) -> Any:
            found = recipients.get(env, ref)
            services.removals.end(env, ref)
            return found

    ports = _ports(services)._replace(recipients=Vanishing())  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        mark_step(ports, ENV, Place("jane", "tour"), GUIDE_CHANNEL, "first", seen(AT), AT)
    assert rows_naming(services, "jane") == []


def test_engagement_goes_with_the_user(product: Product, services: Services) -> None:
    product.mark("seen", "tour", "first")
    product.mark("seen", "tour", "first", tenant="acme")
    delete_recipient(DeletePorts(services.removals), Tasks(), ENV, user("jane"), LATER)
    assert rows_naming(services, "jane") == []


def test_a_new_user_of_that_id_keeps_what_is_new(product: Product, services: Services) -> None:
    task = DeleteRecipient(env=ENV, collection="$users", recipient_id="jane", deleted_at=to_iso(AT))
    product.mark("seen", "tour", "first")
    finish_deletion(DeletePorts(services.removals), task)
    assert product.message("tour", "first")["seen_at"]


def test_engagement_comes_over_with_a_merge(
    product: Product, services: Services, api: Callable[..., Any]
) -> None:
    product.publish("news")
    known(services, "tom")
    tom = Product(api, "tom")
    product.mark("seen", "tour", "first")
    tom.mark("archived", "tour", "first", is_final=True)
    tom.mark("archived", "news")

    ports = MergePorts(services.recipients, services.takeovers, services.removals)
    merge_users(ports, Tasks(), ENV, "jane", "tom", LATER + timedelta(days=10_000))

    assert product.reasons() == {"news": "marked_as_archived"}
    assert product.message("tour", "first")["seen_at"]
    assert services.guide_engagements.of_user(ENV, "tom", None) == {}


def _ports(services: Services) -> GuidePorts:
    return GuidePorts(
        services.showcases,
        services.recipients,
        services.guide_engagements,
        services.audiences,
        services.subscriptions,
        services.definitions,
    )
