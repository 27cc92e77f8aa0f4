"""The one Task of RUN: advances each run of a page until it ends or must wait."""

from aws_cdk import Duration
from constructs import Construct

from functions.run_steps.env import Env
from infra.resources import Resources
from infra.service_function import WorkerFunction

# Five tries and their pauses must fit into the five minutes of an Express execution.
TIMEOUT = Duration.seconds(40)


class RunSteps(WorkerFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "run_steps", Env, resources, timeout=TIMEOUT, awaited=True)
        self.may_write_table()
        self.may_read_secret_variables()
        self.may_write_payloads()
        self.may_send_to(resources.queues.delivery, resources.queues.fan_out)
        self.may_start(resources.run_machine_arn, resources.wheel_machine_arn)
        self.may_ask_models()
        self.may_sign_links()
