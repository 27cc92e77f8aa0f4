"""Merging users: what comes over, what stays, and that a repeat completes whatever broke off."""

import contextlib
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest

from functions.bulk_worker.handler import lambda_handler as bulk_worker
from tests.builders import account
from tests.builders.belongings import furnish, rows_naming
from tests.builders.crashes import CrashError, CrashingTable
from tests.builders.feeds import FILTERS
from tests.builders.messages import ENV, START, a_draft, an_email, put
from tests.builders.outside import Tasks
from tests.builders.world import EMAIL, World
from tocsin.channels.base import RetryableError
from tocsin.contract.tasks import DeleteRecipient, MergeUsers
from tocsin.domain.clock import to_iso
from tocsin.domain.errors import ConflictError
from tocsin.domain.feed import Feed, state_of
from tocsin.domain.listing import Span
from tocsin.domain.messages import Mark, Status, marked
from tocsin.domain.preferences import PreferenceSet
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services
from tocsin.store.recipients import RecipientStore
from tocsin.store.removals import RemovalStore
from tocsin.store.table import Table
from tocsin.store.takeovers import TakeoverStore
from tocsin.usecases import merge_users as merging
from tocsin.usecases.delete_recipient import DeletePorts, delete_recipient, finish_deletion
from tocsin.usecases.identify import identify
from tocsin.usecases.mark_messages import MarkPorts, mark_message
from tocsin.usecases.merge_users import MergePorts, finish_merge, merge_users
from tocsin.usecases.read_feed import read_feed

JANE, TOM = user("jane"), user("tom-of-test")
CHANNEL = a_draft(0).message.channel_id
NOW = START + timedelta(days=1)


def _ports(services: Services, table: Any = None) -> MergePorts:
    table = table or services.table
    shards = services.shards
    return MergePorts(
        RecipientStore(table, shards), TakeoverStore(table, shards), RemovalStore(table, shards)
    )


def _merge(services: Services, table: Any = None, now: Any = NOW) -> Tasks:
    tasks = Tasks()
    merge_users(_ports(services, table), tasks, ENV, JANE.id, TOM.id, now)
    return tasks


def _mark(services: Services, message_id: str, mark: Mark = Mark.READ) -> None:
    ports = MarkPorts(services.message_lists, services.messages, services.feeds)
    mark_message(ports, ENV, message_id, partial(marked, mark=mark, now=NOW))


def _counts_are_those_of_a_recount(services: Services, ref: Any = JANE, now: Any = NOW) -> bool:
    feed = Feed(ref, CHANNEL)
    items = list(services.feeds.items(ENV, feed, Span(), 100, consistent=True))
    for wanted in FILTERS:
        shown = [state_of(item) for item in items if wanted.shows(state_of(item))]
        page = read_feed(services.feeds, ENV, feed, wanted, Span(), 100, now, lambda _: {})
        told = page.counts.total, page.counts.unread, page.counts.unseen
        if told != (len(shown), sum(not one.read for one in shown), sum(not one.seen for one in shown)):
            return False
    return True


def _two_users(services: Services) -> list[str]:
    """Both with a feed that was looked at; messages of the one lie between those of the other."""
    identify(services.recipients, ENV, JANE, {"name": "Jane", "plan": {"a": 1}, "list": [1]}, START)
    identify(services.recipients, ENV, TOM, {"name": "Tom", "plan": {"a": 2, "b": 2}, "list": [2]}, START)
    mine = put(services, *(a_draft(number) for number in range(0, 8, 2)))
    other = put(services, *(a_draft(number, recipient=TOM) for number in range(1, 9, 2)))
    other += put(services, an_email(20, recipient=TOM))
    _mark(services, mine[0])
    _mark(services, other[1])
    for ref in (JANE, TOM):
        assert _counts_are_those_of_a_recount(services, ref)
    return mine + other


def _owned(services: Services, ref: Any) -> list[str]:
    channels = [channel.id for channel in services.channels.all(ENV)]
    return [one.id for one in services.message_lists.of_recipient(ENV, ref, channels, Span(), 100)]


