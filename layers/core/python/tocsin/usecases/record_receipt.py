"""Record what a provider reports of a message. Reports come late, twice and in any order."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.messages import TRANSITIONS, Message, moved
from tocsin.domain.receipts import Receipt
from tocsin.usecases.ports import MessageLists, Messages
from tocsin.usecases.repeating import persistently

# A receipt may overtake our own record of the provider's yes. It comes back so often before it is believed without.
PATIENCE = 3


class ReceiptPorts(NamedTuple):
    lists: MessageLists
    messages: Messages
    clock: Callable[[], datetime]


class TooEarlyError(Exception):
    """The delivery of the message is not recorded yet: let the receipt come back."""


def record_receipt(ports: ReceiptPorts, receipt: Receipt, receives: int) -> str:
    """Returns a word for the log: the new status, `gone`, or `ignored` where the message is past that.

    `receives` is how often the receipt has come, this time included.
    """

    def attempt() -> str:
        message = ports.lists.find(receipt.env, receipt.message_id)
        if message is None:
            return "gone"
        if not message.is_settled() and receives < PATIENCE:
            raise TooEarlyError(f"message {message.id} is {message.status}; its delivery is not recorded yet")
        if receipt.status not in TRANSITIONS[message.status]:
            return "ignored"
        ports.messages.put(receipt.env, _received(message, receipt, ports.clock()))
        return receipt.status.value

    return persistently(attempt, f"message {receipt.message_id} is being")


def _received(message: Message, receipt: Receipt, now: datetime) -> Message:
    return moved(message, receipt.status, now, receipt.facts or None)
