"""Takes events from outside; what becomes of them is the events worker's."""

from constructs import Construct

from functions.integrations.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Integrations(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "integrations", Env, resources)
        self.may_read_table()
        self.may_write_payloads()
        self.may_send_to(resources.queues.events)
