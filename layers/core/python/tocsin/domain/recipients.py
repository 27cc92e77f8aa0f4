"""Who can be notified: users, objects and tenants are one thing in different collections."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

USERS = "$users"
TENANTS = "$tenants"
MAX_ID_LENGTH = 256
MAX_PROPERTIES_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, order=True)
class RecipientRef:
    """A recipient by name. A user is a bare string on the wire, anything else `{id, collection}`."""

    collection: str
    id: str

    @property
    def gid(self) -> str:
        return f"gid://Object/{self.collection}/{self.id}"

    def to_wire(self) -> str | dict[str, str]:
        return self.id if self.collection == USERS else {"id": self.id, "collection": self.collection}


def user(user_id: str) -> RecipientRef:
    return RecipientRef(USERS, user_id)


def from_wire(value: str | dict[str, Any]) -> RecipientRef:
    """A string is a user; with `collection` it is an object; a map without it is an inline user."""
    if isinstance(value, str):
        return user(value)
    return RecipientRef(value.get("collection") or USERS, value["id"])


@dataclass(frozen=True, slots=True)
class Recipient:
    """`properties` holds all that the customer set, reserved names (`name`, `email`, …) included, as it came."""

    ref: RecipientRef
    created_at: datetime
    updated_at: datetime
    properties: dict[str, Any] = field(default_factory=dict)
    version: int = 0


def id_problem(identifier: str) -> str | None:
    """Why a user id is refused, or None. (The reference: at most 256 characters, no `/` and no `#`.)"""
    if not identifier or not identifier.strip():
        return "must not be empty"
    if len(identifier) > MAX_ID_LENGTH:
        return f"must be at most {MAX_ID_LENGTH} characters, this has {len(identifier)}"
    forbidden = sorted({character for character in identifier if character in "/#" or ord(character) < 32})
    if forbidden:
        return "must not contain " + " or ".join(repr(character) for character in forbidden)
    return None
