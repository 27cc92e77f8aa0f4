"""What the delivery of a message needs, and how it says that now is not the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tocsin.channels.base import Send
from tocsin.usecases.channel_ports import ChannelData, Channels, ChannelSecrets
from tocsin.usecases.ports import MessageLists, Messages, Tasks


@dataclass(frozen=True, slots=True)
class DeliverPorts:
    messages: Messages
    lists: MessageLists
    channels: Channels
    channel_data: ChannelData
    secrets: ChannelSecrets
    delivery: Tasks
    provider: Callable[[str], Send | None]
    clock: Callable[[], datetime]
    chance: Callable[[], float]


class BusyError(Exception):
    """Another worker holds the message, or it is not due: let the task come back."""
