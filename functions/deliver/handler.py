"""The deliver worker: messages to their providers."""

from functools import lru_cache

from functions.deliver.env import Env
from tocsin.aws.clients import client
from tocsin.channels.base import Send
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.dialing import Dialer
from tocsin.channels.registry import Tools, sender_of
from tocsin.contract.tasks import Deliver
from tocsin.domain.clock import system_clock
from tocsin.domain.ids import random_chance
from tocsin.lambda_kit.deliveries import messages_of
from tocsin.lambda_kit.observability import note
from tocsin.lambda_kit.queue_batches import Delivery, queue_handler
from tocsin.lambda_kit.services import Services
from tocsin.store.keys import shard_of
from tocsin.usecases.bury import bury
from tocsin.usecases.deliver_message import deliver_message
from tocsin.usecases.delivery_ports import DeliverPorts

# Enough to finish one message however slow its provider is (a call may take 18 seconds). What is begun with less
# could be killed between the provider's yes and our record of it.
RESERVE_MILLISECONDS = 25_000


@lru_cache(maxsize=1)
def _tools() -> Tools:
    """Connections are kept from one invocation to the next."""
    env = Env.load()
    http, dialer = HttpClient(env.OUTBOUND_ALLOWED).send, Dialer(env.OUTBOUND_ALLOWED)
    return Tools(client, http, dialer, system_clock, env.SES_CONFIGURATION_SET)


@lru_cache(maxsize=64)
def _provider(key: str) -> Send | None:
    return sender_of(key, _tools())


def _work(services: Services, task: Deliver, delivery: Delivery) -> str:
    """A task that there is no time for is sent once more and is next in line at once. Brought back, it would wait for
    minutes behind a provider that hangs, and use up tries of which it had none."""
    queue = services.queue("DELIVERY_QUEUE_URL")
    if delivery.remaining_ms() < RESERVE_MILLISECONDS:
        queue.send(task)
        return "put_off"
    ports = DeliverPorts(
        messages=messages_of(services, task),
        lists=services.message_lists,
        channels=services.recent_circuits,
        channel_data=services.channel_data,
        secrets=services.channel_secrets,
        delivery=queue,
        buckets=services.wheel,
        wheels=services.wheel_starter,
        turns=services.channel_turns,
        provider=_provider,
        shard_of=lambda name: shard_of(name, services.shards),
        clock=services.clock,
        chance=random_chance,
        tell=note,
        public_url=services.public_url,
    )
    if delivery.receives >= Env.load().DELIVERY_RECEIVES - 1:
        return bury(ports, task, delivery.receives)
    return deliver_message(ports, task)


lambda_handler = queue_handler(Env, Deliver, _work)
