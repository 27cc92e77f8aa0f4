"""What providers report of messages: SES publishes to EventBridge, a rule of ours picks what we sent, a queue keeps it
until it is recorded."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_ses as ses
from constructs import Construct

from functions.receipts.env import Env
from infra.resources import Resources
from infra.service_function import WorkerFunction

EVENT_TYPES = ("Delivery", "Bounce", "Complaint", "Reject")


class Receipts(WorkerFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        queue = resources.queues.receipts
        super().__init__(scope, "receipts", Env, resources, timeout=queue.consumer_timeout)
        self.may_write_table()
        self.may_read_payloads()
        self.consumes(queue, batch_size=10)
        configuration_set = resources.settings.prefix
        _publish(scope, configuration_set)
        events.Rule(
            scope,
            "ses_events",
            rule_name=resources.settings.name("ses_events"),
            event_pattern=events.EventPattern(
                source=["aws.ses"],
                detail={
                    "eventType": list(EVENT_TYPES),
                    "mail": {"tags": {"ses:configuration-set": [configuration_set]}},
                },
            ),
            targets=[targets.SqsQueue(queue.queue)],
        )


def _publish(scope: Construct, name: str) -> None:
    """SES tells the account's default bus of every email that is sent with this configuration set."""
    configuration_set = ses.ConfigurationSet(scope, "configuration_set", configuration_set_name=name)
    configuration_set.add_event_destination(
        "default_bus",
        configuration_set_event_destination_name="default_bus",
        destination=ses.EventDestination.event_bus(
            events.EventBus.from_event_bus_name(scope, "default", "default")
        ),
        events=[
            ses.EmailSendingEvent.DELIVERY,
            ses.EmailSendingEvent.BOUNCE,
            ses.EmailSendingEvent.COMPLAINT,
            ses.EmailSendingEvent.REJECT,
        ],
    )
