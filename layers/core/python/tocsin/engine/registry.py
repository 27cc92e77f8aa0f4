"""The step types, in one explicit table: wire type -> how to run it and what its settings look like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from tocsin.domain.made_when_asked import MadeWhenAsked
from tocsin.domain.runs import RecipientRun
from tocsin.domain.work import Signal
from tocsin.engine.context import Context
from tocsin.engine.lookups import Lookups
from tocsin.engine.outcome import Halt, Outcome, Wait

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepType:
    """`wake` decides what follows when a run that waits at such a step is woken; None for steps that never wait.
    `prolong` says that it was woken too early, where what it waits for may come later than it was parked for.
    `give_up` may have the run go on where a step broke for good. Conditions of steps that take none are ignored."""

    run: Callable[[Step, Context], Outcome]
    settings: type[BaseModel]
    wake: Callable[[Step, Context, Signal], Outcome] | None = None
    prolong: Callable[[RecipientRun, Lookups, datetime], Wait | None] | None = None
    takes_conditions: bool = True
    give_up: Callable[[Step, Context, Halt], Outcome] | None = None


def _ai_agent() -> StepType:
    from tocsin.engine.steps import ai_agent

    return StepType(ai_agent.run, ai_agent.Settings, ai_agent.wake, give_up=ai_agent.give_up)


def _batch() -> StepType:
    from tocsin.engine.steps import batch

    return StepType(batch.run, batch.Settings, batch.wake, batch.prolong, takes_conditions=False)


def _branch() -> StepType:
    from tocsin.engine.steps import branch

    return StepType(branch.run, branch.Settings, takes_conditions=False)


def _channel() -> StepType:
    from tocsin.engine.steps import channel

    return StepType(channel.run, channel.Settings)


def _delay() -> StepType:
    from tocsin.engine.steps import delay

    return StepType(delay.run, delay.Settings, delay.wake)


def _http_fetch() -> StepType:
    from tocsin.engine.steps import http_fetch

    return StepType(http_fetch.run, http_fetch.Settings, http_fetch.wake)


def _random_cohort() -> StepType:
    from tocsin.engine.steps import random_cohort

    return StepType(random_cohort.run, random_cohort.Settings, takes_conditions=False)


def _throttle() -> StepType:
    from tocsin.engine.steps import throttle

    return StepType(throttle.run, throttle.Settings)


def _trigger_workflow() -> StepType:
    from tocsin.engine.steps import trigger_workflow

    return StepType(trigger_workflow.run, trigger_workflow.Settings)


def _update_audience() -> StepType:
    from tocsin.engine.steps import update_audience

    return StepType(update_audience.run, update_audience.Settings)


def _update_data() -> StepType:
    from tocsin.engine.steps import update_data

    return StepType(update_data.run, update_data.Settings)


def _update_object() -> StepType:
    from tocsin.engine.steps import update_object

    return StepType(update_object.run, update_object.Settings)


def _update_tenant() -> StepType:
    from tocsin.engine.steps import update_tenant

    return StepType(update_tenant.run, update_tenant.Settings)


def _update_user() -> StepType:
    from tocsin.engine.steps import update_user

    return StepType(update_user.run, update_user.Settings)


def _wait_for_event() -> StepType:
    from tocsin.engine.steps import wait_for_event

    return StepType(wait_for_event.run, wait_for_event.Settings, wait_for_event.wake)


# Most workflows have steps of two or three types.
REGISTRY: Mapping[str, StepType] = MadeWhenAsked(
    {
        "ai_agent": _ai_agent,
        "batch": _batch,
        "branch": _branch,
        "channel": _channel,
        "delay": _delay,
        "http_fetch": _http_fetch,
        "random_cohort": _random_cohort,
        "throttle": _throttle,
        "trigger_workflow": _trigger_workflow,
        "update_audience": _update_audience,
        "update_data": _update_data,
        "update_object": _update_object,
        "update_tenant": _update_tenant,
        "update_user": _update_user,
        "wait_for_event": _wait_for_event,
    }
)
