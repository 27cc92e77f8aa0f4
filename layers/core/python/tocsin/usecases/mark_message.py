"""Marks: seen, read, archived, and back. Each change is an event; those that meet at one message all count."""

import time
from collections.abc import Callable
from typing import NamedTuple

from tocsin.domain.channels import IN_APP_FEED
from tocsin.domain.errors import ConflictError, NotFoundError
from tocsin.domain.ids import random_chance
from tocsin.domain.messages import Message
from tocsin.usecases.ports import Feeds, MessageLists, Messages

TRIES = 10
LONGEST_PAUSE = 0.4


class MarkPorts(NamedTuple):
    lists: MessageLists
    messages: Messages
    feeds: Feeds


def mark_message(
    ports: MarkPorts, env: str, message_id: str, change: Callable[[Message], Message]
) -> Message:
    """Applies `change` to the message as it is; nothing is written when that changes nothing.

    Raises NotFoundError, or ConflictError when ten tries in a row met somebody else's write.
    """
    for attempt in range(TRIES):
        before = ports.lists.find(env, message_id)
        if before is None:
            raise NotFoundError(f"there is no message {message_id!r} in {env}")
        after = change(before)
        if after is before:
            return before
        try:
            return _save(ports, env, before, after)
        except ConflictError:
            _pause(attempt)
    raise ConflictError(f"message {message_id} is being changed by too many callers at once; try again")


def _save(ports: MarkPorts, env: str, before: Message, after: Message) -> Message:
    if before.channel_type == IN_APP_FEED:
        return ports.feeds.save_marked(env, before, after)
    return ports.messages.put(env, after)


def _pause(attempt: int) -> None:
    """Longer each time and never the same: those who met once do not meet again."""
    time.sleep(random_chance() * min(LONGEST_PAUSE, 0.01 * 2**attempt))
