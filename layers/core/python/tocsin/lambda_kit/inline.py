"""Wiring of what identifies recipients on the way."""

from tocsin.lambda_kit.services import Services
from tocsin.usecases.identify_inline import InlinePorts


def inline_ports(services: Services) -> InlinePorts:
    return InlinePorts(services.recipients, services.channels, services.channel_data, services.preferences)
