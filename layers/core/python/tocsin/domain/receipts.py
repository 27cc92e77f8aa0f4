"""What a provider reports of a message after it took it: that it arrived, or that it never will."""

from dataclasses import dataclass, field
from typing import Any

from tocsin.domain.messages import Status


@dataclass(frozen=True, slots=True)
class Receipt:
    """`facts` are the event's data, such as why it bounced. `external_id` is the provider's own name of the message.

    `is_soft`: it says nothing against a message that has arrived, as an auto-reply does that comes as a bounce.
    """

    env: str
    message_id: str
    external_id: str
    status: Status
    facts: dict[str, Any] = field(default_factory=dict)
    is_soft: bool = False
