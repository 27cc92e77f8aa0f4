"""The channels of a stack on a laptop, one of each type that can be sent without anybody's account: SMS through the
emulator's SNS, and push, chat and webhooks to a server that stands in for their providers."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from admin.connection import Stores
from tocsin.domain.channels import CHAT, HTTP, PUSH, SMS, Channel


class _Wanted(NamedTuple):
    key: str
    name: str
    type: str
    provider: str
    settings: dict[str, Any]


def _wanted(sink: str) -> Iterator[_Wanted]:
    yield _Wanted("sms", "SMS", SMS, "sms_aws_sns", {})
    yield _Wanted("push", "Push", PUSH, "push_expo", {"base_url": f"{sink}/expo"})
    yield _Wanted("chat", "Chat", CHAT, "chat_slack", {"base_url": f"{sink}/slack"})
    yield _Wanted("webhook", "Webhook", HTTP, "http_knock_webhook", {"url": f"{sink}/webhook"})


def make_local_channels(stores: Stores, slug: str, sink: str) -> dict[str, str]:
    """Channel ids by key. What is there keeps its id and is pointed at the sink of today."""
    before = {channel.key: channel for channel in stores.channels.all(slug)}
    now = stores.clock()
    made = [
        replace(before[wanted.key], settings=wanted.settings, updated_at=now)
        if wanted.key in before
        else Channel(
            stores.new_uuid(),
            wanted.key,
            wanted.name,
            wanted.type,
            wanted.provider,
            now,
            now,
            wanted.settings,
        )
        for wanted in _wanted(sink)
    ]
    for channel in made:
        stores.channels.put(slug, channel)
    return {channel.key: channel.id for channel in made}
