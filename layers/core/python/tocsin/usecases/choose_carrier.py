"""Who carries a message now: the first of those that may whose circuit is closed, from its present carrier on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tocsin.domain.breaker import Breaker
from tocsin.domain.channels import Channel
from tocsin.domain.delivery_settings import breaker_rule_of, carriers_of, patience_of
from tocsin.domain.messages import Message, Status
from tocsin.usecases.delivery_ports import DeliverPorts


@dataclass(frozen=True, slots=True)
class Way:
    """`later` may step in after the channel, also where no receipt has come within `patience`. `breaker` is its
    circuit, None where it is whole; through one that is open goes a probe and nothing else."""

    channel: Channel
    later: tuple[Channel, ...] = ()
    patience: timedelta | None = None
    breaker: Breaker | None = None

    @property
    def is_probe(self) -> bool:
        return self.breaker is not None and self.breaker.is_open


@dataclass(frozen=True, slots=True)
class Barred:
    """All circuits are open: nobody takes the message before `until`."""

    until: datetime
    reason: str


def choose(ports: DeliverPorts, env: str, message: Message) -> Way | Barred | None:
    """None where the channel is gone."""
    channels, circuits = _with(ports, env, message.channel_id)
    own = next((one for one in channels if one.id == message.channel_id), None)
    if own is None:
        return None
    carriers = _left(message, own, channels)
    barring: list[Breaker] = []
    for place, channel in enumerate(carriers):
        breaker = circuits.get(channel.id) if breaker_rule_of(channel) else None
        if breaker is None or not breaker.is_open or breaker.may_probe(ports.clock()):
            later = tuple(carriers[place + 1 :])
            return Way(channel, later, patience_of(own) if later else None, breaker)
        barring.append(breaker)
    first = min(barring, key=lambda one: (one.probe_at is None, one.probe_at))
    assert first.probe_at is not None, "an open circuit knows when to ask"
    return Barred(first.probe_at, first.reason)


def _with(ports: DeliverPorts, env: str, channel_id: str) -> tuple[list[Channel], dict[str, Breaker]]:
    """Read anew where the channel is not among those that are remembered: it may have been made a moment ago."""
    known = ports.channels.with_circuits(env)
    if any(one.id == channel_id for one in known[0]):
        return known
    ports.channels.forget(env)
    return ports.channels.with_circuits(env)


def _left(message: Message, own: Channel, channels: list[Channel]) -> list[Channel]:
    """The message's carrier and those after it; all of them if it is no carrier any more."""
    carriers = carriers_of(own, {one.key: one for one in channels})
    places = [place for place, one in enumerate(carriers) if one.id == message.carrier_id]
    return carriers[places[0] :] if places else carriers


def next_in_silence(channels: list[Channel], message: Message) -> tuple[Channel, datetime] | None:
    """Who shall try a message that was sent, and when, unless something is heard of it before; None where nobody
    waits for that, or nobody else can try."""
    own = next((one for one in channels if one.id == message.channel_id), None)
    patience = patience_of(own) if own else None
    if own is None or patience is None:
        return None
    following = next(iter(_left(message, own, channels)[1:]), None)
    return (following, _sent_at(message) + patience) if following else None


def _sent_at(message: Message) -> datetime:
    return next(event.at for event in reversed(message.events) if event.type == Status.SENT.value)


def carried_by(message: Message, channel: Channel) -> Message:
    """By another carrier, who begins anew."""
    if channel.id == (message.carrier_id or message.channel_id):
        return message
    return replace(message, carrier_id=channel.id, attempts=0, tried_since=None)
