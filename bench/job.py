"""The job that everybody who is measured does: one trigger, a rendered in-app message for each recipient, kept, and
shown in a feed with counts. Who is told what, and by which templates, is said here and nowhere else.
"""

from collections.abc import Iterable
from typing import Any

RECIPIENTS = 1_000
"""Of the large trigger."""

PAGE = 50
FEED_ITEMS = 200
"""In the feed that is read: the page, and more for the counts."""
READER, OTHER = 0, 1
"""Whose feed is read, and whom single triggers tell, so that it stays as long as it is."""

WORKFLOW = "new-comment"
MARKDOWN_BODY = "**{{ data.author }}** asks you, {{ recipient.name }}: {{ data.text | truncate: 40 }}"
ACTION_URL = "https://app.example/d/{{ data.id }}"


def user_id(number: int) -> str:
    return f"user-{number:04d}"


def user_properties(number: int) -> dict[str, Any]:
    return {"name": f"Ada Example {number}", "email": f"ada.{number}@example.com"}


def data(number: int = 0) -> dict[str, Any]:
    """What a trigger brings along."""
    return {"id": f"{number:08d}", "author": "Grace Hopper", "text": "Does the new date suit everybody?"}


def steps() -> list[dict[str, Any]]:
    """The workflow, as ours is told it."""
    template = {"markdown_body": MARKDOWN_BODY, "action_url": ACTION_URL}
    return [{"type": "channel", "ref": "in_app_1", "channel_key": "in-app", "template": template}]


def trigger(recipients: Iterable[int], number: int = 0) -> dict[str, Any]:
    """The body of the call, which is the same everywhere."""
    return {"recipients": list(map(user_id, recipients)), "data": data(number)}
