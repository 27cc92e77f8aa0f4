"""The step types, in one explicit table: wire type -> how to run it and what its settings look like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tocsin.domain.work import Signal
from tocsin.engine.context import Context
from tocsin.engine.outcome import Outcome
from tocsin.engine.steps import branch, channel, delay, random_cohort, throttle, update_data

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepType:
    """`wake` decides what follows when a run that waits at such a step is woken; None for steps that never wait."""

    run: Callable[[Step, Context], Outcome]
    settings: type[BaseModel]
    wake: Callable[[Step, Context, Signal], Outcome] | None = None


REGISTRY: Mapping[str, StepType] = {
    branch.TYPE: StepType(branch.run, branch.Settings),
    channel.TYPE: StepType(channel.run, channel.Settings),
    delay.TYPE: StepType(delay.run, delay.Settings, delay.wake),
    random_cohort.TYPE: StepType(random_cohort.run, random_cohort.Settings),
    throttle.TYPE: StepType(throttle.run, throttle.Settings),
    update_data.TYPE: StepType(update_data.run, update_data.Settings),
}
