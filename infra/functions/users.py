"""Users: their properties, and what hangs on a user by id."""

from constructs import Construct

from functions.users.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Users(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "users", Env, resources)
        self.may_write_table()
        self.may_write_payloads()
        self.may_send_to(resources.queues.bulk)
