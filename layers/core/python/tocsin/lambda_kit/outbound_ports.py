"""What both functions that announce events work with."""

from tocsin.lambda_kit.observability import note
from tocsin.lambda_kit.services import Services
from tocsin.usecases.announce_events import AnnouncePorts


def announce_ports(services: Services) -> AnnouncePorts:
    return AnnouncePorts(
        webhooks=lambda env: services.known_webhooks.get(env, services.clock()) or (),
        tasks=services.queue("WEBHOOKS_QUEUE_URL"),
        payloads=services.payloads,
        bus=services.event_bus,
        deployment=services.deployment,
        tell=note,
    )
