"""The log of a run lies in its row without what every line would repeat, and is read back as it was."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.runs import START, a_run
from tocsin.domain import json_text
from tocsin.domain.clock import to_iso
from tocsin.domain.runs import EventStatus, RunEvent
from tocsin.store.attributes import from_attributes, to_attributes
from tocsin.store.runs import run_from_item, run_to_item
from tocsin.store.table import Item

EVENTS = st.builds(
    RunEvent,
    event=st.sampled_from(["run_started", "step_skipped"]),
    at=st.sampled_from([START, START + timedelta(seconds=1), START - timedelta(days=1)]),
    status=st.sampled_from(EventStatus),
    step_ref=st.sampled_from([None, "email_1"]),
    step_type=st.sampled_from([None, "channel"]),
    attempt=st.integers(1, 3),
    data=st.sampled_from([None, {}, {"reason": "conditions_not_met"}]),
)


def stored(*events: RunEvent) -> Item:
    return from_attributes(
        to_attributes({**run_to_item("development", a_run(1, events=events), 2), "version": 1})
    )


@given(st.lists(EVENTS, max_size=5))
def test_a_log_is_read_back_as_it_was(events: list[RunEvent]) -> None:
    assert list(run_from_item(stored(*events)).events) == events


def test_a_line_does_not_repeat_when_the_one_before_it_was_nor_what_is_missing() -> None:
    row = stored(RunEvent("run_started", START), RunEvent("run_completed", START))
    assert json_text.loads(row["events"]) == [
        ["run_started", to_iso(START), "ok"],
        ["run_completed", None, "ok"],
    ]


def test_a_log_of_before_0_1_0_is_read_as_well() -> None:
    """Each of its lines said everything."""
    at = to_iso(START)
    lines = [
        ["run_started", at, "ok", None, None, 1, None],
        ["message_enqueued", at, "ok", "a", "channel", 1, {}],
    ]
    row = {**stored(), "events": json_text.dumps(lines)}

    started, enqueued = run_from_item(row).events

    assert started == RunEvent("run_started", START)
    assert enqueued == RunEvent("message_enqueued", START, step_ref="a", step_type="channel", data={})
