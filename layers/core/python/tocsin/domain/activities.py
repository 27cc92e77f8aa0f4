"""An activity: one trigger as one recipient sees it. A message that no batch made has exactly one."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.ids import ksuid, time_of_run
from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef


@dataclass(frozen=True, slots=True)
class Activity:
    id: str
    at: datetime
    recipient: RecipientRef
    actor: RecipientRef | None


def activity_of(message: Message) -> Activity:
    """Derived, not stored: its time is the trigger's, and all messages of one recipient's run share it."""
    run_id = message.source.recipient_run_id
    at = time_of_run(run_id)
    return Activity(ksuid(at, run_id), at, message.recipient, message.actor)
