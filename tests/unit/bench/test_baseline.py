"""What is made of the numbers of the hand-rolled service, and how they are taken."""

import io
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace

import pytest

from bench import job
from bench.baseline.figures import Duel, Results, Taken
from bench.baseline.handed_over import HandedOver
from bench.baseline.one_by_one import Kind, Other, those_that_start
from bench.baseline.others.front import serve
from bench.baseline.others.triggers import Tell, Trigger
from bench.baseline.processes import cpu_of, family, running
from bench.baseline.report import multiple, section, work
from bench.load.figures import Spread
from local.console import LocalError
from tocsin.aws.clients import client

SOME = Spread(2.0, 1.0, 3.0)
RESULTS = Results(
    rounds=3,
    duels=[Duel("recipient", ours=[200, 300, 800], peer=[100, 100, 200])],
    left_out=["huey: there is no server of Redis"],
    recipients_per_second=SOME,
    triggers_per_second=SOME,
    feed_milliseconds=SOME,
    latency_p50=1.0,
    latency_p99=2.0,
    latency_beside_delays=3.0,
    idle_share=0.0071,
    our_stored_bytes=1200,
    peer_stored_bytes=600,
)


def test_sides_are_compared_within_a_round_for_the_machine_changes_between_them() -> None:
    assert RESULTS.duels[0].ratio() == Spread(middle=3, lowest=2, highest=4)


def test_work_is_told_for_each_unit() -> None:
    taken = Taken(units=1000, seconds=0.5, cpu=0.2)
    assert taken.per_second == 2000
    assert round(taken.microseconds) == 200


def test_the_table_has_both_sides_and_says_whose_multiple_it_is() -> None:
    told = work(RESULTS)
    assert "| recipient, µs | 300 | 100 | 3.00 (2.00 to 4.00) |  |  |" in told
    assert "| stored for each message, bytes | 1,200 | 600 | 2.00 |  |  |" in told


@pytest.mark.parametrize(("limit", "told"), [(0.03, "met"), (0.029, "missed")])
def test_what_was_aimed_at_is_held_against_the_median(limit: float, told: str) -> None:
    duel = Duel("recipient", ours=[200, 300, 800], peer=[10_000, 10_000, 10_000], limit=limit)
    assert f"| 0.030 (0.020 to 0.080) | {limit} | {told} |" in work(replace(RESULTS, duels=[duel]))


def test_beside_what_is_missed_stands_what_it_would_be_of_the_leanest_peer() -> None:
    slow = Duel("recipient: Django", ours=[200], peer=[400], limit=0.3)
    told = work(replace(RESULTS, duels=[*RESULTS.duels, slow]))
    assert "Missed, recipient: Django: what the first row's peer takes is 0.25 of it already." in told


def test_a_multiple_of_some_hundredths_can_be_told_from_its_limit() -> None:
    assert (multiple(1.304), multiple(0.03127)) == ("1.30", "0.031")


def test_who_could_not_take_part_is_named_under_the_table() -> None:
    assert work(RESULTS).endswith("\n\nNot in the table: huey: there is no server of Redis.")


@contextmanager
def _no_server() -> Iterator[dict[str, str]]:
    raise LocalError("there is no server")
    yield {}


def test_a_peer_that_lacks_what_it_needs_does_not_keep_others_from_being_measured() -> None:
    kind = Kind("huey", "with_huey", recipients=1, limit=1, needs=_no_server)
    with ExitStack() as stack:
        assert those_that_start(stack, [kind], {}) == ([], ["huey: there is no server"])


def test_a_peer_that_ends_before_it_can_begin_is_not_waited_for() -> None:
    kind = Kind("huey", "with_huey", recipients=1, limit=1)
    with (
        running([sys.executable, "-c", "pass"], asked=True) as front,
        pytest.raises(LocalError, match="the peer with huey ended"),
    ):
        Other(kind, {}, front, workers=())


def test_a_peer_takes_one_trigger_after_the_other_and_says_when_it_has(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [Trigger(str(number), job.WORKFLOW, job.data(number), ["user-0000"]) for number in range(2)]
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(json.dumps(asdict(one)) + "\n" for one in asked)))
    taken: list[Trigger] = []
    serve(_running(taken.append))
    assert taken == asked
    assert capsys.readouterr().out.split() == ["ready", "taken", "taken"]


@contextmanager
def _running(tell: Tell) -> Iterator[Tell]:
    yield tell


def test_the_section_tells_all_its_numbers() -> None:
    told = section(RESULTS)
    assert work(RESULTS) in told
    assert "0.7% of a core" in told


@pytest.mark.skipif(
    not hasattr(time, "pthread_getcpuclockid"), reason="only Linux shows other processes' clocks"
)
def test_the_clock_of_a_process_is_what_it_has_worked() -> None:
    before, seen = time.process_time(), cpu_of(os.getpid())
    assert before <= seen <= time.process_time()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells who started whom")
def test_those_whom_a_process_has_started_work_for_it() -> None:
    with running([sys.executable, "-c", "input()"], asked=True) as child:
        assert {os.getpid(), child.pid} <= set(family(os.getpid()))


def test_what_is_handed_over_is_kept_for_the_next_function(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client.cache_clear()
    queues, machines, handed_over = client("sqs"), client("stepfunctions"), HandedOver()
    client.cache_clear()
    handed_over.attach(queues, machines)
    queues.send_message(QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/q", MessageBody="later")
    machines.start_execution(
        stateMachineArn="arn:aws:states:us-east-1:123456789012:stateMachine:m", input="{}"
    )
    assert (handed_over.messages, handed_over.executions) == (["later"], ["{}"])


def test_a_trigger_tells_each_recipient_by_the_id_that_is_stored() -> None:
    assert job.trigger([0, 7], number=3) == {"recipients": ["user-0000", "user-0007"], "data": job.data(3)}
