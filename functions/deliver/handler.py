"""The deliver worker: messages to their providers."""

from functions.deliver.env import Env
from tocsin.aws.clients import client
from tocsin.channels.base import Send
from tocsin.channels.providers import PROVIDERS
from tocsin.contract.tasks import Deliver
from tocsin.domain.ids import random_chance
from tocsin.lambda_kit.queue_batches import queue_handler
from tocsin.lambda_kit.services import Services
from tocsin.usecases.deliver_message import DeliverPorts, deliver_message


def _provider(key: str) -> Send | None:
    make = PROVIDERS.get(key)
    return make(client) if make else None


def _work(services: Services, task: Deliver) -> str:
    ports = DeliverPorts(
        messages=services.messages,
        lists=services.message_lists,
        channels=services.channels,
        delivery=services.queue("DELIVERY_QUEUE_URL"),
        provider=_provider,
        clock=services.clock,
        chance=random_chance,
    )
    return deliver_message(ports, task)


lambda_handler = queue_handler(Env, Deliver, _work)
