"""Schedules: workflows that run at their time."""

from constructs import Construct

from functions.schedules.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Schedules(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "schedules", Env, resources)
        self.may_write_table()
        self.may_write_payloads()
        self.may_send_to(resources.queues.bulk)
        self.may_start(resources.run_machine_arn, resources.wheel_machine_arn)
