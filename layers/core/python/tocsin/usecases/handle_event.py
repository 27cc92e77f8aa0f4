"""See to an event from outside: wake the runs that wait for it, trigger the workflows that are mapped to it.

It may be handed over twice: runs are told under the token of their wait, and triggers know the event by its id.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tocsin.domain.clock import to_iso
from tocsin.domain.event_sources import BUS_SOURCE, EventMapping, EventSource, SourceEvent, SourceKind
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.waits import EventType, Happening, Topic
from tocsin.usecases.hear_changes import HearPorts, hear_changes
from tocsin.usecases.source_ports import ReceivedEvents
from tocsin.usecases.trigger_by_event import RefusedError, mapped_body, trigger_by_event
from tocsin.usecases.trigger_workflow import TriggerPorts

UNKNOWN, REPEATED, HEARD, TRIGGERED = "unknown_source", "repeated", "heard", "triggered"

Json = Mapping[str, Any]


class Arrival(NamedTuple):
    """One sending of an event: `sent` has its `body` and `headers`."""

    id: str
    sent: Json
    received_at: datetime


class EventPorts(NamedTuple):
    received: ReceivedEvents
    hearing: HearPorts
    triggers: TriggerPorts
    partitions: Callable[[str, Topic, RecipientRef | None], list[str]]


def listening(sources: Iterable[EventSource], bus_source: str) -> Iterator[tuple[EventSource, str]]:
    """The sources, each in an environment, that events of the bus by that name are for."""
    for source in sources:
        if source.kind is SourceKind.EVENTBRIDGE:
            for env, environment in source.environments.items():
                if environment.settings.get(BUS_SOURCE) == bus_source:
                    yield source, env


def handle_event(ports: EventPorts, env: str, source: EventSource | None, arrival: Arrival) -> str:
    """Returns what came of it, for the log."""
    event = source.read(env, arrival.sent, arrival.received_at) if source is not None else None
    if source is None or event is None:
        return UNKNOWN
    if not ports.received.is_first(env, source.key, event, arrival.id, arrival.received_at):
        return REPEATED
    _hear(ports, env, source.key, event, arrival)
    mappings = list(source.within(env).mapped(event.type))
    refused = [told for one in mappings if (told := _trigger(ports, env, source.key, event, one, arrival))]
    if refused:
        # Once the mapping has been put right, the event may be sent again: what was accepted stays accepted.
        ports.received.forget(env, source.key, event)
        return f"refused: {source.key} in {env}: {'; '.join(refused)}"
    return TRIGGERED if mappings else HEARD


def _trigger(
    ports: EventPorts, env: str, source: str, event: SourceEvent, mapping: EventMapping, arrival: Arrival
) -> str | None:
    """Why the trigger was refused, None where it was accepted."""
    body = mapped_body(mapping.parameters, arrival.sent)
    if "recipients" not in body:
        path = mapping.parameters["recipients"]
        return (
            f"{mapping.workflow}: no recipient: the mapping looks for one at {path}, and nothing lies there"
        )
    try:
        trigger_by_event(
            ports.triggers,
            env,
            mapping.workflow,
            body,
            source=source,
            event_id=f"{event.type}\x1f{event.idempotency_key or arrival.id}",
            now=arrival.received_at,
        )
    except RefusedError as error:
        return str(error)
    return None


def _hear(ports: EventPorts, env: str, source: str, event: SourceEvent, arrival: Arrival) -> None:
    topic = Topic(EventType.SOURCE, source, event.type)
    told = {
        "data": event.data,
        "user_id": event.user_id,
        "inserted_at": to_iso(event.at),
        "event_gid": event.idempotency_key or arrival.id,
    }
    recipient = user(event.user_id) if event.user_id is not None else None
    places = ports.partitions(env, topic, recipient)
    hear_changes(ports.hearing, env, [Happening(place, topic, event.at, told) for place in places])
