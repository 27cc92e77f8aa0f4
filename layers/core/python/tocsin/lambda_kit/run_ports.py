"""Wiring of what runs read."""

from tocsin.aws.outages import is_outage
from tocsin.lambda_kit.services import Services
from tocsin.usecases.child_triggers import ChildTriggers
from tocsin.usecases.lookups import LookupPorts
from tocsin.usecases.run_context import ContextPorts


def context_ports(services: Services) -> ContextPorts:
    return ContextPorts(
        definitions=services.definitions,
        recipients=services.recipients,
        preferences=services.preferences,
        channels=services.channels,
        environments=services.run_environments,
        cancellations=services.cancellations,
        channel_data=services.channel_data,
        subscriptions=services.subscriptions,
        links=services.links,
    )


def lookup_ports(services: Services) -> LookupPorts:
    return LookupPorts(
        recipients=services.recipients,
        preferences=services.preferences,
        messages=services.message_lists,
        audiences=services.audiences,
        throttles=services.throttles,
        children=ChildTriggers(services.definitions, services.trigger_schemas),
        batches=services.batches,
        workflow_runs=services.workflow_runs,
        cancellations=services.cancellations,
        is_outage=is_outage,
    )
