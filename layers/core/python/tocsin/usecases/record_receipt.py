"""Record what a provider reports of a message. Reports come late, twice and in any order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.channels import EMAIL
from tocsin.domain.messages import TRANSITIONS, Message, Status, moved
from tocsin.domain.receipts import Receipt, mailboxes
from tocsin.usecases.ports import MessageLists, Messages, Recipients
from tocsin.usecases.repeating import persistently
from tocsin.usecases.suppress_address import suppress_address

# A receipt may overtake our own record of the provider's yes, and the index by which messages are found. It comes back
# so often before it is believed without.
PATIENCE = 3


class ReceiptPorts(NamedTuple):
    lists: MessageLists
    messages: Messages
    recipients: Recipients
    clock: Callable[[], datetime]


class TooEarlyError(Exception):
    """The message, or that it was sent, is not to be seen yet: let the receipt come back."""


def record_receipt(ports: ReceiptPorts, receipt: Receipt, receives: int) -> str:
    """Returns a word for the log: the new status, `gone`, `ignored` where the message is past that, `copy` where it
    is a copy that failed, `overtaken` where another channel has stepped in for the one that failed.

    `receives` is how often the receipt has come, this time included.
    """

    def attempt() -> str:
        message = ports.lists.find_moved(receipt.env, receipt.message_id)
        if receives < PATIENCE and (message is None or not message.is_settled()):
            raise TooEarlyError(f"the delivery of message {receipt.message_id} is not recorded yet")
        if message is None:
            return "gone"
        if receipt.suppresses and message.channel_type == EMAIL:
            # Before the record: a crash in between does it once more, instead of never.
            suppress_address(ports.recipients, receipt.env, message.recipient, receipt.address, ports.clock)
        if _is_overtaken(receipt, message):
            return "overtaken"
        if not _says_more(receipt, message):
            return "ignored"
        if _is_about_a_copy(ports, receipt, message):
            return "copy"
        ports.messages.put(receipt.env, _received(message, receipt, ports.clock()))
        return receipt.status.value

    return persistently(attempt, f"message {receipt.message_id} is being")


def _is_overtaken(receipt: Receipt, message: Message) -> bool:
    """That it failed on a channel which does not carry it any more says nothing of it; that it arrived there does."""
    carrier = message.carrier_id or message.channel_id
    return receipt.status is not Status.DELIVERED and receipt.channel_id not in ("", carrier)


def _says_more(receipt: Receipt, message: Message) -> bool:
    if receipt.is_soft and message.status is Status.DELIVERED:
        return False
    if message.status is Status.UNDELIVERED and message.carrier_id is None:
        return False
    return receipt.status in TRANSITIONS[message.status]


def _is_about_a_copy(ports: ReceiptPorts, receipt: Receipt, message: Message) -> bool:
    """A message is its recipient's: that it failed at cc and bcc says nothing of it. Of arrivals nobody asks, for that
    would be a read for every email: a failure that follows has the last word."""
    if receipt.status is Status.DELIVERED or not receipt.address:
        return False
    content = ports.messages.content(receipt.env, message) or {}
    meant = mailboxes([content.get("to") or ""])
    return bool(meant) and meant.isdisjoint(mailboxes([receipt.address]))


def _received(message: Message, receipt: Receipt, now: datetime) -> Message:
    """The provider's id too: where our own record of the sending was lost, nobody else knows it."""
    known = replace(message, external_id=message.external_id or receipt.external_id)
    return moved(known, receipt.status, now, receipt.facts or None)
