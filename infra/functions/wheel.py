"""The Task of WHEEL: drains a due bucket. Each minute it also sweeps for buckets that no execution woke."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from functions.wheel.env import Env
from infra.resources import Resources
from infra.service_function import WorkerFunction

TIMEOUT = Duration.minutes(1)
SWEEP = {"type": "sweep.v1"}


class Wheel(WorkerFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "wheel", Env, resources, timeout=TIMEOUT)
        self.may_write_table()
        self.may_send_to(resources.queues.delivery)
        self.may_start(resources.run_machine_arn, resources.wheel_machine_arn)
        self._sweeps_every_minute()

    def _sweeps_every_minute(self) -> None:
        events.Rule(
            self,
            "Sweep",
            schedule=events.Schedule.rate(Duration.minutes(1)),
            targets=[
                targets.LambdaFunction(
                    self,
                    event=events.RuleTargetInput.from_object(SWEEP),
                    # the next sweep does the work of one that could not be delivered
                    retry_attempts=0,
                    max_event_age=Duration.minutes(1),
                )
            ],
        )