def test_messages_counts_preferences_and_channel_data_come_over_and_nothing_is_left(
    services: Services,
) -> None:
    furnish(services, TOM, messages=0)
    services.preferences.put(ENV, TOM, PreferenceSet("acme", {"workflows": {"t": True}}), START)
    ids = _two_users(services)
    services.preferences.put(ENV, JANE, PreferenceSet("default", {"workflows": {"j": True}}), START)
    services.channel_data.put(ENV, JANE, {"other": {"tokens": ["j"]}})

    _merge(services)

    assert set(ids) == set(_owned(services, JANE))
    assert _counts_are_those_of_a_recount(services)
    sets = {one.id: one.settings for one in services.preferences.all(ENV, JANE)}
    assert sets == {"default": {"workflows": {"j": True}}, "acme": {"workflows": {"t": True}}}
    assert services.channel_data.get(ENV, JANE, account.IN_APP_CHANNEL) == {"tokens": ["t"]}
    assert services.channel_data.get(ENV, JANE, "other") == {"tokens": ["j"]}
    assert [sk for _, sk in rows_naming(services, TOM.id)] == [f"MERGED#{TOM.id}"]


def test_content_comes_over_and_messages_of_long_ago_do_not(services: Services) -> None:
    identify(services.recipients, ENV, JANE, {}, START)
    identify(services.recipients, ENV, TOM, {}, START)
    old, young = put(
        services,
        an_email(1, recipient=TOM, at=NOW - timedelta(days=31)),
        an_email(2, recipient=TOM, at=NOW - timedelta(days=29)),
    )
    _merge(services)
    assert _owned(services, JANE) == [young]
    message = services.message_lists.find(ENV, young)
    assert message is not None
    assert services.messages.content(ENV, message)["to"] == "jane@app.test"
    assert services.message_lists.find(ENV, old) is None
    assert rows_naming(services, f"CONTENT#{old}") == []


def test_a_merge_that_broke_off_anywhere_is_completed_by_its_repeat_or_by_its_task(
    services: Services,
) -> None:
    for crash_at in count():
        identify(services.recipients, ENV, JANE, {"a": 1}, START)
        identify(services.recipients, ENV, TOM, {"b": crash_at}, START)
        services.preferences.put(ENV, TOM, PreferenceSet(f"s{crash_at}", {}), START)
        ids = put(services, *(a_draft(100 * crash_at + number, recipient=TOM) for number in range(3)))
        assert _counts_are_those_of_a_recount(services, TOM, NOW + timedelta(days=9))
        table, tasks = CrashingTable(services.table, crash_at), Tasks()
        with contextlib.suppress(CrashError):
            merge_users(_ports(services, table), tasks, ENV, JANE.id, TOM.id, NOW + timedelta(days=9))
        sealed = services.recipients.get(ENV, TOM) is None
        if crash_at % 2 and sealed:
            for task in tasks.take() * 2:
                finish_merge(_ports(services), task)
        else:
            _merge(services, now=NOW + timedelta(days=9))
        assert set(ids) <= set(_owned(services, JANE))
        assert f"s{crash_at}" in {one.id for one in services.preferences.all(ENV, JANE)}
        assert _counts_are_those_of_a_recount(services, now=NOW + timedelta(days=9))
        assert [sk for _, sk in rows_naming(services, TOM.id)] == [f"MERGED#{TOM.id}"]
        if table.left:
            break
    assert crash_at > 4


def test_a_task_of_a_merge_that_never_happened_changes_nothing(services: Services) -> None:
    ids = _two_users(services)
    task = MergeUsers(env=ENV, user_id=JANE.id, from_user_id=TOM.id, merged_at=to_iso(NOW))
    finish_merge(_ports(services), task)
    assert services.recipients.get(ENV, TOM) is not None
    assert set(_owned(services, TOM)) == set(ids[4:])


def test_a_late_task_leaves_alone_who_has_the_id_since(services: Services) -> None:
    _two_users(services)
    tasks = _merge(services)
    later = NOW + timedelta(minutes=1)
    identify(services.recipients, ENV, TOM, {"name": "New Tom"}, later)
    services.preferences.put(ENV, TOM, PreferenceSet("new", {}), later)
    new = put(services, a_draft(1, recipient=TOM, at=later))
    assert _counts_are_those_of_a_recount(services, TOM, later + timedelta(days=1))
    for task in tasks.take() * 2:
        finish_merge(_ports(services), task)
    assert _owned(services, TOM) == new
    assert [one.id for one in services.preferences.all(ENV, TOM)] == ["new"]
    assert services.preferences.all(ENV, JANE) == []
    assert _counts_are_those_of_a_recount(services, TOM, later + timedelta(days=1))


