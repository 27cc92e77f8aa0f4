"""Wiring of what runs read."""

from collections.abc import Callable
from functools import partial

from tocsin.aws.outages import is_outage
from tocsin.lambda_kit.services import Services
from tocsin.store.foreseen import ForeseenTable, NotingTable, over
from tocsin.store.table import Table
from tocsin.usecases.child_triggers import ChildTriggers
from tocsin.usecases.lookups import LookupPorts
from tocsin.usecases.run_context import ContextPorts


def context_ports(services: Services) -> ContextPorts:
    return _over(services, services.table)


def _over(services: Services, table: Table) -> ContextPorts:
    return ContextPorts(
        definitions=over(services.definitions, table),
        recipients=over(services.recipients, table),
        preferences=over(services.preferences, table),
        channels=over(services.channels, table),
        environments=over(services.run_environments, table),
        cancellations=over(services.cancellations, table),
        channel_data=over(services.channel_data, table),
        subscriptions=over(services.subscriptions, table),
        links=services.links,
        together=partial(_together, services),
    )


def _together(services: Services, reading: Callable[[ContextPorts], None]) -> ContextPorts:
    noted = NotingTable()
    reading(_over(services, noted))
    return _over(services, ForeseenTable(services.table, noted.keys))


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
