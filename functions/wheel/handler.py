"""The task of WHEEL: drain a bucket that is due; and, each minute, sweep up what is overdue."""

from collections.abc import Callable
from typing import Any

from functions.wheel.env import Env
from tocsin.contract.tasks import WHEEL_TASK, Wake
from tocsin.lambda_kit.services import Services
from tocsin.lambda_kit.tasks import task_handler
from tocsin.usecases.turn_wheel import WheelPorts, drain, sweep


def _work(services: Services, event: dict[str, Any], remaining: Callable[[], int]) -> dict[str, Any]:
    task = WHEEL_TASK.validate_python(event)
    ports = WheelPorts(
        buckets=services.wheel,
        runs=services.run_starter,
        delivery=services.queue("DELIVERY_QUEUE_URL"),
        wheels=services.wheel_starter,
        environments=services.environments,
        clock=services.clock,
    )
    return {"runs": drain(ports, task, remaining) if isinstance(task, Wake) else sweep(ports, remaining)}


lambda_handler = task_handler(Env, _work)
