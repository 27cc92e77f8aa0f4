"""What is made of the numbers of the hand-rolled service, and how they are taken."""

import os
import time

import pytest

from bench import job
from bench.baseline.figures import Duel, Results, Taken
from bench.baseline.handed_over import HandedOver
from bench.baseline.report import section, work
from bench.baseline.servers import cpu_of
from bench.load.figures import Spread
from tocsin.aws.clients import client

SOME = Spread(2.0, 1.0, 3.0)
RESULTS = Results(
    rounds=3,
    duels=[Duel("recipient", ours=[200, 300, 800], peer=[100, 100, 200])],
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
    assert "| recipient, µs | 300 | 100 | 3.00 (2.00 to 4.00) |" in told
    assert "| stored for each message, bytes | 1,200 | 600 | 2.00 |" in told


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
