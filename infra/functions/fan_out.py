"""Splits a trigger into pages of recipients, each one execution of RUN. An object's subscribers come in strides, each a
message of its own."""

from constructs import Construct

from functions.fan_out.env import Env
from infra.resources import Resources
from infra.service_function import WorkerFunction


class FanOut(WorkerFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "fan_out", Env, resources, timeout=resources.queues.fan_out.consumer_timeout)
        self.may_write_table()
        self.may_read_payloads()
        self.may_start(resources.run_machine_arn)
        self.may_send_again_to(resources.queues.fan_out)
        self.consumes(resources.queues.fan_out, batch_size=1)
