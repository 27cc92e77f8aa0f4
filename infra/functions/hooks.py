"""What vendors call to tell what became of messages: it sees who calls, and hands on what it hears."""

from constructs import Construct

from functions.hooks.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Hooks(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "hooks", Env, resources)
        self.may_read_table()
        self.may_read_channel_secrets()
        self.may_send_to(resources.queues.receipts)
