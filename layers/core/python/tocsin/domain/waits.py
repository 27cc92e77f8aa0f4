"""Runs that wait for an event, and what happens that some of them may wait for."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from tocsin.domain.recipients import RecipientRef


class EventType(StrEnum):
    """The words of the wire."""

    MESSAGE = "message"
    WORKFLOW = "workflow"
    AUDIENCE = "audience"
    RECIPIENT = "recipient"
    SOURCE = "integration_source"


class Topic(NamedTuple):
    """What one can wait for of a recipient: `read`, of the messages (`message`) of a workflow (`source`, its key).

    The source is the key of an audience where that is entered or left, that of a source from outside where it tells
    something, and empty where the recipient is updated.
    """

    event_type: str
    source: str
    event_key: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that waits under that token for what happens between two moments."""

    recipient: RecipientRef
    topic: Topic
    run_id: str
    token: str
    since: datetime
    until: datetime

    def hears(self, happening: "Happening") -> bool:
        """A run is never told of itself. A message that the steps before made comes to be at the very moment at which
        the wait begins, and what happens to it then counts; of all else, that moment is still before."""
        if happening.topic != self.topic or happening.run_id == self.run_id:
            return False
        begins = happening.at >= self.since if self._is_of_messages else happening.at > self.since
        return begins and happening.at <= self.until

    @property
    def _is_of_messages(self) -> bool:
        return self.topic.event_type == EventType.MESSAGE


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a recipient, whose rows lie under `partition`.

    `event` is what conditions and templates see of it, but for what only the trigger `workflow_run_id` knows. `run_id`
    is the run that it happened to.
    """

    partition: str
    topic: Topic
    at: datetime
    event: dict[str, Any] = field(default_factory=dict)
    workflow_run_id: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterWait:
    waiting: Waiting

    @property
    def row(self) -> Hashable:
        return self.waiting.topic, self.waiting.run_id


@dataclass(frozen=True, slots=True)
class EndWait:
    recipient: RecipientRef
    topic: Topic
    run_id: str

    @property
    def row(self) -> Hashable:
        return self.topic, self.run_id
