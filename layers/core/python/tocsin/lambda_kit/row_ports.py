"""What the rows of bulk operations are worked on with, from a function's services."""

from functools import cached_property

from tocsin.lambda_kit.inline import inline_ports, subscription_ports
from tocsin.lambda_kit.schedule_ports import schedule_ports
from tocsin.lambda_kit.services import Services
from tocsin.usecases.arm_schedules import SchedulePorts
from tocsin.usecases.delete_recipient import DeletePorts
from tocsin.usecases.identify_inline import InlinePorts
from tocsin.usecases.set_preferences import PreferencePorts
from tocsin.usecases.subscribe import SubscriptionPorts


class RowServices:
    """Each made when the first row asks for it: most need no client but the table's."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @cached_property
    def inline(self) -> InlinePorts:
        return inline_ports(self._services)

    @cached_property
    def preferences(self) -> PreferencePorts:
        return PreferencePorts(self._services.recipients, self._services.preferences)

    @cached_property
    def subscriptions(self) -> SubscriptionPorts:
        return subscription_ports(self._services)

    @cached_property
    def deletions(self) -> DeletePorts:
        return DeletePorts(self._services.removals)

    @cached_property
    def schedules(self) -> SchedulePorts:
        return schedule_ports(self._services)
