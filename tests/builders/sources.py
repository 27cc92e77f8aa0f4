"""Sources of events, and services outside that send them."""

from typing import Any

from tests.builders.world import ENV, World
from tocsin.domain.event_sources import EventSource
from tocsin.usecases.configure_sources import SourcePorts, set_source
from tocsin.usecases.handle_event import Arrival, handle_event

Json = dict[str, Any]


def mapping(event: str, workflow: str, recipients: str = "body.userId", **parameters: Any) -> Json:
    return {
        "event_type": event,
        "action_type": "workflows_trigger",
        "action_parameters": {"key": workflow, "recipients": recipients, **parameters},
    }


class Sender:
    """A service whose events come to one source of a world."""

    def __init__(self, world: World, *mappings: Json, key: str = "shop", **settings: str) -> None:
        self._world, self.key = world, key
        self._arrivals = 0
        self.set(*mappings, **settings)

    def set(self, *mappings: Json, **settings: str) -> EventSource:
        services = self._world.services
        ports = SourcePorts(services.environments, services.event_sources, lambda: "secret")
        environment = {"settings": settings, "mappings": list(mappings)}
        sent = {"name": "Shop", "environment_settings": {ENV: environment}}
        return set_source(ports, self.key, sent, self._world.now)

    def arrival(self, **body: Any) -> Arrival:
        """As the queue holds it; it may be handed over twice."""
        self._arrivals += 1
        return Arrival(f"arrival-{self._arrivals}", {"body": body, "headers": {}}, self._world.now)

    def send(self, **body: Any) -> str:
        return self.hand_over(self.arrival(**body))

    def hand_over(self, arrival: Arrival) -> str:
        source = self._world.services.event_sources.get(self.key)
        outcome = handle_event(self._world.event_ports(), ENV, source, arrival)
        self._world.settle()
        return outcome
