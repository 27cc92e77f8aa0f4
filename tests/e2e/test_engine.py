"""The engine on the deployed stack: what scenarios tell with a clock of their own, through real waits of a few seconds.

The story (`tests/builders/engine_story.py`) is played once; each test looks at one side of what came of it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from knockapi.types import Message, WorkflowRecipientRunDetail

from local.seed import StackInfo
from tests.builders.engine_story import PASS, Story
from tests.e2e.conftest import product_on

pytestmark = pytest.mark.xdist_group("engine")  # on one worker, so that it is played once


@pytest.fixture(scope="module")
def story(stack: StackInfo) -> Iterator[Story]:
    with product_on(stack) as product:
        story = Story(product)
        story.play()
        yield story


def runs(story: Story, workflow: str, recipient: str) -> list[WorkflowRecipientRunDetail]:
    return [run for run in story.product.runs_of(workflow) if run.recipient == recipient]


def carrier(story: Story, workflow: str, recipient: str) -> WorkflowRecipientRunDetail:
    """The run that waited for the others."""
    first, *_ = runs(story, workflow, recipient)
    assert "batch_opened" in names(first)
    return first


def names(run: WorkflowRecipientRunDetail) -> list[str]:
    return [event.event for event in run.events]


def told(run: WorkflowRecipientRunDetail, name: str) -> dict[str, Any]:
    """What the only event of that name says."""
    [event] = [event for event in run.events if event.event == name]
    return dict(event.data or {})


def messages(story: Story, recipient: str, workflow: str) -> dict[str | None, Message]:
    """By their step."""
    found = story.product.messages_of(recipient)
    return {one.source.step_ref: one for one in found if one.source.key == workflow}


def content(story: Story, message: Message) -> dict[str, Any]:
    return dict(story.product.call("GET", f"/v1/messages/{message.id}/content").json()["data"])


def test_the_log_of_a_run_tells_each_step_of_the_way(story: Story) -> None:
    run = carrier(story, story.orders, story.jane)

    assert names(run) == [
        "run_started",
        "throttle_passed",
        "fetch_requested",
        "fetch_succeeded",
        "data_updated",
        "recipient_updated",
        "branch_selected",
        "batch_opened",
        "batch_closed",
        "cohort_assigned",
        "message_enqueued",
        "channels_chosen",
        "message_enqueued",
        "message_enqueued",
        "step_skipped",
        "preferences_evaluated",
        "step_skipped",
        "delay_started",
        "delay_resumed",
        "conditions_evaluated",
        "step_skipped",
        "workflow_triggered",
        "run_completed",
    ]
    assert (run.status, run.error_count) == ("completed", 0)
    assert told(run, "branch_selected")["name"] == "recipient.plan is pro"
    assert told(run, "cohort_assigned")["name"] == "cohort 0"
    assert told(run, "channels_chosen")["channel_keys"] == ["webhook"]


def test_what_is_skipped_says_why(story: Story) -> None:
    run = carrier(story, story.orders, story.jane)

    skipped = {event.step_ref: event.data for event in run.events if event.event == "step_skipped"}
    assert {ref: data and data["reason"] for ref, data in skipped.items()} == {
        "sms_1": "missing_channel_data",
        "push_1": "preferences_opted_out",
        "reminder_1": "conditions_not_met",
    }
    [result] = told(run, "conditions_evaluated")["results"]
    assert result["variable"] == "refs.in_app_1.delivery_status"


def test_what_came_within_the_window_is_one_message_and_what_was_cancelled_is_not_in_it(story: Story) -> None:
    sent = messages(story, story.jane, story.orders)

    assert sent.keys() == {"email_1", "group_1", "in_app_1"}
    digest = sent["in_app_1"]
    activities = story.product.knock.messages.list_activities(digest.id).items
    assert [one.data and one.data["nested"] for one in activities] == [{"n": 1}, {"n": 3}]
    assert [one.actor and one.actor.id for one in activities] == [story.boss, story.tom]
    closed = told(carrier(story, story.orders, story.jane), "batch_closed")
    assert (closed["total"], closed["cancelled"]) == (2, 1)
    [item] = story.product.knock.users.feeds.list_items(
        story.jane, story.product.stack.channels["in-app"]
    ).entries
    assert (item.total_activities, item.total_actors) == (2, 2)
    assert item.data == {"project": "apollo", "n": 3, "headline": "APOLLO", "received": True}
    assert item.blocks[0].rendered == "<p>2 by 2: 1 3</p>"  # type: ignore[union-attr]


def test_the_runs_that_joined_ended_there(story: Story) -> None:
    _, *joined = runs(story, story.orders, story.jane)

    for run in joined:
        assert names(run)[-3:] == ["branch_selected", "batch_joined", "run_completed"]
        assert run.status == "completed"


def test_the_email_is_in_the_recipient_s_language_and_renders_a_partial_for_each_activity(
    story: Story,
) -> None:
    mail = content(story, messages(story, story.jane, story.orders)["email_1"])

    assert mail["subject_line"] == "2 commandes"
    assert "<li>1 by Boss</li>" in mail["html_body"]
    assert "<li>3 by Tom</li>" in mail["html_body"]
    assert content(story, messages(story, story.ann, story.orders)["email_1"])["subject_line"] == "Orders"


def test_requests_go_out_with_their_secret_and_answers_come_into_the_data(story: Story) -> None:
    product = story.product
    requests = [one for one in product.http.get("/sink").json() if product.name in one["path"]]

    fetched = [one for one in requests if one["path"] == f"/webhook/{product.name}/fetch/{story.ann}"]
    assert [one["headers"]["x-token"] for one in fetched] == [f"secret-{product.name}"] * 3
    posted = [one for one in requests if one["path"] == f"/webhook/{product.name}/group/{story.jane}"]
    assert [one["body"] for one in posted] == [{"total": 2, "received": True}]
    assert f"secret-{product.name}" not in carrier(story, story.orders, story.ann).to_json()


def test_a_branch_that_terminates_ends_the_run_and_the_throttle_lets_so_many_pass(story: Story) -> None:
    notes = [one for one in story.product.messages_of(story.tom) if one.source.key == story.orders]
    assert [one.source.step_ref for one in notes] == ["note_1"] * PASS
    *_, last = runs(story, story.orders, story.tom)

    assert names(last) == ["run_started", "run_throttled", "run_completed"]
    assert told(last, "run_throttled")["limit"] == PASS
    assert story.product.knock.users.get(story.tom).to_dict()["orders"] == {"last": PASS}


def test_two_runs_trigger_a_workflow_that_runs_once_for_whom_they_both_name(story: Story) -> None:
    parents = [carrier(story, story.orders, person) for person in (story.jane, story.ann)]
    started = {told(run, "workflow_triggered")["workflow_run_id"] for run in parents}
    [report] = story.product.runs_of(story.report)

    assert len(started) == len(parents)
    assert report.workflow_run_id in started
    assert report.trigger_source.type == "workflow_step"
    [message] = messages(story, story.boss, story.report).values()
    assert message.status == "delivered"


def test_a_window_slides_and_its_batch_closes_at_the_new_end(story: Story) -> None:
    run = carrier(story, story.talk, story.tom)
    [joined] = [one for one in runs(story, story.talk, story.tom) if one.id != run.id]
    opened, extended = told(run, "batch_opened"), told(joined, "batch_extended")
    [closed] = [event for event in run.events if event.event == "batch_closed"]

    assert moment(opened["closes_at"]) < moment(extended["closes_at"]) <= closed.inserted_at
    assert (closed.data or {})["total"] == 2
    feed_item = content(story, messages(story, story.tom, story.talk)["in_app_1"])
    assert feed_item["blocks"][0]["rendered"] == "<p>2 by 0: 1 2</p>"


def test_messages_wait_for_their_send_window_and_the_run_does_not(story: Story) -> None:
    [run] = runs(story, story.night, story.ann)
    assert run.updated_at < story.opens_at

    for message in messages(story, story.ann, story.night).values():
        assert message.scheduled_at == story.opens_at
        assert message.status == "delivered"
        events = story.product.knock.messages.list_events(message.id).items
        [delivered] = [event for event in events if event.type == "message.delivered"]
        assert delivered.inserted_at >= story.opens_at


def test_a_workflow_that_is_switched_off_ends_its_waiting_run_at_the_next_step(story: Story) -> None:
    [run] = runs(story, story.retired, story.tom)

    assert names(run) == ["run_started", "delay_started", "run_halted"]
    assert told(run, "run_halted")["reason"] == "workflow_inactive"
    assert messages(story, story.tom, story.retired) == {}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
