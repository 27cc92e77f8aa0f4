"""Definitions of workflows and layouts, channels, commits."""

from constructs import Construct

from functions.management.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Management(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "management", Env, resources)
        self.may_write_table()
        self.may_write_secrets()
        self.may_send_to(resources.queues.delivery, resources.queues.webhooks)
