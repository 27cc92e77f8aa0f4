"""Channels and circuits for whoever asks for them at each message: read once a second, however many go out in it.

What somebody else changes holds within that second: until then a few more messages go the way they went just before.
Our own changes, and those that we lose a race to, are seen at once: whoever repeats himself decides on what is there.
So is a channel that is new, for whoever forgets what he knew when he does not find it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from tocsin.domain.breaker import Breaker
from tocsin.domain.channel_groups import ChannelGroup
from tocsin.domain.channels import Channel
from tocsin.usecases.delivery_ports import EditableCircuits

REMEMBERED = timedelta(seconds=1)

Known = tuple[list[Channel], dict[str, Breaker]]


class RecentCircuits:
    def __init__(self, channels: EditableCircuits, clock: Callable[[], datetime]) -> None:
        self._channels = channels
        self._clock = clock
        self._known: dict[str, tuple[datetime, Known]] = {}

    def with_circuits(self, env: str) -> Known:
        now, known = self._clock(), self._known.get(env)
        if known is None or now - known[0] >= REMEMBERED:
            known = self._known[env] = now, self._channels.with_circuits(env)
        return known[1]

    def all(self, env: str) -> list[Channel]:
        return self.with_circuits(env)[0]

    def groups(self) -> list[ChannelGroup]:
        return self._channels.groups()

    def forget(self, env: str) -> None:
        self._known.pop(env, None)

    def put_circuit(self, env: str, channel_id: str, breaker: Breaker) -> None:
        self.forget(env)
        self._channels.put_circuit(env, channel_id, breaker)

    def close_circuit(self, env: str, channel_id: str, breaker: Breaker) -> None:
        self.forget(env)
        self._channels.close_circuit(env, channel_id, breaker)
