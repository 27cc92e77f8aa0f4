"""Objects: anything that is not a user but can be notified or followed."""

from constructs import Construct

from functions.objects.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Objects(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "objects", Env, resources)
        self.may_write_table()
        self.may_write_payloads()
        self.may_send_to(resources.queues.bulk)
