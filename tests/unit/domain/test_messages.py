"""What marks do to a message, and what its history remembers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.builders.messages import START, a_draft, an_email
from tocsin.contract.messages import engagement_dates, events_out
from tocsin.domain.messages import (
    MAX_EVENTS_SIZE,
    Mark,
    Message,
    MessageEvent,
    Status,
    happened_just_now,
    marked,
    moved,
    unmarked,
)

STATES = [Mark.SEEN, Mark.READ, Mark.ARCHIVED]
DEEDS = [Mark.INTERACTED, Mark.LINK_CLICKED]
NEW = a_draft(0).message


def seconds(number: float) -> Any:
    return START + timedelta(seconds=number)


def types(message: Message) -> list[str]:
    return [event.type for event in message.events]


# --- states and deeds


@pytest.mark.parametrize("mark", STATES)
def test_a_state_that_is_taken_back_and_put_again_at_once_is_there(mark: Mark) -> None:
    message = marked(unmarked(marked(NEW, mark, START), mark, START), mark, START)
    assert message.is_marked(mark)


@pytest.mark.parametrize("mark", STATES)
def test_a_state_is_taken_back_and_comes_again(mark: Mark) -> None:
    message = marked(unmarked(marked(NEW, mark, seconds(1)), mark, seconds(2)), mark, seconds(3))
    assert types(message) == ["created", mark.value, f"un{mark.value}", mark.value]
    assert message.marks == {mark: seconds(3)}


def test_taking_back_what_is_not_there_changes_nothing() -> None:
    assert all(unmarked(NEW, mark, START) is NEW for mark in STATES)


@pytest.mark.parametrize("mark", Mark)
def test_a_mark_counts_each_time_and_its_date_is_the_latest(mark: Mark) -> None:
    message = marked(marked(NEW, mark, seconds(1)), mark, seconds(2))
    assert types(message).count(mark.value) == 2
    assert message.marks[mark] == seconds(2)


def test_who_interacts_has_read() -> None:
    message = marked(NEW, Mark.INTERACTED, START, {"button": "yes"})
    assert types(message) == ["created", "read", "interacted"]
    assert message.marks == {Mark.READ: START, Mark.INTERACTED: START}
    again = marked(unmarked(message, Mark.READ, seconds(2)), Mark.INTERACTED, seconds(3))
    assert again.marks == {Mark.READ: seconds(3), Mark.INTERACTED: seconds(3)}


def test_what_is_read_already_keeps_its_date() -> None:
    message = marked(marked(NEW, Mark.READ, START), Mark.INTERACTED, seconds(1))
    assert message.marks == {Mark.READ: START, Mark.INTERACTED: seconds(1)}


def test_what_is_done_again_within_a_second_is_a_retry_unless_it_says_something_else() -> None:
    once = marked(NEW, Mark.INTERACTED, START, {"button": "yes"})
    assert marked(once, Mark.INTERACTED, seconds(0.999), {"button": "yes"}) is once
    other = marked(once, Mark.INTERACTED, seconds(0.5), {"button": "no"})
    assert [event.data for event in other.events if event.data] == [{"button": "yes"}, {"button": "no"}]
    assert marked(other, Mark.INTERACTED, seconds(0.9), {"button": "yes"}) is other
    assert len(marked(once, Mark.INTERACTED, seconds(1), {"button": "yes"}).events) == 4


def test_no_metadata_and_empty_metadata_are_the_same() -> None:
    once = marked(NEW, Mark.INTERACTED, START, {})
    assert once.events[-1].data is None
    assert marked(once, Mark.INTERACTED, START, None) is once


def test_a_message_bears_all_marks_at_once_whatever_becomes_of_its_delivery() -> None:
    message = an_email(0).message
    for mark in Mark:
        message = marked(message, mark, START)
    assert set(message.marks) == set(Mark)
    assert message.status is Status.QUEUED
    assert engagement_dates(message)["clicked_at"] == engagement_dates(message)["link_clicked_at"]


def test_what_just_happened_is_remembered_for_a_second() -> None:
    message = marked(NEW, Mark.SEEN, START)
    assert happened_just_now(message, "seen", seconds(0.999))
    assert not happened_just_now(message, "seen", seconds(1))
    assert not happened_just_now(message, "read", seconds(0.5))


# --- history


def test_a_history_stays_small_and_keeps_its_delivery_and_the_latest_of_each_mark() -> None:
    message = replace(an_email(0).message, events=(MessageEvent("created", START),))
    message = moved(message, Status.SENT, START, {"attempt": 1})
    for number in range(1000):
        message = marked(message, Mark.SEEN, seconds(number))
        message = unmarked(message, Mark.SEEN, seconds(number))
        message = marked(message, Mark.INTERACTED, seconds(number), {"text": "x" * 1000})
    assert sum(event.size for event in message.events) <= MAX_EVENTS_SIZE
    assert types(message)[:2] == ["created", "sent"]
    assert types(message)[-3:] == ["seen", "unseen", "interacted"]


def test_what_is_not_repeated_never_goes() -> None:
    message = marked(NEW, Mark.ARCHIVED, START, {"why": "x" * 2000})
    for number in range(200):
        message = marked(
            message, Mark.LINK_CLICKED, seconds(number), {"url": "https://app.test/" + "x" * 500}
        )
    assert types(message).count("archived") == 1
    assert message.events[-1].at == seconds(199)


def test_an_events_id_stays_when_older_ones_go() -> None:
    message = NEW
    ids: dict[str, tuple[str, str, str]] = {}
    for number in range(300):
        message = marked(message, Mark.INTERACTED, seconds(number), {"n": number})
        for shown in events_out(message):
            told = (shown["type"], shown["inserted_at"], str(shown["data"]))
            assert ids.setdefault(shown["id"], told) == told
    assert len(ids) == 302
    assert len(message.events) < 302


def test_events_within_one_millisecond_have_ids_of_their_own_and_keep_their_order() -> None:
    message = NEW
    for number in range(5):
        message = marked(message, Mark.INTERACTED, START, {"n": number})
        message = unmarked(marked(message, Mark.SEEN, START), Mark.SEEN, START)
    shown = events_out(message)
    assert len({event["id"] for event in shown}) == len(shown) == 17
    assert [event["data"]["n"] for event in shown if event["data"]] == [0, 1, 2, 3, 4]


def test_a_clock_that_is_behind_turns_no_date_back() -> None:
    message = marked(
        marked(NEW, Mark.INTERACTED, seconds(10), {"n": 1}), Mark.INTERACTED, seconds(9), {"n": 2}
    )
    assert message.marks[Mark.INTERACTED] > seconds(10)
    assert message.updated_at >= message.marks[Mark.INTERACTED]
