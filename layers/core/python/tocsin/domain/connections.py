"""A recipient's connections to a chat, and how a message names one without repeating what is secret of it.

Whoever knows a token, or the URL of an incoming webhook, can write there. A message keeps neither: it keeps who is
meant, and who sends looks the rest up in the channel data of that moment.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

Connection = Mapping[str, Any]

_NAMES = ("channel_id", "user_id", "chat_id", "ms_teams_channel_id", "ms_teams_user_id")
_TOKEN, _WEBHOOK = "access_token", "incoming_webhook"


def key_of(connection: Connection) -> str:
    """Tells a recipient's connections apart; empty for one that names nobody."""
    if webhook_of(connection):
        return _fingerprint(webhook_of(connection))
    return next((str(connection[name]) for name in _NAMES if connection.get(name)), "")


def webhook_of(connection: Connection) -> str:
    return str((connection.get(_WEBHOOK) or {}).get("url") or "")


def without_secrets(connection: Connection) -> dict[str, Any]:
    """As a message keeps it: a webhook by its fingerprint."""
    kept = {name: value for name, value in connection.items() if name not in (_TOKEN, _WEBHOOK)}
    url = webhook_of(connection)
    return {**kept, _WEBHOOK: {"fingerprint": _fingerprint(url)}} if url else kept


def secrets_in(connection: Connection) -> dict[str, Any]:
    """What `without_secrets` leaves out."""
    return {name: connection[name] for name in (_TOKEN, _WEBHOOK) if connection.get(name)}


def is_meant(kept: Connection, connection: Connection) -> bool:
    """Whether `connection` is what a message kept as `kept`."""
    meant = (kept.get(_WEBHOOK) or {}).get("fingerprint")
    return key_of(connection) == (meant or key_of(kept))


def _fingerprint(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:16]
