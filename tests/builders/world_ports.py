"""What a world's use cases are given: its stores, its clock, and machines that only remember."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from tests.builders.outside import Provider, Tasks
from tocsin.contract.tasks import Deliver
from tocsin.lambda_kit.deliveries import messages_of
from tocsin.lambda_kit.inline import inline_ports
from tocsin.lambda_kit.recent_circuits import RecentCircuits
from tocsin.lambda_kit.run_ports import context_ports, lookup_ports
from tocsin.lambda_kit.services import Services
from tocsin.store.keys import shard_of
from tocsin.store.waits import partitions
from tocsin.usecases.advance_ports import AdvancePorts
from tocsin.usecases.arm_schedules import SchedulePorts
from tocsin.usecases.delivery_ports import DeliverPorts
from tocsin.usecases.fan_out import FanOutPorts
from tocsin.usecases.handle_event import EventPorts
from tocsin.usecases.hear_changes import HearPorts
from tocsin.usecases.hear_entries import EntryPorts
from tocsin.usecases.trigger_workflow import TriggerPorts
from tocsin.usecases.turn_wheel import WheelPorts


class WorldPorts:
    services: Services
    now: datetime
    runs: Tasks
    wheels: Tasks
    delivery: Tasks
    bulk: Tasks
    fan_outs: Tasks
    entries: Tasks
    provider: Provider
    providers: dict[str, Provider]
    told: dict[str, str]
    _uuids: Iterator[str]

    def clock(self) -> datetime:
        return self.now

    def hear_ports(self) -> HearPorts:
        services = self.services
        return HearPorts(services.waits, services.workflow_runs, services.payloads, self.runs)

    def entry_ports(self) -> EntryPorts:
        return EntryPorts(self.services.definitions.audience_triggers, self.entries)

    def event_ports(self) -> EventPorts:
        return EventPorts(
            received=self.services.received_events,
            hearing=self.hear_ports(),
            triggers=self.trigger_ports(),
            partitions=partial(partitions, shards=2),
        )

    def advance_ports(self) -> AdvancePorts:
        services = self.services
        return AdvancePorts(
            context=context_ports(services),
            lookups=lookup_ports(services),
            workflow_runs=services.workflow_runs,
            recipient_runs=services.recipient_runs,
            buckets=services.wheel,
            wheels=self.wheels,
            runs=self.runs,
            fan_out=self.fan_outs,
            delivery=self.delivery,
            clock=self.clock,
            backoff=lambda _: None,
        )

    def schedule_ports(self) -> SchedulePorts:
        return SchedulePorts(
            definitions=self.services.definitions,
            environments=self.services.environments,
            inline=inline_ports(self.services),
            schedules=self.services.schedules,
            workflow_runs=self.services.workflow_runs,
            buckets=self.services.wheel,
            wheels=self.wheels,
            runs=self.runs,
            shard_of=lambda name: shard_of(name, 2),
            clock=self.clock,
        )

    def deliver_ports(self, task: Deliver) -> DeliverPorts:
        return DeliverPorts(
            messages=messages_of(self.services, task),
            lists=self.services.message_lists,
            channels=RecentCircuits(self.services.channels, self.clock),
            channel_data=self.services.channel_data,
            secrets=self.services.channel_secrets,
            delivery=self.delivery,
            buckets=self.services.wheel,
            wheels=self.wheels,
            turns=self.services.channel_turns,
            provider=lambda key: self.providers.get(key, self.provider).send,
            shard_of=lambda name: shard_of(name, 2),
            clock=self.clock,
            chance=lambda: 0.5,
            tell=self.told.update,
        )

    def fan_out_ports(self) -> FanOutPorts:
        return FanOutPorts(
            workflow_runs=self.services.workflow_runs,
            subscriptions=self.services.subscriptions,
            runs=self.runs,
            fan_out=self.fan_outs,
            shard_of=lambda name: shard_of(name, 2),
        )

    def trigger_ports(self) -> TriggerPorts:
        return TriggerPorts(
            definitions=self.services.definitions,
            recipients=self.services.recipients,
            workflow_runs=self.services.workflow_runs,
            runs=self.runs,
            fan_out=self.fan_outs,
            schemas=self.services.trigger_schemas,
            uploads=self.services.uploads,
            new_uuid=lambda: next(self._uuids),
        )

    def _wheel_ports(self) -> WheelPorts:
        return WheelPorts(
            self.services.wheel,
            self.runs,
            self.delivery,
            self.wheels,
            self.services.environments,
            self.clock,
        )
