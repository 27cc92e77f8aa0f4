"""What a trigger would lead to, though nothing of it has happened."""

from dataclasses import dataclass
from typing import Any

from tocsin.domain.channels import Channel
from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import RecipientRun, WorkflowRun


@dataclass(frozen=True, slots=True)
class PlayedMessage:
    """`content` is as the provider would be given it."""

    message: Message
    channel: Channel | None
    content: Any


@dataclass(frozen=True, slots=True)
class PlayedRun:
    """A run when it has ended, the trigger that it came from, and what it made."""

    run: RecipientRun
    trigger: WorkflowRun
    messages: tuple[PlayedMessage, ...]


@dataclass(frozen=True, slots=True)
class NoRun:
    """A recipient who would have no run at all of that workflow, having had the only one there is."""

    workflow: str
    recipient: RecipientRef


@dataclass(frozen=True, slots=True)
class DryRun:
    """`trigger` is the one that was asked for; `runs` are its own, of subscribers, and of workflows that steps
    triggered. `is_cut`: there would be more runs than were played."""

    trigger: WorkflowRun
    runs: tuple[PlayedRun, ...]
    without_run: tuple[NoRun, ...]
    is_cut: bool = False
