"""What people do with the links of their messages: who clicks, who opens."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from tocsin.domain.channels import CHAT, SMS
from tocsin.domain.errors import NotFoundError
from tocsin.domain.messages import Mark, Message, marked
from tocsin.usecases.mark_messages import MarkPorts, mark_message

# Nothing else tells whether such a message was read.
_READ_BY_CLICK = frozenset({SMS, CHAT})


def track_click(ports: MarkPorts, env: str, message_id: str, url: str, now: datetime) -> None:
    _track(ports, env, message_id, partial(clicked, url=url, now=now))


def track_opening(ports: MarkPorts, env: str, message_id: str, now: datetime) -> None:
    _track(ports, env, message_id, partial(marked, mark=Mark.READ, now=now))


def clicked(message: Message, url: str, now: datetime) -> Message:
    reads_too = message.channel_type in _READ_BY_CLICK and not message.is_marked(Mark.READ)
    before = marked(message, Mark.READ, now) if reads_too else message
    return marked(before, Mark.LINK_CLICKED, now, {"url": url})


def _track(ports: MarkPorts, env: str, message_id: str, change: Callable[[Message], Message]) -> None:
    """Links outlive their message."""
    try:
        mark_message(ports, env, message_id, change)
    except NotFoundError:
        return
