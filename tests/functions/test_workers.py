"""The workers' handlers: what SQS and Step Functions send in, and what they rely on coming back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from functions.bulk_worker.handler import lambda_handler as bulk_worker
from functions.deliver.handler import lambda_handler as deliver
from functions.fan_out.handler import lambda_handler as fan_out
from functions.run_steps.handler import lambda_handler as run_steps
from functions.wheel.handler import lambda_handler as wheel
from tests.builders.followers import make, subscribe
from tests.builders.machines import create_machines
from tests.builders.world import ENV, IN_APP, World
from tests.conftest import VARIABLES
from tocsin.aws.clients import client
from tocsin.contract.tasks import CancelRuns, Deliver, FanOut
from tocsin.lambda_kit.services import Services

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass
class Context:
    """What Lambda passes beside the event, as far as we ask."""

    remaining: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining


def _batch(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [{"messageId": f"message-{number}", "body": body} for number, body in enumerate(bodies)]
    }


def _gone() -> str:
    task = Deliver(env=ENV, collection="$users", recipient_id="nobody", channel_id="c", message_id="m")
    return task.model_dump_json()


@pytest.mark.usefixtures("services")
def test_only_the_messages_that_failed_come_back() -> None:
    answer = deliver(_batch(_gone(), "not a task", _gone(), '{"type": "deliver.v1"}'), Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}, {"itemIdentifier": "message-3"}]}


@pytest.mark.usefixtures("services")
def test_a_message_that_there_is_no_time_for_is_sent_once_more_and_not_begun() -> None:
    """A worker that is killed between the provider's yes and its record sends an email twice. Brought back by the
    queue, the message would wait for minutes and, behind a provider that hangs, become a dead letter untried."""
    answer = deliver(_batch(_gone(), "not a task"), Context(remaining=1_000))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    queue = boto3.client("sqs")
    sent = queue.receive_message(QueueUrl=VARIABLES["DELIVERY_QUEUE_URL"], MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in sent] == [_gone()]


def test_a_provider_is_called_once_whatever_the_network_does(services: Services) -> None:
    """An email that timed out may have been sent: trying again is ours to decide, not the client's."""
    assert client("sesv2").meta.config.retries["total_max_attempts"] == 1
    assert client("dynamodb").meta.config.retries["total_max_attempts"] > 1


@pytest.mark.usefixtures("services")
def test_a_batch_without_failures_says_so() -> None:
    assert deliver(_batch(_gone()), Context()) == {"batchItemFailures": []}


@pytest.mark.usefixtures("services")
def test_a_trigger_that_is_not_readable_yet_brings_its_message_back() -> None:
    task = FanOut(env=ENV, workflow_run_id="absent").model_dump_json()
    assert fan_out(_batch(task), Context())["batchItemFailures"] == [{"itemIdentifier": "message-0"}]


@pytest.mark.usefixtures("services")
def test_cancelling_where_nothing_waits_is_done_at_once() -> None:
    task = CancelRuns(env=ENV, workflow="w", cancellation_key="k").model_dump_json()
    assert bulk_worker(_batch(task), Context()) == {"batchItemFailures": []}


@pytest.mark.usefixtures("services")
def test_a_sweep_that_finds_nothing_and_a_bucket_that_is_empty_are_done_at_once() -> None:
    due = "2026-01-01T00:00:00Z"
    empty = {"type": "wake.v1", "env": ENV, "bucket": due, "shard": "000", "due": due}
    assert [wheel(task, Context()) for task in ({"type": "sweep.v1"}, empty)] == [{"runs": 0}, {"runs": 0}]


def test_run_steps_starts_a_page_of_runs(services: Services) -> None:
    world = World(services)
    jane = world.user("jane", name="Jane")
    world.workflow("hello", [IN_APP])
    world.trigger("hello", "jane")
    [task] = world.runs.take()

    answer = run_steps(json.loads(task.model_dump_json()), Context())

    assert answer == {"runs": 1, "repeated": 0}
    assert len(world.messages_of(jane)) == 1


def test_what_fan_out_makes_of_an_objects_subscribers_run_steps_understands(services: Services) -> None:
    world = World(services)
    create_machines(VARIABLES["RUN_MACHINE_ARN"])
    jane, project = world.user("jane"), make(world, "projects", "p-1")
    subscribe(world, project, jane)
    world.workflow("hello", [IN_APP])
    world.trigger("hello", project.to_wire())
    [walk] = world.fan_outs.take()

    assert fan_out(_batch(walk.model_dump_json()), Context()) == {"batchItemFailures": []}

    machines = boto3.client("stepfunctions")
    [execution] = machines.list_executions(stateMachineArn=VARIABLES["RUN_MACHINE_ARN"])["executions"]
    page = machines.describe_execution(executionArn=execution["executionArn"])["input"]
    assert run_steps(json.loads(page), Context()) == {"runs": 1, "repeated": 0}
    assert len(world.messages_of(jane)) == 1


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize("task", [{}, {"type": "unknown.v9"}, {"type": "start_runs.v1", "env": ENV}])
def test_a_task_that_nobody_understands_fails_loudly_and_ends_as_a_dead_letter(task: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        run_steps(task, Context())
