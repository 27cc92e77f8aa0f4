"""A throttle's window: how many runs of one recipient may pass a step within some time."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.recipients import RecipientRef


class ThrottleKey(NamedTuple):
    """What is counted together. Other steps, workflows and recipients count apart."""

    workflow: str
    step_ref: str
    recipient: RecipientRef
    key: str | None


@dataclass(frozen=True, slots=True)
class ThrottleWindow:
    """Fixed, not rolling: it opens with the first run that passes and closes when it said it would."""

    key: ThrottleKey
    closes_at: datetime
    passed: int = 0
    version: int = 0

    def is_open(self, now: datetime) -> bool:
        return now < self.closes_at

    def with_one_more(self) -> "ThrottleWindow":
        return replace(self, passed=self.passed + 1)


@dataclass(frozen=True, slots=True)
class TakePlace:
    """A run passes: the window as it is then, by compare-and-set. Two runs at once cannot take the same place."""

    window: ThrottleWindow

    @property
    def row(self) -> Hashable:
        return self.window.key
