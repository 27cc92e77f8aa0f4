"""The job that everybody who is measured does: one trigger, a rendered in-app message for each recipient, kept, and
shown in a feed with counts. Who is told what, and by which templates, is said here and nowhere else.
"""

from typing import Any

RECIPIENTS = 1_000
"""Of the large trigger. A single one tells the first of them."""

PAGE = 50
FEED_ITEMS = 200
"""In the feed that is read: a page and what the counts go beyond it."""

WORKFLOW = "new-comment"
MARKDOWN_BODY = (
    "**{{ data.author }}** commented on [{{ data.document }}](https://app.example/d/{{ data.id }}):"
    " {{ data.excerpt | truncate: 60 }}"
)
ACTION_URL = "https://app.example/d/{{ data.id }}?to={{ recipient.name | url_encode }}"


def user_id(number: int) -> str:
    return f"user-{number:04d}"


def user_properties(number: int) -> dict[str, Any]:
    return {"name": f"Ada Example {number}", "email": f"ada.{number}@example.com"}


def data(number: int = 0) -> dict[str, Any]:
    """What a trigger brings along."""
    return {
        "id": f"{number:08d}",
        "author": "Grace Hopper",
        "document": "Plan for the second quarter",
        "excerpt": "I have moved the launch by a week; does that still suit everybody who has to be there?",
    }


def steps() -> list[dict[str, Any]]:
    """The workflow, as ours is told it."""
    template = {"markdown_body": MARKDOWN_BODY, "action_url": ACTION_URL}
    return [{"type": "channel", "ref": "in_app_1", "channel_key": "in-app", "template": template}]


def trigger(recipients: int, number: int = 0) -> dict[str, Any]:
    """The body of the call, which is the same everywhere."""
    return {"recipients": [user_id(one) for one in range(recipients)], "data": data(number)}
