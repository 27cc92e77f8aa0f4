"""Dead letters: listed, and sent again. Whoever repeats a replay that was cut off replays the rest of it.

A message is queued first, then its task is sent, then the dead letter is taken away: as long as it is listed its task
may not have been sent, and one that is sent twice is delivered once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from tocsin.contract.tasks import Deliver
from tocsin.domain.clock import to_iso
from tocsin.domain.dead_letters import KEPT, DeadLetter, dead_letter_of, queued_again
from tocsin.domain.listing import Found, Span, collect
from tocsin.domain.messages import Message, Status
from tocsin.usecases.ports import MessageLists, Tasks
from tocsin.usecases.repeating import persistently


class DeadLetters(Protocol):
    def listed(self, env: str, span: Span, chunk: int) -> Iterator[DeadLetter]: ...

    def place(self, letter: DeadLetter) -> str:
        """Where it stands in the list: by the time of its death."""

    def requeue(self, env: str, message: Message) -> None:
        """Compare-and-set on `message.version`."""

    def delete(self, env: str, letters: Iterable[DeadLetter]) -> None: ...


class ReplayPorts(NamedTuple):
    letters: DeadLetters
    lists: MessageLists
    delivery: Tasks
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which dead letters are meant; None leaves all."""

    channel_id: str | None = None
    workflow: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def matches(self, letter: DeadLetter) -> bool:
        return self.channel_id in (None, letter.channel_id) and self.workflow in (None, letter.workflow)

    def narrow(self, span: Span, now: datetime) -> Span:
        """To their time. What is older than they are kept is only waiting to be swept away."""
        oldest = max(filter(None, (self.since, now - KEPT)))
        return span.narrowed(above=to_iso(oldest), below=to_iso(self.until) if self.until else None)


@dataclass(frozen=True, slots=True)
class Replayed:
    """`skipped`: gone, scheduled for later, or delivered by now."""

    message_ids: tuple[str, ...]
    skipped: int


def find_letters(
    letters: DeadLetters, env: str, sought: Sought, span: Span, size: int, now: datetime
) -> Found[DeadLetter]:
    found = letters.listed(env, sought.narrow(span, now), size + 1)
    return collect(found, sought.matches, size, letters.place)


def replay(ports: ReplayPorts, env: str, letters: Iterable[DeadLetter]) -> Replayed:
    known = list(letters)
    sent_again = _send_again(ports, env, [letter.message_id for letter in known])
    ports.letters.delete(env, known)
    return Replayed(sent_again, len(known) - len(sent_again))


def replay_messages(ports: ReplayPorts, env: str, message_ids: Iterable[str]) -> Replayed:
    """By id: also what was rejected, or died longer ago than dead letters are kept."""
    wanted = list(dict.fromkeys(message_ids))
    found = ports.lists.find_many(env, wanted)
    sent_again = _send_again(ports, env, [message.id for message in found])
    ports.letters.delete(env, filter(None, map(dead_letter_of, found)))
    return Replayed(sent_again, len(wanted) - len(sent_again))


def _send_again(ports: ReplayPorts, env: str, message_ids: Iterable[str]) -> tuple[str, ...]:
    found = [message for one in message_ids if (message := _requeued(ports, env, one)) is not None]
    ports.delivery.send_many([_task(env, message) for message in found])
    return tuple(message.id for message in found)


def _requeued(ports: ReplayPorts, env: str, message_id: str) -> Message | None:
    """None where there is nothing to send any more, or not yet. One that is queued already may lack its task."""

    def attempt() -> Message | None:
        message = ports.lists.find_moved(env, message_id)
        if message is None:
            return None
        if message.status is Status.UNDELIVERED:
            ports.letters.requeue(env, queued_again(message, ports.clock()))
            return message
        return None if message.is_settled() or not message.is_due(ports.clock()) else message

    return persistently(attempt, f"message {message_id} is being")


def _task(env: str, message: Message) -> Deliver:
    return Deliver(
        env=env,
        collection=message.recipient.collection,
        recipient_id=message.recipient.id,
        channel_id=message.channel_id,
        message_id=message.id,
    )
