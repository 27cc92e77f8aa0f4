"""What providers report: late, twice, in any order, and before we have written down that they took the message."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.builders.messages import ENV, START, an_email
from tocsin.domain.errors import ConflictError
from tocsin.domain.messages import Mark, Message, Status, marked, moved
from tocsin.domain.receipts import Receipt
from tocsin.usecases.record_receipt import PATIENCE, ReceiptPorts, TooEarlyError, record_receipt

NOW = START + timedelta(hours=1)
WHY = {"failure_reason": "bounced", "failure_details": "Permanent/General"}


@dataclass
class Mailbox:
    """The store of one message. `moving` is how often the index still says where it was; `marks` how often somebody
    marks it just before a receipt is stored."""

    message: Message | None
    moving: int = 0
    marks: int = 0

    def find_moved(self, env: str, message_id: str) -> Message | None:
        if self.moving:
            self.moving -= 1
            raise ConflictError("it has just been moved or deleted")
        return self.message if self.message and self.message.id == message_id else None

    def put(self, env: str, message: Message) -> Message:
        assert self.message is not None
        if self.marks:
            self.marks -= 1
            self.message = replace(marked(self.message, Mark.READ, NOW), version=self.message.version + 1)
        if message.version != self.message.version:
            raise ConflictError("somebody was faster")
        self.message = replace(message, version=message.version + 1)
        return self.message

    def told(self, status: Status, receives: int = 1, *, is_soft: bool = False) -> str:
        ports = ReceiptPorts(self, self, self, lambda: NOW)  # type: ignore[arg-type]
        facts = WHY if status is Status.BOUNCED else {}
        message_id = self.message.id if self.message else "2fX"
        return record_receipt(ports, Receipt(ENV, message_id, "external", status, facts, is_soft), receives)

    def history(self) -> list[str]:
        assert self.message is not None
        return [event.type for event in self.message.events]


def a_mailbox(status: Status = Status.SENT, **fields: int) -> Mailbox:
    message = replace(an_email(1).message, version=1)
    return Mailbox(message if status is Status.QUEUED else moved(message, status, START), **fields)


def test_what_arrived_is_delivered_once_however_often_it_is_told() -> None:
    mailbox = a_mailbox()
    assert [mailbox.told(Status.DELIVERED) for _ in range(2)] == ["delivered", "ignored"]
    assert mailbox.history() == ["created", "sent", "delivered"]


def test_a_bounce_says_why_and_nothing_comes_after_it() -> None:
    mailbox = a_mailbox()
    told = [mailbox.told(status) for status in (Status.DELIVERED, Status.BOUNCED, Status.DELIVERED)]
    assert told == ["delivered", "bounced", "ignored"]
    assert mailbox.message is not None
    assert (mailbox.message.status, mailbox.message.events[-1].data) == (Status.BOUNCED, WHY)


def test_an_arrival_that_the_first_provider_tells_of_at_last_counts_where_the_second_failed() -> None:
    mailbox = a_mailbox(Status.UNDELIVERED)
    assert mailbox.told(Status.DELIVERED) == "ignored"
    assert mailbox.message is not None
    mailbox.message = replace(mailbox.message, carrier_id="backup")
    assert mailbox.told(Status.DELIVERED) == "delivered"


def test_an_auto_reply_that_comes_as_a_bounce_takes_no_arrival_back() -> None:
    mailbox = a_mailbox(Status.DELIVERED)
    assert mailbox.told(Status.BOUNCED, is_soft=True) == "ignored"
    assert a_mailbox().told(Status.BOUNCED, is_soft=True) == "bounced"


@pytest.mark.parametrize("status", [Status.QUEUED, Status.DELIVERY_ATTEMPTED])
def test_a_receipt_that_overtakes_our_record_comes_back_until_it_is_believed_without(status: Status) -> None:
    mailbox = a_mailbox(status)
    for receives in range(1, PATIENCE):
        with pytest.raises(TooEarlyError):
            mailbox.told(Status.DELIVERED, receives)
    assert mailbox.told(Status.DELIVERED, PATIENCE) == "delivered"


def test_who_reads_it_at_that_moment_has_read_it() -> None:
    mailbox = a_mailbox(marks=2)
    assert mailbox.told(Status.DELIVERED) == "delivered"
    assert mailbox.message is not None
    assert mailbox.message.is_marked(Mark.READ)
    assert mailbox.history() == ["created", "sent", "read", "delivered"]


def test_a_message_that_is_on_its_way_to_a_merged_user_is_waited_for() -> None:
    assert a_mailbox(moving=2).told(Status.DELIVERED, PATIENCE) == "delivered"


def test_what_is_not_to_be_seen_is_waited_for_before_it_is_held_for_deleted() -> None:
    nothing = Mailbox(None)
    for receives in range(1, PATIENCE):
        with pytest.raises(TooEarlyError):
            nothing.told(Status.DELIVERED, receives)
    assert nothing.told(Status.DELIVERED, PATIENCE) == "gone"
