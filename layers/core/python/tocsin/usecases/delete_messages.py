"""Messages taken away, those of a feed together with what its counters say of them, a group at a time."""

from collections.abc import Iterable, Iterator

from tocsin.domain.channels import IN_APP_FEED
from tocsin.domain.messages import Message
from tocsin.domain.recipients import RecipientRef
from tocsin.usecases.mark_messages import TOGETHER, MarkPorts
from tocsin.usecases.repeating import persistently


def delete_messages(ports: MarkPorts, env: str, message_ids: Iterable[str]) -> None:
    """Those that exist. Not all or nothing: after a ConflictError some may be gone, and a repeat takes the others."""
    wanted = list(message_ids)
    persistently(lambda: _attempt(ports, env, wanted), "these messages are being")


def _attempt(ports: MarkPorts, env: str, wanted: list[str]) -> None:
    for group in _groups(ports.lists.find_many(env, wanted, consistent=True)):
        if group[0].channel_type == IN_APP_FEED:
            ports.feeds.delete(env, group, ports.clock())
        else:
            ports.messages.delete(env, group)


def _groups(messages: list[Message]) -> Iterator[list[Message]]:
    """A few of one recipient and channel each."""
    places: dict[tuple[RecipientRef, str], list[Message]] = {}
    for message in messages:
        places.setdefault((message.recipient, message.channel_id), []).append(message)
    for items in places.values():
        yield from (items[start : start + TOGETHER] for start in range(0, len(items), TOGETHER))
