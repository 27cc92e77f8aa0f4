"""What the delivery of a message needs, and how it says that now is not the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tocsin.channels.base import Send
from tocsin.domain.breaker import Breaker
from tocsin.usecases.channel_ports import ChannelData, ChannelSecrets, Circuits
from tocsin.usecases.channel_turns import ChannelTurns
from tocsin.usecases.ports import Buckets, MessageLists, Messages, Tasks, Wheels


class EditableCircuits(Circuits, Protocol):
    def put_circuit(self, env: str, channel_id: str, breaker: Breaker) -> None:
        """Compare-and-set on `breaker.version`."""

    def close_circuit(self, env: str, channel_id: str, breaker: Breaker) -> None:
        """Compare-and-set on `breaker.version`."""


class RememberedCircuits(EditableCircuits, Protocol):
    def forget(self, env: str) -> None:
        """What is asked for next is read anew."""


class Tell(Protocol):
    def __call__(self, **facts: str) -> None:
        """Facts for the log."""


@dataclass(frozen=True, slots=True)
class DeliverPorts:
    messages: Messages
    lists: MessageLists
    channels: RememberedCircuits
    channel_data: ChannelData
    secrets: ChannelSecrets
    delivery: Tasks
    buckets: Buckets
    wheels: Wheels
    turns: ChannelTurns
    provider: Callable[[str], Send | None]
    shard_of: Callable[[str], str]
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    tell: Tell
    public_url: str = ""


class BusyError(Exception):
    """Another worker holds the message, or it is not due: let the task come back."""
