"""Which happenings are within a wait."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.domain.recipients import user
from tocsin.domain.waits import EventType, Happening, Topic, Waiting

SINCE = datetime(2026, 1, 1, 12, tzinfo=UTC)
UNTIL = SINCE + timedelta(hours=1)
INSTANT = timedelta(milliseconds=1)
READ = Topic(EventType.MESSAGE, "welcome", "read")
DONE = Topic(EventType.WORKFLOW, "welcome", "completed")


def hears(topic: Topic, at: datetime, *, of: Topic | None = None, run_id: str | None = None) -> bool:
    waiting = Waiting(user("jane"), topic, "run-1", "1", SINCE, UNTIL)
    return waiting.hears(Happening("development#RECIPIENT#$users#jane", of or topic, at, run_id=run_id))


@pytest.mark.parametrize("topic", [READ, DONE])
def test_a_wait_is_from_its_beginning_to_its_end(topic: Topic) -> None:
    assert not hears(topic, SINCE - INSTANT)
    assert hears(topic, SINCE + INSTANT)
    assert hears(topic, UNTIL)
    assert not hears(topic, UNTIL + INSTANT)


def test_the_very_beginning_counts_for_messages_alone() -> None:
    assert hears(READ, SINCE)
    assert not hears(DONE, SINCE)


@pytest.mark.parametrize("other", [READ._replace(event_key="seen"), READ._replace(source="another"), DONE])
def test_something_else_is_nothing_to_it(other: Topic) -> None:
    assert not hears(READ, UNTIL, of=other)


def test_a_run_does_not_hear_of_itself() -> None:
    assert not hears(DONE, UNTIL, run_id="run-1")
    assert hears(DONE, UNTIL, run_id="run-2")
