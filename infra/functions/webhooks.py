"""Brings events to the endpoints that listen for them."""

from constructs import Construct

from functions.webhooks.env import Env
from infra.resources import Resources
from infra.service_function import WorkerFunction


class Webhooks(WorkerFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        queue = resources.queues.webhooks
        super().__init__(scope, "webhooks", Env, resources, timeout=queue.consumer_timeout)
        self.may_write_table()
        self.may_write_payloads()
        self.may_read_webhook_secrets()
        self.may_put_events()
        self.may_send_again_to(queue)
        self.consumes(queue, batch_size=10)
