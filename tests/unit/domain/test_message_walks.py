"""Which messages a bulk operation is about, and what it does to one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.builders.messages import START, a_draft
from tocsin.contract.bulk_messages import BulkMessagesIn
from tocsin.domain import json_text
from tocsin.domain.clock import to_iso
from tocsin.domain.ids import ksuid
from tocsin.domain.listed import Listed
from tocsin.domain.message_walks import Action, WalkFilter
from tocsin.domain.messages import Mark, Message, Status, marked, unmarked

ASKED = START + timedelta(hours=2)
SOON = ASKED + timedelta(seconds=5)
MOMENT = to_iso(START + timedelta(minutes=6))


def _bearing(mark: Mark, number: int) -> Message:
    return marked(a_draft(number).message, mark, START + timedelta(hours=1))


def _data_of(message: Listed) -> dict[str, Any]:
    """Large data is not with the message."""
    return {"paid": False} if message.data is None else message.data


# Each differs from the first in one thing.
MESSAGES = {
    "plain": a_draft(1).message,
    "seen": _bearing(Mark.SEEN, 2),
    "read": _bearing(Mark.READ, 3),
    "archived": _bearing(Mark.ARCHIVED, 4),
    "clicked": _bearing(Mark.LINK_CLICKED, 5),
    "interacted": _bearing(Mark.INTERACTED, 6),
    "acme": a_draft(7, tenant="acme").message,
    "other": a_draft(8, tenant="other").message,
    "digest": a_draft(9, workflow="digest").message,
    "bounced": a_draft(10, status=Status.BOUNCED).message,
    "data": a_draft(11, data={"order": 12345678901234567890, "paid": True, "deep": {"a": [1, None]}}).message,
    "large": a_draft(12, data=None).message,
}


@pytest.mark.parametrize(
    ("sent", "without", "only"),
    [
        ({}, (), None),
        ({"archived": "include", "engagement_status": "all"}, (), None),
        ({"archived": "exclude"}, ("archived",), None),
        ({"archived": "only"}, (), ("archived",)),
        ({"engagement_status": "seen"}, (), ("seen",)),
        ({"engagement_status": "unseen"}, ("seen",), None),
        ({"engagement_status": "read"}, (), ("read", "interacted")),
        ({"engagement_status": "unread"}, ("read", "interacted"), None),
        ({"engagement_status": "archived"}, (), ("archived",)),
        ({"engagement_status": "unarchived"}, ("archived",), None),
        ({"engagement_status": "link_clicked"}, (), ("clicked",)),
        ({"engagement_status": "interacted"}, (), ("interacted",)),
        ({"engagement_status": "archived", "archived": "exclude"}, (), ()),
        ({"has_tenant": True}, (), ("acme", "other")),
        ({"has_tenant": False}, ("acme", "other"), None),
        ({"tenants": ["acme", "nobody's"]}, (), ("acme",)),
        ({"tenants": ["acme"], "has_tenant": False}, (), ()),
        ({"workflows": ["digest", "none"]}, (), ("digest",)),
        ({"delivery_status": "bounced"}, (), ("bounced",)),
        ({"newer_than": MOMENT}, (), ("acme", "other", "digest", "bounced", "data", "large")),
        ({"older_than": MOMENT}, (), ("plain", "seen", "read", "archived", "clicked")),
        ({"older_than": MOMENT, "newer_than": MOMENT}, (), ()),
        ({"trigger_data": '{"order": 12345678901234567890}'}, (), ("data",)),
        ({"trigger_data": {"paid": True, "deep": {"a": [1, None]}}}, (), ("data",)),
        ({"trigger_data": {"paid": False}}, (), ("large",)),
        ({"trigger_data": {}}, (), None),
        ({"archived": None, "tenants": None, "trigger_data": None, "newer_than": None}, (), None),
    ],
)
def test_filters(sent: dict[str, Any], without: tuple[str, ...], only: tuple[str, ...] | None) -> None:
    """As they are when they come back from where the operation is kept."""
    kept = json_text.loads(json_text.dumps(BulkMessagesIn.model_validate(sent).sent_filter))
    wanted = BulkMessagesIn.model_validate(kept).to_filter(None)
    expected = set(MESSAGES if only is None else only) - set(without)
    assert {name for name, message in MESSAGES.items() if wanted.matches(message, _data_of)} == expected


def test_recipients_are_no_part_of_the_filter() -> None:
    sent = BulkMessagesIn.model_validate(
        {"recipient_ids": ["a", "b", "a"], "user_ids": ["c"], "has_tenant": True}
    )
    assert sent.sent_filter == {"has_tenant": True}
    assert sent.recipients() == ["a", "b", "c"]
    assert BulkMessagesIn.model_validate({}).recipients() is None
    assert BulkMessagesIn.model_validate({"user_ids": []}).recipients() == []


@pytest.mark.parametrize(("tenants", "expected"), [({"acme"}, {"acme"}), ({"acme", None}, {"acme", None})])
def test_a_caller_of_some_tenants_reaches_no_others(
    tenants: set[str | None], expected: set[str | None]
) -> None:
    wanted = WalkFilter(reached_tenants=frozenset(tenants))
    assert {one.tenant for one in MESSAGES.values() if wanted.matches(one, _data_of)} == expected


def _id_at(moment: datetime) -> str:
    return ksuid(moment, "run")


def test_what_was_inserted_in_the_millisecond_of_the_call_is_meant_and_nothing_later() -> None:
    span = WalkFilter().span(ASKED, None)
    assert span.holds(_id_at(ASKED))
    assert not span.holds(_id_at(ASKED + timedelta(milliseconds=1)))


def test_a_step_goes_on_below_the_one_before_and_not_beyond_the_dates_asked_for() -> None:
    wanted = BulkMessagesIn.model_validate({"newer_than": MOMENT}).to_filter(None)
    span = wanted.span(ASKED, _id_at(START + timedelta(minutes=9)))
    assert span.holds(_id_at(START + timedelta(minutes=7)))
    assert not span.holds(_id_at(START + timedelta(minutes=5)))
    assert not span.holds(_id_at(START + timedelta(minutes=10)))


def _events(message: Message) -> list[str]:
    return [event.type for event in message.events]


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.DELETE])
def test_an_action_that_comes_by_again_does_nothing(action: Action) -> None:
    bears = replace(MESSAGES["plain"], marks={mark: START for mark in Mark if mark.value != action.value})
    once = action.done_to(bears, ASKED, SOON)
    assert _events(once) == ["created", action.value]
    assert action.done_to(once, ASKED, SOON + timedelta(minutes=6)) is once


def test_what_was_said_before_the_call_does_not_count_against_it() -> None:
    before = unmarked(_bearing(Mark.READ, 1), Mark.READ, ASKED - timedelta(milliseconds=1))
    assert Action.READ.done_to(before, ASKED, SOON).is_marked(Mark.READ)


def test_what_is_said_after_the_call_is_the_last_word() -> None:
    after = unmarked(_bearing(Mark.READ, 1), Mark.READ, ASKED)
    assert Action.READ.done_to(after, ASKED, SOON) is after
    other = marked(after, Mark.SEEN, SOON)
    assert Action.ARCHIVED.done_to(other, ASKED, SOON).is_marked(Mark.ARCHIVED)


def test_a_worker_whose_clock_is_behind_marks_no_earlier_than_it_was_asked() -> None:
    slow = Action.SEEN.done_to(MESSAGES["plain"], ASKED, ASKED - timedelta(seconds=1))
    assert slow.marks == {Mark.SEEN: ASKED}
    assert Action.SEEN.done_to(slow, ASKED, SOON) is slow
