"""The step types, in one explicit table: wire type -> how to run it and what its settings look like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tocsin.engine.context import Context
from tocsin.engine.outcome import Outcome
from tocsin.engine.steps import channel, delay


@dataclass(frozen=True, slots=True)
class StepType:
    run: Callable[[dict[str, Any], Context], Outcome]
    settings: type[BaseModel]


REGISTRY: Mapping[str, StepType] = {
    channel.TYPE: StepType(channel.run, channel.Settings),
    delay.TYPE: StepType(delay.run, delay.Settings),
}
