"""What lies around the engine in a scenario: queues and machines that only remember, and a provider."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from tocsin.channels.base import Outgoing, Sent


@dataclass
class Tasks:
    """A port that only remembers: RUN, WHEEL or a queue."""

    waiting: list[Any] = field(default_factory=list)

    def start(self, task: Any) -> None:
        self.waiting.append(task)

    def send(self, task: BaseModel, delay_seconds: int = 0) -> None:
        self.waiting.append(task)

    def send_many(self, tasks: Sequence[BaseModel], delay_seconds: int = 0) -> None:
        self.waiting += tasks

    def take(self) -> list[Any]:
        taken, self.waiting = self.waiting, []
        return taken


@dataclass
class Provider:
    """An email provider that keeps what it was given; `answers` are raised or returned first, one per call."""

    sent: list[Outgoing] = field(default_factory=list)
    answers: list[Exception] = field(default_factory=list)
    calls: int = 0

    def send(self, outgoing: Outgoing) -> Sent:
        self.calls += 1
        if self.answers:
            raise self.answers.pop(0)
        self.sent.append(outgoing)
        return Sent(f"external-{len(self.sent)}")
