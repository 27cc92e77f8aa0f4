"""Steps of each channel type, and recipients that can be reached on them."""

from typing import Any

from tests.builders.channels import put_channel
from tests.builders.http_sink import Sink
from tests.builders.world import ENV, World
from tocsin.channels.chat.slack import SlackProvider
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.webhook.http import WebhookProvider
from tocsin.domain.recipients import RecipientRef

PHONES = [f"ExponentPushToken[{name}]" for name in ("a", "b", "c")]


def step(channel: str, template: dict[str, Any], ref: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "channel", "ref": ref or channel, "channel_key": channel, "template": template, **more}


def push(**more: Any) -> dict[str, Any]:
    return step("push_expo", {"title": "Hi", "text_body": "{{ data.text }}"}, **more)


def has_devices(world: World, ref: RecipientRef, *devices: dict[str, Any] | str) -> str:
    """The channel's id."""
    channel_id = put_channel(world.services, "push_expo")
    listed = [{"token": one} if isinstance(one, str) else one for one in devices]
    data = {"tokens": [device["token"] for device in listed], "devices": listed}
    world.services.channel_data.put(ENV, ref, {channel_id: data})
    return channel_id


def contents(world: World, ref: RecipientRef) -> list[dict[str, Any]]:
    return [world.services.messages.content(ENV, message) for message in world.messages_of(ref)]


def skipped(world: World) -> dict[str, Any]:
    [event] = [event for event in world.only_run().events if event.event == "step_skipped"]
    return event.data or {}


def slack(world: World, sink: Sink) -> str:
    """The channel's id; Slack is the sink."""
    channel_id = put_channel(world.services, "chat_slack")
    [channel] = [one for one in world.services.channels.all(ENV) if one.id == channel_id]
    channel.settings["base_url"] = sink.url
    world.services.channels.put(ENV, channel)
    world.provider.send = SlackProvider(HttpClient(frozenset({sink.host})).send).send  # type: ignore[method-assign]
    return channel_id


def webhook(world: World, sink: Sink) -> None:
    put_channel(world.services, "http_knock_webhook")
    http = HttpClient(frozenset({sink.host})).send
    world.provider.send = WebhookProvider(http, world.clock).send  # type: ignore[method-assign]
