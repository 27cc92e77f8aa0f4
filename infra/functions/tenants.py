"""Tenants: groups of users with settings of their own."""

from constructs import Construct

from functions.tenants.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Tenants(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "tenants", Env, resources)
        self.may_write_table()
        self.may_write_payloads()
        self.may_send_to(resources.queues.bulk)
