"""Deleting users, objects and tenants leaves nothing dangling, whatever is repeated, late or broken off."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from functions.bulk_worker.handler import lambda_handler as bulk_worker
from functions.objects.handler import lambda_handler as objects_handler
from functions.tenants.handler import lambda_handler as tenants_handler
from functions.users.handler import lambda_handler as users_handler
from tests.builders.belongings import PROJECT, follow, furnish, rows_naming
from tests.builders.crashes import CrashError, CrashingTable
from tests.builders.messages import ENV, START, a_draft, put
from tests.builders.outside import Tasks
from tests.builders.world import World
from tocsin.contract.tasks import DeleteRecipient
from tocsin.domain.clock import to_iso
from tocsin.domain.feed import Feed, FeedFilter
from tocsin.domain.listing import Span
from tocsin.domain.preferences import PreferenceSet
from tocsin.domain.recipients import RecipientRef, user
from tocsin.lambda_kit.services import Services
from tocsin.store import removals
from tocsin.store.removals import RemovalStore
from tocsin.usecases import delete_recipient as deleting
from tocsin.usecases.delete_recipient import DeletePorts, delete_recipient, finish_deletion
from tocsin.usecases.identify import identify
from tocsin.usecases.read_feed import read_feed

Call = Callable[..., Any]
JANE = user("jane-of-test")
ODD = RecipientRef("projects", "doomed-of-test#/%😀")
TENANT = RecipientRef("$tenants", "acme-of-test")
LATER = START + timedelta(days=1)


def _delete(api: Call, ref: RecipientRef) -> Any:
    handlers = {"$users": users_handler, "$tenants": tenants_handler}
    root = {"$users": "/v1/users", "$tenants": "/v1/tenants"}.get(
        ref.collection, f"/v1/objects/{ref.collection}"
    )
    path = f"{root}/{quote(ref.id, safe='')}"
    handler = handlers.get(ref.collection, objects_handler)
    return api(handler, "DELETE", path, headers={"x-tocsin-raw-path": path})


@pytest.mark.parametrize("ref", [JANE, ODD, TENANT], ids=["user", "object", "tenant"])
def test_nothing_names_what_was_deleted(services: Services, api: Call, ref: RecipientRef) -> None:
    furnish(services, ref)
    furnish(services, user("tom"))
    follow(services, ref if ref != JANE else PROJECT, user("tom"))
    name = ref.id.rstrip("#/%😀")
    assert len(rows_naming(services, name)) > 10

    assert [_delete(api, ref).status for _ in range(2)] == [204, 204]
    assert rows_naming(services, name) == []
    assert len(rows_naming(services, "tom")) > 10


def _finish(services: Services, ref: RecipientRef, deleted_at: datetime = LATER) -> None:
    """Through the worker, as the queue brings it."""
    task = DeleteRecipient(
        env=ENV, collection=ref.collection, recipient_id=ref.id, deleted_at=to_iso(deleted_at)
    )

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 30_000

    event = {"Records": [{"messageId": "m", "body": task.model_dump_json()}]}
    assert bulk_worker(event, Context()) == {"batchItemFailures": []}


def test_a_task_sent_first_finishes_whatever_broke_off(services: Services) -> None:
    for crash_at in range(6):
        identify(services.recipients, ENV, JANE, {"name": "Jane"}, START)
        put(services, *(a_draft(10 * crash_at + number, recipient=JANE) for number in range(3)))
        follow(services, PROJECT, JANE)
        tasks = Tasks()
        ports = DeletePorts(RemovalStore(CrashingTable(services.table, crash_at), services.shards))
        with contextlib.suppress(CrashError):
            delete_recipient(ports, tasks, ENV, JANE, LATER)
        assert tasks.waiting
        for _ in range(2):  # queues deliver at least once
            for task in tasks.waiting:
                finish_deletion(DeletePorts(services.removals), task)
        assert rows_naming(services, JANE.id) == []


def test_a_late_task_spares_who_has_the_id_since(services: Services) -> None:
    furnish(services, JANE)
    old = put(services, a_draft(50, recipient=JANE))
    ports = DeletePorts(services.removals)
    services.removals.end(ENV, JANE)  # and there the call broke off
    reborn_at = LATER + timedelta(seconds=1)
    identify(services.recipients, ENV, JANE, {"name": "New"}, reborn_at)
    services.channel_data.put(ENV, JANE, {"c": {"tokens": ["new"]}})
    new = put(services, a_draft(1, recipient=JANE, at=reborn_at))
    feed = Feed(JANE, a_draft(0).message.channel_id)
    look_at = LATER + timedelta(days=1)
    page = read_feed(services.feeds, ENV, feed, FeedFilter(), Span(), 50, look_at, lambda _: {})
    assert page.counts.total == 5  # folded in with what is about to go

    _finish(services, JANE)
    finish_deletion(
        ports, DeleteRecipient(env=ENV, collection="$users", recipient_id=JANE.id, deleted_at=to_iso(LATER))
    )

    found = services.recipients.get(ENV, JANE)
    assert found is not None
    assert found.properties == {"name": "New"}
    assert services.channel_data.get(ENV, JANE, "c") == {"tokens": ["new"]}
    assert services.preferences.all(ENV, JANE) == []
    assert [services.message_lists.find(ENV, message_id) for message_id in old] == [None]
    page = read_feed(services.feeds, ENV, feed, FeedFilter(), Span(), 50, look_at, lambda _: {})
    assert ([item.id for item in page.found.items], page.counts.total) == (new, 1)


def test_a_late_task_spares_who_follows_the_new_object(services: Services) -> None:
    identify(services.recipients, ENV, ODD, {}, START)
    follow(services, ODD, user("old"), user("both"))
    services.removals.end(ENV, ODD)
    identify(services.recipients, ENV, ODD, {}, LATER)
    follow(services, ODD, user("both"), user("new"), at=LATER)
    _finish(services, ODD)
    followers = services.subscriptions.of_object(ENV, ODD, Span(newest_first=False), 10)
    assert [place.subscription.recipient.id for place in followers] == ["both", "new"]
    assert services.recipients.get(ENV, ODD) is not None


def test_what_arrives_after_the_call_goes_with_the_task(services: Services, api: Call) -> None:
    furnish(services, JANE)
    _delete(api, JANE)
    put(services, a_draft(9, recipient=JANE, at=LATER))  # of a run that was under way
    _finish(services, JANE)
    assert rows_naming(services, JANE.id) == []


def test_somebody_large_is_finished_by_the_worker(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "AT_ONCE", 5)
    monkeypatch.setattr(removals, "PAGE", 5)
    furnish(services, JANE, messages=10)
    tasks = Tasks()
    ports = DeletePorts(services.removals)
    delete_recipient(ports, tasks, ENV, JANE, LATER)
    assert services.recipients.get(ENV, JANE) is None
    assert services.preferences.all(ENV, JANE) == []
    assert len(tasks.waiting) == 2
    assert rows_naming(services, JANE.id) != []
    finish_deletion(ports, tasks.waiting[1])
    assert rows_naming(services, JANE.id) == []


def test_an_object_with_many_followers(services: Services, api: Call) -> None:
    furnish(services, ODD)
    follow(services, ODD, *(user(f"follower-{number}") for number in range(40)))
    follow(services, PROJECT, user("follower-1"))
    _delete(api, ODD)
    assert rows_naming(services, "doomed-of-test") == []
    followed = services.subscriptions.of_recipient(ENV, user("follower-1"), Span(), 10)
    assert [place.subscription.object for place in followed] == [PROJECT]


def test_a_waiting_run_of_somebody_deleted_stops(services: Services, api: Call) -> None:
    world = World(services)
    jane = world.user("jane", name="Jane")
    world.workflow(
        "later", [{"type": "delay", "ref": "d", "settings": {"delay_for": {"unit": "seconds", "value": 60}}}]
    )
    world.trigger("later", "jane")
    world.settle()
    _delete(api, jane)
    world.advance(120)
    assert world.messages_of(jane) == []


def test_deletion_stays_in_its_environment(services: Services, api: Call) -> None:
    identify(services.recipients, "production", JANE, {"name": "P"}, START)
    put(services, a_draft(1, recipient=JANE), env="production")
    _delete(api, JANE)
    assert services.recipients.get("production", JANE) is not None
    assert len(rows_naming(services, JANE.id)) == 2


def test_who_is_made_again_while_the_deletion_goes_on_keeps_what_is_new(services: Services) -> None:
    """A deletion of much takes seconds; the id may be used again in the middle of it."""
    furnish(services, JANE)
    soon = LATER + timedelta(seconds=1)

    class Meanwhile(RemovalStore):
        def unlink(self, *given: Any, **more: Any) -> bool:
            if services.recipients.get(ENV, JANE) is None:
                identify(services.recipients, ENV, JANE, {"name": "New"}, soon)
                services.preferences.put(
                    ENV, JANE, PreferenceSet("default", {"workflows": {"n": True}}), soon
                )
                follow(services, PROJECT, JANE, at=soon)
                self.new = put(services, a_draft(9, recipient=JANE, at=soon))
            return super().unlink(*given, **more)

    removing = Meanwhile(services.table, services.shards)
    delete_recipient(DeletePorts(removing), Tasks(), ENV, JANE, LATER)
    kept = {sk.partition("#")[0] for _, sk in rows_naming(services, JANE.id)}
    assert kept == {"PROFILE", "PREFERENCES", "SUBSCRIPTION", "M"}
    [message] = services.message_lists.find_many(ENV, removing.new)
    assert message.recipient == JANE
