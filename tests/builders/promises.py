"""What the engine promises of every run and message, said of a world in which everything has come to its end."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from tests.builders.batches import said
from tests.builders.disorder import Call, Disorder
from tocsin.domain.clock import from_iso
from tocsin.domain.ids import recipient_run_id
from tocsin.domain.messages import Mark
from tocsin.domain.recipients import user
from tocsin.domain.runs import RecipientRun, RunEvent, RunStatus

PEOPLE = ("jane", "tom")
ENDS = {"run_completed", "run_cancelled", "run_halted"}


class Ending:
    """What there is when everything has come to its end."""

    def __init__(self, calls: Disorder) -> None:
        world = calls.world
        self.calls = calls
        self.runs = world.all_runs()
        self.messages = [message for name in PEOPLE for message in world.messages_of(user(name))]


def no_run_is_lost(after: Ending) -> None:
    """Whoever was to get one has one, and it has ended; nobody has one more."""
    wanted = {_run_id(call, name) for call in after.calls.triggers for name in call.recipients}
    runs = after.runs
    assert {run.id for run in runs if run.parent_run_id is None} == wanted
    assert [run for run in runs if not run.has_ended] == []


def a_run_ends_once(after: Ending) -> None:
    """Between cancel and resume there is one winner: what one did, the other did not do."""
    for run in after.runs:
        assert [event.event for event in run.events if event.event in ENDS] == [run.events[-1].event], run
        assert (run.status is RunStatus.CANCELLED) == (run.events[-1].event == "run_cancelled"), run


def a_message_per_run_step_and_destination(after: Ending) -> None:
    """And none that its run does not know of."""
    made = [(run.id, one.step_ref, one.message_id) for run in after.runs for one in run.made]
    stored = [
        (message.source.recipient_run_id, message.source.step_ref, message.id) for message in after.messages
    ]
    assert Counter(stored) == Counter(made)
    assert len({(run_id, step) for run_id, step, _ in made}) == len(made)


def an_email_goes_out_once(after: Ending) -> None:
    """More often only where whoever sent it died before it could say so; the provider knows it by its id."""
    sent = Counter(outgoing.message_id for outgoing in after.calls.world.provider.sent)
    made = {one.message_id for run in after.runs for one in run.made if one.needs_delivery}
    assert set(sent) == made
    assert sent.total() - len(made) <= after.calls.died_delivering


def what_was_cancelled_in_time_did_not_go_on(after: Ending) -> None:
    for run in after.runs:
        for waited in _events(run, "delay_started"):
            due = from_iso((waited.data or {})["until"])
            if run.batch is None and any(call.at < due for call in _cancelled(after, run)):
                assert run.status is RunStatus.CANCELLED, run


def what_nobody_cancelled_went_on(after: Ending) -> None:
    for run in after.runs:
        if run.status is RunStatus.CANCELLED:
            assert list(_cancelled(after, run)), run


def a_batch_is_open_once(after: Ending) -> None:
    """The next window of a recipient opens when the one before is over, and not earlier. Who was late has a time in the
    log that says nothing about that."""
    if after.calls.was_late:
        return
    windows: dict[tuple[str, str], dict[str, list[RunEvent]]] = defaultdict(lambda: defaultdict(list))
    for run in after.runs:
        for event in _events(run, "batch_opened", "batch_joined", "batch_closed"):
            windows[run.workflow, run.recipient.id][(event.data or {})["batch_id"]].append(event)
    for of_one in windows.values():
        ordered = sorted((min(event.at for event in events), _end(events)) for events in of_one.values())
        assert all(end <= opened for (_, end), (opened, _) in pairwise(ordered)), ordered


def _end(events: list[RunEvent]) -> datetime:
    """When a window was over: when it was said last that it would be, or when it was closed before that."""
    told = [event for event in events if event.event != "batch_closed"]
    last = max(event.at for event in told)
    said_last = min(from_iso((event.data or {})["closes_at"]) for event in told if event.at == last)
    return min([said_last, *(event.at for event in events if event.event == "batch_closed")])


def no_activity_is_lost_or_counted_twice(after: Ending) -> None:
    runs = [run for run in after.runs if _events(run, "batch_opened", "batch_joined")]
    if not runs:
        return
    told = {name: Counter(_numbers(after, name)) for name in PEOPLE}
    for call in after.calls.triggers:
        for name in call.recipients:
            run = next((run for run in runs if run.id == _run_id(call, name)), None)
            if run is None:
                continue
            cancelled = any(_concerns(one, call, name) for one in after.calls.cancellations)
            count = told[name].pop(call.number, 0)
            assert count == 1 or (count == 0 and cancelled), (run, count)
    assert not any(told.values()), told


def a_throttle_lets_no_more_pass_than_its_limit(after: Ending) -> None:
    passed: Counter[tuple[str, str]] = Counter()
    for run in after.runs:
        for event in _events(run, "throttle_passed"):
            told = event.data or {}
            passed[run.recipient.id, told["closes_at"]] += 1
            assert passed[run.recipient.id, told["closes_at"]] <= told["limit"]


def a_child_is_triggered_once(after: Ending) -> None:
    runs = after.runs
    children = Counter(run.parent_run_id for run in runs if run.parent_run_id is not None)
    assert children == Counter(run.id for run in runs if _events(run, "workflow_triggered"))


def an_answer_is_heard_once(after: Ending) -> None:
    for run in after.runs:
        assert len(_events(run, "fetch_succeeded")) <= 1, run
        attempts = [event.attempt for event in _events(run, "fetch_failed", "fetch_succeeded")]
        assert len(set(attempts)) == len(attempts), run


def an_event_is_heard_once(after: Ending) -> None:
    for run in after.runs:
        assert len(_events(run, "wait_matched", "wait_timed_out")) <= 1, run


def nobody_misses_what_they_wait_for(after: Ending) -> None:
    """Said of a world in which everything has arrived, and no time has gone by since."""
    read = {message.source.recipient_run_id for message in after.messages if message.is_marked(Mark.READ)}
    waiting = [run.id for run in after.runs if run.pause is not None and run.pause.awaits is not None]
    assert [run_id for run_id in waiting if run_id in read] == []


ON_ARRIVAL = (nobody_misses_what_they_wait_for,)
PROMISES = (
    no_run_is_lost,
    a_run_ends_once,
    a_message_per_run_step_and_destination,
    an_email_goes_out_once,
    what_was_cancelled_in_time_did_not_go_on,
    what_nobody_cancelled_went_on,
    a_batch_is_open_once,
    no_activity_is_lost_or_counted_twice,
    a_throttle_lets_no_more_pass_than_its_limit,
    a_child_is_triggered_once,
    an_answer_is_heard_once,
    an_event_is_heard_once,
)


def _run_id(call: Call, name: str) -> str:
    return recipient_run_id(call.workflow_run_id, call.at, user(name).gid)


def _events(run: RecipientRun, *names: str) -> list[RunEvent]:
    return [event for event in run.events if event.event in names]


def _concerns(cancellation: Call, call: Call, name: str) -> bool:
    return (
        (cancellation.workflow, cancellation.key) == (call.workflow, call.key)
        and cancellation.at >= call.at
        and (not cancellation.recipients or name in cancellation.recipients)
    )


def _cancelled(after: Ending, run: RecipientRun) -> Iterator[Call]:
    """The calls that meant this run."""
    own = Call(run.workflow, run.cancellation_key, run.inserted_at)
    yield from (one for one in after.calls.cancellations if _concerns(one, own, run.recipient.id))


def _numbers(after: Ending, name: str) -> Iterator[int]:
    """Of all triggers that messages of batches told of; their texts are `2: 1 4`."""
    for text in said(after.calls.world, user(name)):
        total, _, numbers = text.partition(":")
        if total.isdigit():
            found = [int(number) for number in numbers.split()]
            assert len(found) == int(total), text
            yield from found
