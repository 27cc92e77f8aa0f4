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
    """A run when it has ended, with what it made."""

    run: RecipientRun
    messages: tuple[PlayedMessage, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """`without_run` are recipients who would have no run at all, because they have had the only one there is."""

    trigger: WorkflowRun
    runs: tuple[PlayedRun, ...]
    without_run: tuple[RecipientRef, ...]