def test_many_messages_are_finished_by_the_worker(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "AT_ONCE", 2)
    ids = _two_users(services)
    tasks = _merge(services)
    assert len(tasks.waiting) == 2
    event = {"Records": [{"messageId": "m", "body": tasks.waiting[1].model_dump_json()}]}

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 30_000

    assert bulk_worker(event, Context()) == {"batchItemFailures": []}
    assert set(_owned(services, JANE)) == set(ids)
    assert _counts_are_those_of_a_recount(services)


def test_marks_and_looks_in_the_middle_of_a_move_all_count(services: Services) -> None:
    ids = _two_users(services)

    class Meddling(Table):
        """Before each transaction somebody marks a message and looks at both feeds."""

        left = 8

        def transact(self, writes: Any) -> None:
            if self.left:
                self.left -= 1
                _mark(services, ids[self.left % 8], Mark.SEEN)
                for ref in (JANE, TOM):
                    _counts_are_those_of_a_recount(services, ref)
            super().transact(writes)

    meddling = Meddling(services.table._client, services.table._name)
    _merge(services, meddling)
    assert meddling.left == 0
    assert set(_owned(services, JANE)) == set(ids)
    assert _counts_are_those_of_a_recount(services)


def test_an_email_that_waits_is_sent_once_although_it_has_moved(services: Services) -> None:
    world = World(services)
    world.user("jane", email="jane@app.test")
    world.user(TOM.id, email="tom@app.test")
    world.workflow("hello", [EMAIL])
    world.provider.answers = [RetryableError("busy")]
    world.trigger("hello", TOM.id, data={"text": "x"})
    for task in world.runs.take():
        world.run(task)
    [first] = world.delivery.take()
    world.deliver(first)  # fails, and is to be tried again
    _merge(services, now=world.now)
    world.now += timedelta(hours=1)
    for task in world.delivery.take() * 2:
        world.deliver(task)
    assert len(world.provider.sent) == 1
    [message] = world.messages_of(JANE)
    assert message.status is Status.SENT


def test_a_merge_that_always_meets_others_gives_up_with_a_conflict(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    _two_users(services)

    def seal(*_: Any) -> None:
        raise ConflictError("busy")

    monkeypatch.setattr(services.takeovers, "seal", seal)
    ports = MergePorts(services.recipients, services.takeovers, services.removals)
    with pytest.raises(ConflictError):
        merge_users(ports, Tasks(), ENV, JANE.id, TOM.id, NOW)
    assert services.recipients.get(ENV, TOM) is not None


@pytest.mark.parametrize("rival", ["delete", "bulk delete", "merge"])
def test_what_is_still_being_taken_over_is_lost_to_no_deletion(
    services: Services, monkeypatch: pytest.MonkeyPatch, rival: str
) -> None:
    """Who merges two users is likely to delete the other one as well, or to have merged it elsewhere at once."""
    monkeypatch.setattr(merging, "AT_ONCE", 2)
    ids = _two_users(services)
    tasks, deletions = _merge(services), Tasks()
    ports = DeletePorts(services.removals)
    late = DeleteRecipient(env=ENV, collection="$users", recipient_id=TOM.id, deleted_at=to_iso(NOW))
    if rival == "delete":
        delete_recipient(ports, deletions, ENV, TOM, NOW)
    elif rival == "bulk delete":
        with pytest.raises(ConflictError):
            finish_deletion(ports, late)
    else:
        elsewhere = MergeUsers(env=ENV, user_id="ann", from_user_id=TOM.id, merged_at=to_iso(NOW))
        finish_merge(_ports(services), elsewhere)
    for task in tasks.take():
        finish_merge(_ports(services), task)
    finish_deletion(ports, late)
    assert set(_owned(services, JANE)) == set(ids)
    assert [sk for _, sk in rows_naming(services, TOM.id)] == [f"MERGED#{TOM.id}"]


def test_nothing_is_left_where_the_one_merged_into_is_deleted_before_all_is_taken_over(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "AT_ONCE", 2)
    _two_users(services)
    tasks = _merge(services)
    delete_recipient(DeletePorts(services.removals), Tasks(), ENV, JANE, NOW)
    for task in tasks.take():
        finish_merge(_ports(services), task)
    assert rows_naming(services, TOM.id) == []
