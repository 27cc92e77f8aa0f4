"""The events worker: what sources sent, what rules on the account's bus handed on, and who came into an audience."""

from collections.abc import Callable
from functools import partial
from typing import Any

from functions.events.env import Env
from tocsin.contract.bus_events import EVENT_TASK, TRIGGER, EventTask
from tocsin.contract.tasks import HandleEvent, TriggerOnEntry
from tocsin.domain.clock import from_iso
from tocsin.lambda_kit.queue_batches import Delivery, tagged_queue_handler
from tocsin.lambda_kit.services import Services
from tocsin.lambda_kit.trigger_ports import trigger_ports
from tocsin.store.waits import partitions
from tocsin.usecases.handle_event import Arrival, EventPorts, handle_event, listening
from tocsin.usecases.hear_changes import HearPorts
from tocsin.usecases.trigger_by_event import RefusedError, trigger_from_bus
from tocsin.usecases.trigger_on_entry import trigger_on_entry
from tocsin.usecases.trigger_workflow import TriggerPorts

FOREIGN = "foreign"


def _work(services: Services, task: EventTask, _: Delivery) -> str:
    if isinstance(task, HandleEvent):
        sent: Any = services.payloads.unpack(task.sent)
        arrival = Arrival(task.arrival, sent, from_iso(task.received_at))
        return handle_event(_ports(services), task.env, services.event_sources.get(task.source), arrival)
    if isinstance(task, TriggerOnEntry):
        return _trigger(lambda ports: trigger_on_entry(ports, task), services)
    if task.detail_type == TRIGGER:
        if task.detail.get("deployment") != services.deployment:
            # It comes with all that a source tells, which may be meant for another stage on the same bus.
            return FOREIGN
        return _trigger(lambda ports: trigger_from_bus(ports, task, services.clock()), services)
    arrival = Arrival(task.id, task.to_sent(), services.clock())
    found = list(listening(services.event_sources.all(), task.source))
    outcomes = [handle_event(_ports(services), env, source, arrival) for source, env in found]
    return "; ".join(sorted(set(outcomes))) or FOREIGN


def _trigger(trigger: Callable[[TriggerPorts], None], services: Services) -> str:
    try:
        trigger(trigger_ports(services))
    except RefusedError as error:
        return f"refused: {error}"
    return "triggered"


def _ports(services: Services) -> EventPorts:
    hearing = HearPorts(services.waits, services.workflow_runs, services.payloads, services.run_starter)
    return EventPorts(
        received=services.received_events,
        hearing=hearing,
        triggers=trigger_ports(services),
        partitions=partial(partitions, shards=services.shards),
    )


lambda_handler = tagged_queue_handler(Env, EVENT_TASK, _work)
