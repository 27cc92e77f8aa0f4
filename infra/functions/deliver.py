"""Calls the provider of each message. A retry is a new, delayed message of its own."""

from constructs import Construct

from functions.deliver.env import Env
from infra.resources import Resources
from infra.service_function import WorkerFunction


class Deliver(WorkerFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "deliver", Env, resources, timeout=resources.queues.delivery.consumer_timeout)
        self.may_write_table()
        self.may_count()
        self.may_read_payloads()
        self.may_send_email()
        self.may_send_sms()
        self.may_send_push()
        self.may_read_channel_secrets()
        self.may_start(resources.wheel_machine_arn)
        self.may_send_again_to(resources.queues.delivery)
        self.consumes(resources.queues.delivery, batch_size=10)
