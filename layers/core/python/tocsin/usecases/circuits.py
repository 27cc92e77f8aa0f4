"""The circuit of a channel, as deliveries find it: written only where something fails, or works again.

Whoever loses a race leaves it at that: the other has counted, and the next message sees the sum.
"""

from contextlib import suppress
from dataclasses import replace

from tocsin.channels.base import CredentialsError, DeliveryError, RetryableError, ThrottledError
from tocsin.domain.breaker import after_failure
from tocsin.domain.delivery_settings import breaker_rule_of
from tocsin.domain.errors import ConflictError
from tocsin.usecases.choose_carrier import Way
from tocsin.usecases.delivery_ports import DeliverPorts

LONGEST_REASON = 300


def begin_probe(ports: DeliverPorts, env: str, way: Way) -> Way:
    """The way with its probe under way. Raises ConflictError where another message is the probe."""
    assert way.breaker is not None
    probing = way.breaker.probing(ports.clock())
    ports.channels.put_circuit(env, way.channel.id, probing)
    return replace(way, breaker=replace(probing, version=probing.version + 1))


def note_answer(ports: DeliverPorts, env: str, way: Way) -> None:
    """The provider does its work, whatever it said: no failures in a row any more."""
    if way.breaker is None:
        return
    with suppress(ConflictError):
        ports.channels.close_circuit(env, way.channel.id, way.breaker)
        if way.is_probe:
            ports.tell(circuit_closed=way.channel.key)


def note_error(ports: DeliverPorts, env: str, way: Way, error: DeliveryError) -> None:
    """What says nothing against the provider is an answer. So is a request to slow down, which has its own rules. What
    was refused before anybody was asked, such as a number that is none, says nothing at all."""
    if isinstance(error, ThrottledError) or not isinstance(error, RetryableError | CredentialsError):
        if error.exchange is not None and error.exchange.status is not None:
            note_answer(ports, env, way)
        return
    rule = breaker_rule_of(way.channel)
    if rule is None:
        return
    counted = after_failure(way.breaker, rule, str(error)[:LONGEST_REASON], ports.clock())
    with suppress(ConflictError):
        ports.channels.put_circuit(env, way.channel.id, counted)
        if counted.is_open:
            ports.tell(circuit_opened=way.channel.key)
