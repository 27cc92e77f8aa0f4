"""A channel: one configured way out, such as the SES account or the in-app feed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

IN_APP_FEED = "in_app_feed"
EMAIL = "email"
IN_APP_GUIDE = "in_app_guide"
SMS = "sms"
PUSH = "push"
CHAT = "chat"
HTTP = "http"

TYPES = frozenset({IN_APP_FEED, EMAIL, IN_APP_GUIDE, SMS, PUSH, CHAT, HTTP})
# Types whose destinations a recipient has as channel data; all others find theirs in its properties, or need none.
WITH_CHANNEL_DATA = frozenset({PUSH, CHAT})


@dataclass(frozen=True, slots=True)
class Channel:
    """`settings` are the provider's own: `domain/providers.py` says which. `secrets` are the names of those that are
    set; what they are lies elsewhere, and only who sends reads it. `conditions` say for which runs the channel is
    there; in a sandbox they are not asked, and messages are made and never sent."""

    id: str
    key: str
    name: str
    type: str
    provider: str
    created_at: datetime
    updated_at: datetime
    settings: dict[str, Any] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    conditions: dict[str, Any] | None = None
    is_sandbox: bool = False
    version: int = 0
