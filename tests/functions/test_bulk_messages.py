"""POST /v1/channels/{channel_id}/messages/bulk/{action}: which messages it finds, and what is done to them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.messages.handler import lambda_handler as messages_api
from tests.builders.account import EMAIL_CHANNEL, IN_APP_CHANNEL
from tests.builders.bulk import Bulk
from tests.builders.feeds import Reader
from tests.builders.messages import (
    ENV,
    JANE,
    START,
    a_draft,
    an_email,
    put,
    put_fast,
    workflow_run_id,
)
from tests.conftest import VARIABLES
from tocsin.domain.listing import Span
from tocsin.domain.messages import Mark, Message, marked, unmarked
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.runs import TriggeredRecipient, WorkflowRun
from tocsin.engine.outcome import MessageDraft
from tocsin.lambda_kit.services import Services
from tocsin.store import keys

ODD_ID = "ann é😀+x@y:z$"
READ = f"/v1/channels/{IN_APP_CHANNEL}/messages/bulk/read"


@pytest.fixture
def bulk(api: Callable[..., Any]) -> Bulk:
    return Bulk(api, VARIABLES["BULK_QUEUE_URL"])


def path(action: str, channel: str = IN_APP_CHANNEL) -> str:
    return f"/v1/channels/{channel}/messages/bulk/{action}"


def counts(seen: Any) -> tuple[str, int, int]:
    return seen["status"], seen["processed_rows"], seen["success_count"]


def all_messages(services: Services) -> dict[str, Message]:
    return {message.id: message for message in services.message_lists.of_environment(ENV, Span(), 1000)}


def bearing(services: Services, mark: Mark = Mark.READ) -> set[str]:
    return {name for name, message in all_messages(services).items() if message.is_marked(mark)}


def reader_of(services: Services, ref: RecipientRef = JANE) -> Reader:
    reader = Reader(services.table)
    reader.ref, reader.feed = ref, type(reader.feed)(ref, IN_APP_CHANNEL)
    return reader


def test_the_call_answers_before_anything_is_done(services: Services, bulk: Bulk) -> None:
    put(services, a_draft(1), a_draft(2))
    operation = bulk.start(messages_api, READ, {"user_ids": ["jane"]})
    assert (operation["name"], operation["status"]) == ("messages.read", "queued")
    assert (operation["estimated_total_rows"], operation["processed_rows"]) == (2, 0)
    assert bulk.poll(operation) == operation
    assert bearing(services) == set()


def test_everything_in_a_feed_is_read_as_the_browser_asks_for_it(services: Services, bulk: Bulk) -> None:
    ids = put_fast(services, *(a_draft(number) for number in range(60)))
    others = put(services, a_draft(1, recipient=user("tom")), an_email(2))
    reader = reader_of(services)
    assert reader.looks().counts.unread == 60
    reader.marks(ids[7])
    asked = {"user_ids": ["jane"], "engagement_status": "all", "archived": "exclude"}
    operation = bulk.start(messages_api, READ, asked)
    assert operation["estimated_total_rows"] == 60
    assert bulk.work_off() == 1
    assert counts(bulk.poll(operation)) == ("completed", 60, 60)
    assert bearing(services) == set(ids)
    assert not bearing(services) & set(others)
    found = all_messages(services)
    assert all([event.type for event in found[name].events] == ["created", "read"] for name in ids)
    assert reader.looks().counts.unread == 0
    assert reader.agrees()


def test_without_recipients_all_of_the_environment_s_messages_are_meant(
    services: Services, bulk: Bulk
) -> None:
    people = [user("jane"), user(ODD_ID), RecipientRef("projects", "p/1#é")]
    ids = put(services, *(a_draft(number, recipient=people[number % 3]) for number in range(30)))
    put(services, *(an_email(number) for number in range(5)))
    seen = bulk.finish(messages_api, path("seen"), {})
    assert counts(seen) == ("completed", 30, 30)
    assert seen["estimated_total_rows"] == 30
    assert bearing(services, Mark.SEEN) == set(ids)
    assert all(reader_of(services, person).agrees() for person in people)


def test_named_recipients_are_the_only_ones_and_each_counts_once(services: Services, bulk: Bulk) -> None:
    ids = put(services, *(a_draft(number, recipient=user(ODD_ID)) for number in range(3)))
    put(services, a_draft(1))
    body = {"recipient_ids": [ODD_ID, "nobody"], "user_ids": [ODD_ID]}
    assert counts(bulk.finish(messages_api, READ, body)) == ("completed", 3, 3)
    assert bearing(services) == set(ids)


@pytest.mark.parametrize("nobody", [{"recipient_ids": []}, {"tenants": []}, {"workflows": []}])
def test_an_empty_list_lets_nothing_pass(services: Services, bulk: Bulk, nobody: dict[str, Any]) -> None:
    put(services, a_draft(1, tenant="acme"))
    assert counts(bulk.finish(messages_api, path("delete"), nobody)) == ("completed", 0, 0)
    assert len(all_messages(services)) == 1


def test_large_data_is_looked_up_and_the_filter_sees_what_was_before_the_action(
    services: Services, bulk: Bulk
) -> None:
    run = WorkflowRun(
        id=workflow_run_id(1),
        workflow="welcome",
        version_id="",
        recipients=(TriggeredRecipient(JANE),),
        triggered_at=START,
        data={"text": "x" * 10_000, "order": 12345678901234567890},
    )
    services.workflow_runs.create(ENV, run)
    large, _ = put(services, a_draft(1, data=None), a_draft(2, data={"order": 7}))
    asked = {"trigger_data": '{"order": 12345678901234567890}', "engagement_status": "unread"}
    assert counts(bulk.finish(messages_api, READ, asked)) == ("completed", 1, 1)
    assert counts(bulk.finish(messages_api, READ, asked)) == ("completed", 0, 0)
    assert bearing(services) == {large}


def _seen(draft: MessageDraft, *marks: Mark) -> MessageDraft:
    message = draft.message
    for mark in marks:
        message = marked(message, mark, START + timedelta(hours=1))
    return replace(draft, message=message)


@pytest.mark.parametrize(
    ("action", "mark", "name"),
    [
        ("seen", Mark.SEEN, "messages.seen"),
        ("read", Mark.READ, "messages.read"),
        ("archived", Mark.ARCHIVED, "messages.archived"),
        ("archive", Mark.ARCHIVED, "messages.archived"),
        ("interacted", Mark.INTERACTED, "messages.interacted"),
    ],
)
def test_every_action_puts_its_mark(
    services: Services, bulk: Bulk, action: str, mark: Mark, name: str
) -> None:
    [email] = put(services, an_email(1))
    seen = bulk.finish(messages_api, path(action, EMAIL_CHANNEL), {"recipient_ids": ["jane"]})
    assert seen["name"] == name
    message = all_messages(services)[email]
    assert mark in message.marks
    assert message.events[-1].type == mark.value


@pytest.mark.parametrize(
    ("action", "mark"),
    [
        ("unseen", Mark.SEEN),
        ("unread", Mark.READ),
        ("unarchived", Mark.ARCHIVED),
        ("unarchive", Mark.ARCHIVED),
    ],
)
def test_every_action_that_takes_a_mark_back(services: Services, bulk: Bulk, action: str, mark: Mark) -> None:
    [bears, bare] = put(services, _seen(a_draft(1), *Mark), a_draft(2))
    assert counts(bulk.finish(messages_api, path(action), {})) == ("completed", 2, 2)
    found = all_messages(services)
    assert set(found[bears].marks) == set(Mark) - {mark}
    assert found[bears].events[-1].type == f"un{mark.value}"
    assert [event.type for event in found[bare].events] == ["created"]
    assert reader_of(services).agrees()


def test_what_arrives_after_the_call_keeps_its_state(services: Services, bulk: Bulk) -> None:
    [before] = put(services, a_draft(1))
    bulk.start(messages_api, READ, {})
    later = datetime.now(UTC) + timedelta(seconds=1)
    put(services, a_draft(2, at=later), a_draft(3, recipient=user("tom"), at=later))
    bulk.work_off()
    assert bearing(services) == {before}


def test_a_message_that_is_deleted_is_gone_with_its_content_and_out_of_the_counts(
    services: Services, bulk: Bulk
) -> None:
    text = {"blocks": [{"type": "markdown", "rendered": "x" * 20_000}]}
    old, large, young = put(
        services,
        _seen(a_draft(1), Mark.READ),
        a_draft(2, content=text),
        a_draft(3, at=datetime.now(UTC) - timedelta(seconds=1)),
    )
    [mail] = put(services, an_email(4))
    reader = reader_of(services)
    assert reader.looks(now=datetime.now(UTC)).counts.total == 3
    assert services.table.get((keys.recipient(ENV, "$users", "jane"), keys.content(large))) is not None

    asked = {"recipient_ids": ["jane"], "engagement_status": "unread"}
    assert counts(bulk.finish(messages_api, path("delete"), asked)) == ("completed", 2, 2)
    assert set(all_messages(services)) == {old, mail}
    assert services.table.get((keys.recipient(ENV, "$users", "jane"), keys.content(large))) is None
    assert young not in all_messages(services)
    assert reader.looks().counts.total == 1
    assert reader.agrees()

    assert counts(bulk.finish(messages_api, path("delete", EMAIL_CHANNEL), {})) == ("completed", 1, 1)
    assert set(all_messages(services)) == {old}
    assert services.table.get((keys.recipient(ENV, "$users", "jane"), keys.content(mail))) is None


def test_who_marks_a_message_after_the_call_has_the_last_word(services: Services, bulk: Bulk) -> None:
    ids = put(services, a_draft(1), a_draft(2))
    operation = bulk.start(messages_api, READ, {"user_ids": ["jane"]})
    [task] = bulk.tasks()
    reader = reader_of(services)
    now = datetime.now(UTC)
    reader.changes(ids[0], lambda message: marked(message, Mark.READ, now))
    reader.changes(ids[0], lambda message: unmarked(message, Mark.READ, now))
    assert bulk.work(task) == []
    assert counts(bulk.poll(operation)) == ("completed", 2, 2)
    assert bearing(services) == {ids[1]}


def test_environments_stay_apart(services: Services, bulk: Bulk) -> None:
    put(services, a_draft(1), env="production")
    put(services, a_draft(1))
    assert counts(bulk.finish(messages_api, path("delete"), {}))[1] == 1
    assert len(list(services.message_lists.of_environment("production", Span(), 10))) == 1


def test_filters_of_feeds_are_estimated_by_their_counters(services: Services, bulk: Bulk) -> None:
    ids = put_fast(services, *(a_draft(number) for number in range(12)))
    reader = reader_of(services)
    reader.looks()
    for name in ids[:3]:
        reader.marks(name)
    reader.marks(ids[5], Mark.ARCHIVED)
    asked = {"user_ids": ["jane"], "engagement_status": "unread", "archived": "exclude"}
    assert bulk.start(messages_api, READ, asked)["estimated_total_rows"] == 8
