"""Messages: list, content, events, and what the reader did with them."""

from constructs import Construct

from functions.messages.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Messages(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "messages", Env, resources)
        self.may_write_table()
        self.may_write_payloads()
        self.may_send_to(resources.queues.bulk)
