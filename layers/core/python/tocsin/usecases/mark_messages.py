"""Marks: seen, read, archived, interacted, and back. What meets at one message, or at one feed, all counts.

Messages of one feed are stored together with its counters, a group at a time; any other message by itself.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.domain.channels import IN_APP_FEED
from tocsin.domain.clock import Clock, system_clock
from tocsin.domain.errors import ConflictError, NotFoundError
from tocsin.domain.feed import Feed
from tocsin.domain.ids import earliest_ksuid
from tocsin.domain.listing import Span
from tocsin.domain.messages import Message, happened_just_now
from tocsin.domain.reach import EVERYTHING, Reach
from tocsin.usecases.ports import Feeds, MessageLists, Messages
from tocsin.usecases.repeating import persistently

# One transaction holds so many messages of a feed: few enough that a conflict with one of them repeats little.
TOGETHER = 24
# Messages are found by an index, which lags. One that is newer, and not to be found, is waited for.
INDEX_LAGS = timedelta(seconds=5)

Change = Callable[[Message], Message]
Marked = tuple[Message, Message]


class MarkPorts(NamedTuple):
    lists: MessageLists
    messages: Messages
    feeds: Feeds
    clock: Clock = system_clock


class Batch(NamedTuple):
    """`limited`: the ids of those that the batch left alone."""

    messages: list[Message]
    limited: list[str]


def mark_message(
    ports: MarkPorts, env: str, message_id: str, change: Change, reach: Reach = EVERYTHING
) -> Message:
    """Applies `change` to the message as it is; nothing is written when that changes nothing.

    Raises NotFoundError where the caller does not reach it, or ConflictError when ten tries in a row met somebody
    else's write.
    """
    found = mark_messages(ports, env, [message_id], change, reach)
    if not found:
        raise NotFoundError(f"there is no message {message_id!r} in {env}")
    return found[0]


def mark_messages(
    ports: MarkPorts, env: str, message_ids: Iterable[str], change: Change, reach: Reach = EVERYTHING
) -> list[Message]:
    """The messages that exist within the caller's reach, as they are afterwards, in the order asked for.

    Not all or nothing: after a ConflictError some may be marked, and a repeat marks the others.
    """
    wanted = list(dict.fromkeys(message_ids))
    done: dict[str, Message] = {}
    persistently(lambda: _attempt(ports, env, wanted, change, reach, done), "these messages are being")
    return [done[message_id] for message_id in wanted if message_id in done]


def mark_batch(
    ports: MarkPorts,
    env: str,
    message_ids: Iterable[str],
    event_type: str,
    change: Change,
    now: datetime,
    reach: Reach = EVERYTHING,
) -> Batch:
    """As `mark_messages`, but a message to which the very same happened within the last second is left alone.

    Its own events tell, and its compare-and-set makes that hold for batches that meet: no other row takes part.
    """
    limited: dict[str, bool] = {}

    def change_unless_limited(message: Message) -> Message:
        limited[message.id] = happened_just_now(message, event_type, now)
        return message if limited[message.id] else change(message)

    found = mark_messages(ports, env, message_ids, change_unless_limited, reach)
    return Batch(found, [message.id for message in found if limited[message.id]])


def _attempt(
    ports: MarkPorts,
    env: str,
    wanted: list[str],
    change: Change,
    reach: Reach,
    done: dict[str, Message],
) -> None:
    """Adds to `done` what is stored, also when it ends in a ConflictError: the next attempt reads the others anew."""
    missing = [message_id for message_id in wanted if message_id not in done]
    found = ports.lists.find_many(env, missing, consistent=True)
    pairs = [(message, change(message)) for message in found if reach.holds(message)]
    done.update({before.id: before for before, after in pairs if after is before})
    for group in _groups([pair for pair in pairs if pair[1] is not pair[0]]):
        done.update({message.id: message for message in _save(ports, env, group)})
    _require_known(set(missing) - {message.id for message in found}, ports.clock())


def _require_known(lost: Iterable[str], now: datetime) -> None:
    just_now = Span(above=earliest_ksuid(now - INDEX_LAGS), below=earliest_ksuid(now + INDEX_LAGS))
    if any(map(just_now.holds, lost)):
        raise ConflictError("a message is so new that it cannot be found yet")


def _groups(pairs: list[Marked]) -> Iterator[list[Marked]]:
    feeds: dict[Feed, list[Marked]] = {}
    for before, after in pairs:
        if before.channel_type == IN_APP_FEED:
            feeds.setdefault(Feed(before.recipient, before.channel_id), []).append((before, after))
        else:
            yield [(before, after)]
    for items in feeds.values():
        yield from (items[start : start + TOGETHER] for start in range(0, len(items), TOGETHER))


def _save(ports: MarkPorts, env: str, group: list[Marked]) -> list[Message]:
    if group[0][0].channel_type == IN_APP_FEED:
        return ports.feeds.save_marked(env, group)
    return [ports.messages.put(env, after) for _, after in group]
