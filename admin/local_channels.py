"""The channels of a stack on a laptop, one of each type that can be sent without anybody's account: SMS through the
emulator's SNS, and push, chat and webhooks to a server that stands in for their providers."""

from typing import Any

from admin.connection import Stores
from tocsin.usecases.configure_channels import set_channel


def _wanted(sink: str) -> dict[str, dict[str, Any]]:
    return {
        "sms": {"name": "SMS", "provider": "sms_aws_sns"},
        "push": {"name": "Push", "provider": "push_expo", "settings": {"base_url": f"{sink}/expo"}},
        "chat": {"name": "Chat", "provider": "chat_slack", "settings": {"base_url": f"{sink}/slack"}},
        "webhook": {
            "name": "Webhook",
            "provider": "http_knock_webhook",
            "settings": {"url": f"{sink}/webhook"},
        },
    }


def make_local_channels(stores: Stores, slug: str, sink: str) -> dict[str, str]:
    """Channel ids by key. What is there keeps its id and is pointed at the sink of today."""
    ports, now = stores.channel_ports, stores.clock()
    return {key: set_channel(ports, slug, key, sent, now).id for key, sent in _wanted(sink).items()}
