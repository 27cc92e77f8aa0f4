"""The task of RUN: one uninterrupted stretch of steps for a page of runs; or a page of schedules, each fired."""

from collections.abc import Callable
from typing import Any

from functions.run_steps.env import Env
from tocsin.contract.tasks import (
    RUN_TASK,
    FireSchedules,
    PerformSteps,
    ResumeRuns,
    StartRuns,
    StartSubscribers,
    TellRuns,
)
from tocsin.lambda_kit.backoff import backoff
from tocsin.lambda_kit.run_ports import context_ports, lookup_ports
from tocsin.lambda_kit.schedule_ports import schedule_ports
from tocsin.lambda_kit.services import Services
from tocsin.lambda_kit.tasks import task_handler
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.advance_runs import resume_runs
from tocsin.usecases.fire_schedules import fire_schedules
from tocsin.usecases.perform_steps import PerformPorts, perform_steps
from tocsin.usecases.start_runs import start_runs, start_subscribers
from tocsin.usecases.tell_runs import tell_runs


def _ports(services: Services) -> AdvancePorts:
    return AdvancePorts(
        context=context_ports(services),
        lookups=lookup_ports(services),
        workflow_runs=services.workflow_runs,
        recipient_runs=services.recipient_runs,
        buckets=services.wheel,
        wheels=services.wheel_starter,
        runs=services.run_starter,
        fan_out=services.queue("FAN_OUT_QUEUE_URL"),
        delivery=services.queue("DELIVERY_QUEUE_URL"),
        clock=services.clock,
        backoff=backoff,
    )


def _work(services: Services, event: dict[str, Any], remaining: Callable[[], int]) -> dict[str, Any]:
    task = RUN_TASK.validate_python(event)
    match task:
        case FireSchedules():
            return fire_schedules(schedule_ports(services), task, remaining)
        case StartRuns():
            return start_runs(_ports(services), task, remaining)
        case StartSubscribers():
            return start_subscribers(_ports(services), task, remaining)
        case ResumeRuns():
            return resume_runs(_ports(services), task, remaining)
        case TellRuns():
            return tell_runs(_ports(services), services.payloads.unpack, task, remaining)
        case PerformSteps():
            from functions.run_steps.performing import (
                performer,
            )  # what calls out is loaded where somebody does

            ports = PerformPorts(_ports(services), performer(services, task.env))
            return perform_steps(ports, task, remaining)


lambda_handler = task_handler(Env, _work)
