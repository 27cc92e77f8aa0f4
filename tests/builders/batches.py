"""Workflows that batch, and what one sees of their batches."""

from typing import Any

from tests.builders.world import ENV, World
from tocsin.domain.recipients import RecipientRef

WHAT_CAME = "{{ total_activities }}: {% for one in activities %}{{ one.data.n }} {% endfor %}"


def batch(seconds: int | None = 60, ref: str = "batch_1", **settings: Any) -> dict[str, Any]:
    window = {"unit": "seconds", "value": seconds} if seconds is not None else None
    latest = {"workflow_version_mode": "latest"}
    return {"type": "batch", "ref": ref, "settings": {"batch_window": window, **latest, **settings}}


def sliding(seconds: int, limit: int, **settings: Any) -> dict[str, Any]:
    extension = {"unit": "seconds", "value": limit}
    return batch(seconds, batch_window_type="sliding", batch_window_extension_limit=extension, **settings)


def feed(markdown: str = WHAT_CAME, ref: str = "in_app_1", **more: Any) -> dict[str, Any]:
    template = {"markdown_body": markdown}
    return {"type": "channel", "ref": ref, "channel_key": "in-app", "template": template, **more}


def said(world: World, ref: RecipientRef) -> list[str]:
    """The text of the recipient's feed items, oldest first."""
    found = [world.services.messages.content(ENV, message) for message in world.messages_of(ref)]
    return [content["blocks"][0]["rendered"].removeprefix("<p>").removesuffix("</p>") for content in found]


def come(
    world: World, *numbers: int, after: float = 0.01, who: str = "jane", key: str = "digest", **data: Any
) -> None:
    """Triggers, each so many seconds after the one before."""
    for number in numbers:
        world.advance(after)
        world.trigger(key, who, data={"n": number, **data})
        world.settle()
