"""Events from outside: those that sources sent over HTTP, and those on the account's bus that rules of ours pick. Of
these some trigger a workflow by what they say, and others are a source's like any."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from functions.events.env import Env
from infra.resources import Resources
from infra.service_function import WorkerFunction

# What an event is called that triggers a workflow by itself; `contract/bus_events.py` knows it, too.
TRIGGER = "Tocsin Workflow Trigger"


class Events(WorkerFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        queue, settings = resources.queues.events, resources.settings
        super().__init__(scope, "events", Env, resources, timeout=queue.consumer_timeout)
        self.may_write_table()
        self.may_write_payloads()
        self.may_offer_uploads()
        self.may_send_to(resources.queues.fan_out)
        self.may_start(resources.run_machine_arn)
        self.consumes(queue, batch_size=10)
        # Several deployments may share an account and its bus.
        asked = events.EventPattern(detail_type=[TRIGGER], detail={"deployment": [settings.prefix]})
        self._pick("bus_triggers", asked, resources)
        if settings.event_sources:
            self._pick("bus_sources", events.EventPattern(source=list(settings.event_sources)), resources)

    def _pick(self, name: str, pattern: events.EventPattern, resources: Resources) -> None:
        """From the account's default bus into our queue."""
        events.Rule(
            self,
            name,
            rule_name=resources.settings.name(name),
            event_pattern=pattern,
            targets=[targets.SqsQueue(resources.queues.events.queue)],
        )
