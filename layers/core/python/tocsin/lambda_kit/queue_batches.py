"""SQS batches: each message is worked on by itself, and only those that failed come back.

The answer is `{"batchItemFailures": [{"itemIdentifier": …}]}` (AWS: partial batch responses). A malformed answer
would count as success and lose messages, so it is built here once and tested.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter

from tocsin.lambda_kit.environment import FunctionEnv
from tocsin.lambda_kit.observability import log_invocation
from tocsin.lambda_kit.services import Services, services_of

TaskT = TypeVar("TaskT", bound=BaseModel)
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """The circumstances of one message: how often SQS has handed it out, this time included, and the time left."""

    receives: int
    remaining_ms: Callable[[], int]


Work = Callable[[Services, TaskT, Delivery], str]
Handler = Callable[[Event, Any], Event]


def queue_handler(env: type[FunctionEnv], task: type[TaskT], work: Work[TaskT]) -> Handler:
    """The Lambda handler of a worker with one kind of task. `work` returns a word for the log; what it raises
    brings its message back."""
    return _handler(env, task.model_validate_json, work)


def tagged_queue_handler(env: type[FunctionEnv], tasks: "TypeAdapter[TaskT]", work: Work[TaskT]) -> Handler:
    """The same for a worker that understands several kinds, told apart by their `type`."""
    return _handler(env, tasks.validate_json, work)


def _handler(env: type[FunctionEnv], read: Callable[[str], TaskT], work: Work[TaskT]) -> Handler:
    services = services_of(env)

    def lambda_handler(event: Event, context: Any) -> Event:
        started = time.perf_counter()
        own = services()
        outcomes: dict[str, int] = {}
        failed: list[dict[str, str]] = []
        last_error: Exception | None = None
        for record in event["Records"]:
            try:
                task = read(record["body"])
                outcome = work(own, task, _delivery(record, context))
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
            except Exception as error:  # noqa: BLE001 - one message's failure must not take the others along
                last_error = error
                failed.append({"itemIdentifier": record["messageId"]})
        log_invocation(
            "batch",
            error=last_error,
            outcomes=outcomes,
            returned=len(failed),
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )
        return {"batchItemFailures": failed}

    return lambda_handler


def _delivery(record: dict[str, Any], context: Any) -> Delivery:
    receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    return Delivery(receives, context.get_remaining_time_in_millis)
