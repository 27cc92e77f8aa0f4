"""What a provider reports of a message after it took it: that it arrived, or that it never will."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import getaddresses
from typing import Any

from tocsin.domain.messages import Status

LONGEST_DETAILS = 300


@dataclass(frozen=True, slots=True)
class Receipt:
    """`facts` are the event's data, such as why it bounced. `external_id` is the provider's own name of the message.

    `is_soft`: it says nothing against a message that has arrived, as an auto-reply does that comes as a bounce.
    `address` is whom it is about, where copies of an email are reported on as well; empty where nobody says.
    `suppresses`: no email should go to that address any more. `channel_id` is whose provider it was; empty for SES,
    which knows no channels.
    """

    env: str
    message_id: str
    external_id: str
    status: Status
    facts: dict[str, Any] = field(default_factory=dict)
    is_soft: bool = False
    address: str = ""
    suppresses: bool = False
    channel_id: str = ""


def failure(reason: str, details: str) -> dict[str, Any]:
    """The data of `bounced` and `undelivered`."""
    return {"failure_reason": reason, "failure_details": details[:LONGEST_DETAILS]}


def mailboxes(addresses: Iterable[str]) -> set[str]:
    """Of an email's headers, without names: the same however they are written."""
    return {mailbox.lower() for _, mailbox in getaddresses(list(addresses)) if mailbox}
