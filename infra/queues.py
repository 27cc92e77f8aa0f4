"""The queues. Each has a dead letter queue that keeps what failed for as long as SQS can: two weeks."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.settings import Settings

DEAD_LETTERS = "_dead_letters"
KEPT = Duration.days(14)
# AWS's advice: below this, a batch that waits for a free consumer is handed out a second time.
VISIBILITY_PER_TIMEOUT = 6


class WorkQueue(Construct):
    """A queue, its dead letters, how long its consumer may work on one batch and how often a message is tried."""

    def __init__(
        self, scope: Construct, settings: Settings, name: str, *, consumer_timeout: Duration, receives: int
    ) -> None:
        super().__init__(scope, name)
        self.consumer_timeout = consumer_timeout
        self.receives = receives
        self.dead_letters = dead_letter_queue(self, settings, name)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=settings.name(name),
            visibility_timeout=Duration.seconds(consumer_timeout.to_seconds() * VISIBILITY_PER_TIMEOUT),
            retention_period=KEPT,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=settings.tls_only,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=receives),
            removal_policy=RemovalPolicy.DESTROY,
        )


class Queues(Construct):
    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, "Queues")
        minute = Duration.minutes(1)
        self.fan_out = WorkQueue(self, settings, "fan_out", consumer_timeout=minute, receives=5)
        # `deliver` counts its own eight tries; the queue gives up after it, on what crashes the function.
        self.delivery = WorkQueue(self, settings, "delivery", consumer_timeout=minute, receives=12)
        # `bulk_worker` knows this number: the last but one is its last try, the last only writes down what it gave up.
        self.bulk = WorkQueue(self, settings, "bulk", consumer_timeout=minute, receives=6)
        # A receipt that overtakes the record of its delivery comes back after this queue's visibility timeout.
        self.receipts = WorkQueue(
            self, settings, "receipts", consumer_timeout=Duration.seconds(10), receives=8
        )
        self.events = WorkQueue(self, settings, "events", consumer_timeout=minute, receives=5)
        # `webhooks` counts its own eight tries, too.
        self.webhooks = WorkQueue(self, settings, "webhooks", consumer_timeout=minute, receives=8)
        self.run_dead_letters = dead_letter_queue(self, settings, "run")
        self.change_dead_letters = dead_letter_queue(self, settings, "changes")

    def dead_letters(self) -> dict[str, sqs.Queue]:
        """Every dead letter queue by the name of what feeds it."""
        return {
            "fan_out": self.fan_out.dead_letters,
            "delivery": self.delivery.dead_letters,
            "bulk": self.bulk.dead_letters,
            "receipts": self.receipts.dead_letters,
            "events": self.events.dead_letters,
            "webhooks": self.webhooks.dead_letters,
            "run": self.run_dead_letters,
            "changes": self.change_dead_letters,
        }


def dead_letter_queue(scope: Construct, settings: Settings, source: str) -> sqs.Queue:
    name = source + DEAD_LETTERS
    return sqs.Queue(
        scope,
        name,
        queue_name=settings.name(name),
        retention_period=KEPT,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=settings.tls_only,
        removal_policy=RemovalPolicy.DESTROY,
    )
