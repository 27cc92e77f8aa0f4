"""Which events rows tell of, by what they were and are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.builders.messages import a_draft
from tests.builders.runs import a_run
from tocsin.domain.messages import Mark, Message, Status, marked, moved, unmarked
from tocsin.domain.outbound_events import OutboundEvent, message_events, run_events
from tocsin.domain.runs import EventStatus, RunEvent, RunStatus

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def queued() -> Message:
    message = a_draft(1).message
    return replace(message, status=Status.QUEUED, events=(), marks={}, version=1)


def sent() -> Message:
    return replace(moved(queued(), Status.SENT, NOON), version=2)


def types(events: list[OutboundEvent]) -> list[str]:
    return [event.type for event in events]


def test_a_change_tells_of_what_is_new_in_it() -> None:
    delivered = replace(moved(sent(), Status.DELIVERED, NOON + SECOND), version=3)

    [event] = message_events(sent(), delivered)

    assert (event.type, event.at, event.details) == ("message.delivered", NOON + SECOND, None)
    assert isinstance(event.subject, Message)
    assert event.subject.status is Status.DELIVERED


def test_one_change_may_tell_of_several_events_in_their_order() -> None:
    clicked = marked(sent(), Mark.INTERACTED, NOON + SECOND, {"button": "ok"})

    events = list(message_events(sent(), clicked))

    assert types(events) == ["message.read", "message.interacted"]
    assert events[1].details == {"button": "ok"}


def test_a_change_that_is_told_again_tells_of_the_same_events() -> None:
    seen = marked(sent(), Mark.SEEN, NOON + SECOND)

    first, again = list(message_events(sent(), seen)), list(message_events(sent(), seen))

    assert first == again
    assert first[0].id != next(message_events(None, replace(sent(), version=1))).id


def test_what_is_undone_and_done_again_is_an_event_each_time() -> None:
    read = marked(sent(), Mark.READ, NOON + SECOND)
    unread = unmarked(read, Mark.READ, NOON + 2 * SECOND)
    again = marked(unread, Mark.READ, NOON + 4 * SECOND)

    told = [*message_events(read, unread), *message_events(unread, again)]

    assert types(told) == ["message.unread", "message.read"]
    assert len({event.id for event in told}) == 2


def test_what_a_row_no_longer_remembers_has_not_happened_again() -> None:
    """Old marks go when a row grows too large."""
    seen = marked(marked(sent(), Mark.SEEN, NOON), Mark.SEEN, NOON + 2 * SECOND)

    assert list(message_events(seen, replace(seen, events=seen.events[1:]))) == []


def test_a_feed_message_is_sent_and_delivered_where_it_is_made() -> None:
    made = moved(moved(queued(), Status.SENT, NOON), Status.DELIVERED, NOON)

    assert types(list(message_events(None, made))) == ["message.sent", "message.delivered"]


def test_nothing_happens_to_a_message_that_comes_over_from_a_merged_user() -> None:
    assert list(message_events(None, replace(sent(), version=3))) == []


def test_a_message_that_is_made_or_waits_is_nothing_to_tell() -> None:
    assert list(message_events(None, queued())) == []


def test_a_run_tells_of_its_beginning_and_of_its_end() -> None:
    started = a_run(1, status=RunStatus.PROCESSING)
    ended = replace(started, status=RunStatus.COMPLETED, updated_at=NOON + SECOND)

    assert types(list(run_events(None, started))) == ["workflow_recipient_run.started"]
    assert types(list(run_events(started, ended))) == ["workflow_recipient_run.completed"]
    assert list(run_events(ended, ended)) == []
    assert types(list(run_events(None, ended))) == [
        "workflow_recipient_run.started",
        "workflow_recipient_run.completed",
    ]


def test_a_cancelled_run_does_not_complete() -> None:
    started = a_run(1, status=RunStatus.PROCESSING)

    assert list(run_events(started, replace(started, status=RunStatus.CANCELLED))) == []


def test_each_error_of_a_run_is_an_event() -> None:
    started = a_run(1, status=RunStatus.PROCESSING)
    error = RunEvent("step_failed", NOON, EventStatus.ERROR)
    once = replace(started, events=(*started.events, error))
    twice = replace(once, events=(*once.events, error))

    first, second = list(run_events(started, once)), list(run_events(once, twice))

    assert types(first) == types(second) == ["workflow_recipient_run.error"]
    assert first[0].id != second[0].id
