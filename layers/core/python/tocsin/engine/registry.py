"""The step types, in one explicit table: wire type -> how to run it and what its settings look like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from tocsin.domain.runs import RecipientRun
from tocsin.domain.work import Signal
from tocsin.engine.context import Context
from tocsin.engine.lookups import Lookups
from tocsin.engine.outcome import Halt, Outcome, Wait
from tocsin.engine.steps import (
    ai_agent,
    batch,
    branch,
    channel,
    delay,
    http_fetch,
    random_cohort,
    throttle,
    trigger_workflow,
    update_audience,
    update_data,
    update_object,
    update_tenant,
    update_user,
    wait_for_event,
)

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


REGISTRY: Mapping[str, StepType] = {
    ai_agent.TYPE: StepType(ai_agent.run, ai_agent.Settings, ai_agent.wake, give_up=ai_agent.give_up),
    batch.TYPE: StepType(batch.run, batch.Settings, batch.wake, batch.prolong, takes_conditions=False),
    branch.TYPE: StepType(branch.run, branch.Settings, takes_conditions=False),
    channel.TYPE: StepType(channel.run, channel.Settings),
    delay.TYPE: StepType(delay.run, delay.Settings, delay.wake),
    http_fetch.TYPE: StepType(http_fetch.run, http_fetch.Settings, http_fetch.wake),
    random_cohort.TYPE: StepType(random_cohort.run, random_cohort.Settings, takes_conditions=False),
    throttle.TYPE: StepType(throttle.run, throttle.Settings),
    trigger_workflow.TYPE: StepType(trigger_workflow.run, trigger_workflow.Settings),
    update_audience.TYPE: StepType(update_audience.run, update_audience.Settings),
    update_data.TYPE: StepType(update_data.run, update_data.Settings),
    update_object.TYPE: StepType(update_object.run, update_object.Settings),
    update_tenant.TYPE: StepType(update_tenant.run, update_tenant.Settings),
    update_user.TYPE: StepType(update_user.run, update_user.Settings),
    wait_for_event.TYPE: StepType(wait_for_event.run, wait_for_event.Settings, wait_for_event.wake),
}
