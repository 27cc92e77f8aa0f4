"""Triggers and cancels runs. Few recipients start RUN at once; many, and the subscribers of objects,
go through the fan-out queue."""

from constructs import Construct

from functions.workflows.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Workflows(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "workflows", Env, resources)
        self.may_write_table()
        self.may_write_payloads()
        self.may_offer_uploads()
        self.may_send_to(resources.queues.fan_out, resources.queues.bulk)
        self.may_start(resources.run_machine_arn)
