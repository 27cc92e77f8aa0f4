"""Handlers that Step Functions or a stream calls: a small answer, one log line; an exception means: try again."""

import time
from collections.abc import Callable
from typing import Any

from tocsin.lambda_kit.environment import FunctionEnv
from tocsin.lambda_kit.observability import log_invocation
from tocsin.lambda_kit.services import Services, services_of

Work = Callable[[Services, dict[str, Any], Callable[[], int]], dict[str, Any]]


def task_handler(env: type[FunctionEnv], work: Work) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """`work` gets the services, the input and a way to ask how many milliseconds remain."""
    services = services_of(env)

    def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        started = time.perf_counter()
        try:
            answer = work(services(), event, context.get_remaining_time_in_millis)
        except Exception as error:
            log_invocation("task", error=error, task=event.get("type"))
            raise
        log_invocation(
            "task",
            task=event.get("type"),
            **answer,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )
        return answer

    return lambda_handler
