"""Whose message an email is: tags that a provider keeps with it and hands back with every receipt, so that no receipt
needs a look-up of its own."""

from tocsin.channels.base import Outgoing

ENVIRONMENT_TAG = "tocsin_environment"
MESSAGE_TAG = "tocsin_message"


def tags(outgoing: Outgoing) -> dict[str, str]:
    return {ENVIRONMENT_TAG: outgoing.environment, MESSAGE_TAG: outgoing.message_id}
