"""The webhooks worker: events to the endpoints that listen for them."""

from functools import lru_cache

from functions.webhooks.env import Env
from tocsin.channels.outbound.client import HttpClient
from tocsin.contract.tasks import PostEvent
from tocsin.domain.ids import random_chance
from tocsin.lambda_kit.observability import note
from tocsin.lambda_kit.outbound_ports import announce_ports
from tocsin.lambda_kit.queue_batches import Delivery, queue_handler
from tocsin.lambda_kit.services import Services
from tocsin.usecases.post_event import PostPorts, post_event

# Enough to finish one call however slow its endpoint is, and to write down what came of it.
RESERVE_MILLISECONDS = 25_000


@lru_cache(maxsize=1)
def _http() -> HttpClient:
    """Connections are kept from one invocation to the next."""
    return HttpClient(Env.load().OUTBOUND_ALLOWED)


def _work(services: Services, task: PostEvent, delivery: Delivery) -> str:
    """A task that there is no time for is sent once more: brought back, it would use up what the queue allows it."""
    queue = services.queue("WEBHOOKS_QUEUE_URL")
    if delivery.remaining_ms() < RESERVE_MILLISECONDS:
        queue.send(task)
        return "put_off"
    ports = PostPorts(
        webhooks=services.webhooks,
        deliveries=services.webhook_deliveries,
        secrets=services.webhook_secrets,
        payloads=services.payloads,
        tasks=queue,
        http=_http().send,
        announcing=announce_ports(services),
        clock=services.clock,
        chance=random_chance,
        tell=note,
    )
    return post_event(ports, task)


lambda_handler = queue_handler(Env, PostEvent, _work)
