"""What the rows of bulk operations are worked on with, from a function's services."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from tocsin.domain.channel_groups import ChannelGroup
from tocsin.domain.channels import Channel
from tocsin.lambda_kit.schedule_ports import schedule_ports
from tocsin.lambda_kit.services import Services
from tocsin.store.foreseen import ForeseenTable, NotingTable, over
from tocsin.store.table import Table
from tocsin.usecases.arm_schedules import SchedulePorts
from tocsin.usecases.channel_ports import Channels
from tocsin.usecases.delete_recipient import DeletePorts
from tocsin.usecases.identify_inline import InlinePorts
from tocsin.usecases.set_preferences import PreferencePorts
from tocsin.usecases.subscribe import SubscriptionPorts


class ChannelsOnce:
    """As they are when the first row asks for them: a channel was made before the rows that name it were sent."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels
        self._known: dict[str, list[Channel]] = {}

    def all(self, env: str) -> list[Channel]:
        if env not in self._known:
            self._known[env] = self._channels.all(env)
        return self._known[env]

    def groups(self) -> list[ChannelGroup]:
        return self._channels.groups()


class RowServices:
    """For the rows of one chunk. Each is made when the first row asks for it: most need no client but the table's."""

    def __init__(self, services: Services, table: Table) -> None:
        self._services = services
        self._table = table

    def foreseeing(self, reading: Callable[["RowServices"], None]) -> "RowServices":
        noted = NotingTable()
        reading(RowServices(self._services, noted))
        return RowServices(self._services, ForeseenTable(self._table, noted.keys))

    @cached_property
    def inline(self) -> InlinePorts:
        services, table = self._services, self._table
        return InlinePorts(
            over(services.recipients, table),
            ChannelsOnce(over(services.channels, table)),
            over(services.channel_data, table),
            over(services.preferences, table),
        )

    @cached_property
    def preferences(self) -> PreferencePorts:
        return self.inline.for_preferences

    @cached_property
    def subscriptions(self) -> SubscriptionPorts:
        return SubscriptionPorts(self.inline, over(self._services.subscriptions, self._table))

    @cached_property
    def deletions(self) -> DeletePorts:
        return DeletePorts(self._services.removals)

    @cached_property
    def schedules(self) -> SchedulePorts:
        services, table = self._services, self._table
        return replace(
            schedule_ports(services),
            definitions=over(services.definitions, table),
            environments=over(services.environments, table),
            inline=self.inline,
        )
