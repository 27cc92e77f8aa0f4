"""What a step can decide: a closed set of frozen values, each with its reason.

Skip and Halt are different things: after Skip the next step runs, after Halt no further step does.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tocsin.domain.messages import Message
from tocsin.domain.runs import RunEvent

# A stretch is stored as one transaction, which holds a hundred rows and four megabytes; a message is two rows, and its
# content a hundred kilobytes at most before it lies elsewhere.
MAX_MESSAGES = 30


@dataclass(frozen=True, slots=True)
class Next:
    """The step did its work; go on. `messages` should exist from now on."""

    events: tuple[RunEvent, ...] = ()
    messages: tuple["MessageDraft", ...] = ()


@dataclass(frozen=True, slots=True)
class Skip:
    """The step does nothing. `reason` is a word of the log: `conditions_not_met`, `missing_channel_data`, …

    `events` come before it in the log."""

    reason: str
    data: dict[str, Any] = field(default_factory=dict)
    is_error: bool = False
    events: tuple[RunEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Pause until `until`, then go on with the step after this one."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Halt:
    """No further step runs; the run ends as completed, with an error in its log."""

    reason: str
    data: dict[str, Any] = field(default_factory=dict)


Outcome = Next | Skip | Wait | Halt


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """A message that should exist, with its rendered content kept apart: content can be large."""

    message: Message
    content: dict[str, Any]
    needs_delivery: bool
