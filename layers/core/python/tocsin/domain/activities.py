"""An activity: one trigger as one recipient sees it. A message that no batch made has exactly one."""

from dataclasses import field
from datetime import datetime
from typing import Any

from tocsin.domain.ids import ksuid, time_of_run
from tocsin.domain.listed import Listed
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Activity:
    id: str
    at: datetime
    recipient: RecipientRef
    actor: RecipientRef | None
    data: dict[str, Any] = field(default_factory=dict)


def activity_id(at: datetime, recipient_run_id: str) -> str:
    return ksuid(at, recipient_run_id)


def activity_of(message: Listed, data: dict[str, Any]) -> Activity:
    """Derived, not stored: its time is the trigger's, and all messages of one recipient's run share it."""
    run_id = message.source.recipient_run_id
    at = time_of_run(run_id)
    return Activity(activity_id(at, run_id), at, message.recipient, message.actor, data)
