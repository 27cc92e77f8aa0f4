"""What a step may see: values and two narrow ports. It cannot sleep, send or store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tocsin.domain.channels import Channel
from tocsin.domain.definitions import Workflow
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.runs import WorkflowRun

Scope = dict[str, Any]


class CompositionError(Exception):
    """A template could not be rendered; the text tells where and why."""


@dataclass(frozen=True, slots=True)
class Composed:
    """`content` as `GET /messages/{id}/content` shows it; `snapshot` is the recipient as the message found them."""

    content: dict[str, Any]
    snapshot: dict[str, Any]


class Composer(Protocol):
    """A channel type's way of making content. Known by type, so the engine knows none of them."""

    @property
    def needs_delivery(self) -> bool:
        """False where a message arrives by being stored."""

    def destination(self, step: Mapping[str, Any], scope: Scope, now: datetime) -> str | None:
        """Where it would go, None when the recipient cannot be reached on this channel. Raises CompositionError."""

    def compose(self, channel: Channel, step: Mapping[str, Any], scope: Scope, now: datetime) -> Composed:
        """Raises CompositionError."""


@dataclass(frozen=True, slots=True)
class Context:
    """One stretch of one run. `scope` is the templates' and conditions' world, reloaded after every pause."""

    run_id: str
    trigger: WorkflowRun
    workflow: Workflow
    recipient: RecipientRef
    scope: Scope
    channels: Mapping[str, Channel]
    composers: Mapping[str, Composer]
    now: datetime
