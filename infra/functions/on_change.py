"""Listens to the table's stream, of which only changes get through that somebody may wait for or is told of.

What fails is tried again with everything behind it, for an hour and in ever smaller pieces; where in the stream it
lies is then kept in a queue of dead letters, and DynamoDB keeps the records themselves for a day.
"""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from constructs import Construct

from functions.on_change.env import Env
from infra.resources import Resources
from infra.service_function import WorkerFunction
from tocsin.store.keys import WATCHED

TIMEOUT = Duration.seconds(30)
BATCH_SIZE = 100
# Changes are collected for so long: the more of them share an invocation, the less each costs.
COLLECTED_FOR = Duration.seconds(1)
TRIED_FOR = Duration.hours(1)


class OnChange(WorkerFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "on_change", Env, resources, timeout=TIMEOUT)
        self.may_read_table()
        self.may_write_payloads()
        self.may_start(resources.run_machine_arn)
        self.may_read_stream()
        self.may_send_to(resources.queues.webhooks, resources.queues.events)
        self.may_put_events()
        lambda_.EventSourceMapping(
            self,
            "Changes",
            target=self,
            event_source_arn=resources.table.table_stream_arn,
            # Runs that wait while a deployment replaces the mapping hear what happened meanwhile.
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=BATCH_SIZE,
            max_batching_window=COLLECTED_FOR,
            max_record_age=TRIED_FOR,
            bisect_batch_on_error=True,
            on_failure=event_sources.SqsDlq(resources.queues.change_dead_letters),
            filters=[lambda_.FilterCriteria.filter(pattern) for pattern in WATCHED],
        )
