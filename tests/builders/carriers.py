"""Channels with a say in how they deliver, and providers of their own."""

from dataclasses import replace
from typing import Any

from tests.builders.outside import Provider
from tests.builders.world import ENV, START, World
from tocsin.domain.channels import Channel
from tocsin.domain.providers import merged

BACKUP_CHANNEL = "00000000-0000-4000-8000-000000000009"


def tell_email(world: World, **settings: Any) -> None:
    """Settings for the email channel that everybody has; None takes one away."""
    channel = next(one for one in world.services.channels.all(ENV) if one.key == "email")
    world.services.channels.put(ENV, replace(channel, settings=merged(channel.settings, settings)))


def add_backup(world: World, **settings: Any) -> Provider:
    """A second email channel, `backup`, through another provider."""
    channel = Channel(BACKUP_CHANNEL, "backup", "Backup", "email", "email_postmark", START, START, settings)
    world.services.channels.put(ENV, channel)
    provider = world.providers["email_postmark"] = Provider()
    return provider
