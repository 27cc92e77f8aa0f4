"""Wiring of what identifies recipients on the way. Knows no request, so that workers can use it."""

from tocsin.lambda_kit.services import Services
from tocsin.usecases.identify_inline import InlinePorts
from tocsin.usecases.subscribe import SubscriptionPorts


def inline_ports(services: Services) -> InlinePorts:
    return InlinePorts(services.recipients, services.channels, services.channel_data, services.preferences)


def subscription_ports(services: Services) -> SubscriptionPorts:
    return SubscriptionPorts(inline_ports(services), services.subscriptions)
