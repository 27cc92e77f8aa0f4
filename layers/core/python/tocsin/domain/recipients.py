"""Who can be notified: users, objects and tenants are one thing in different collections."""

from dataclasses import field
from datetime import datetime
from typing import Any, NamedTuple

from tocsin.domain.values import dataclass

USERS = "$users"
TENANTS = "$tenants"
MAX_ID_LENGTH = 256
MAX_COLLECTION_BYTES = 512  # escaped, it leaves room in a key of DynamoDB's for any id beside it
MAX_PROPERTIES_BYTES = 256 * 1024


class RecipientRef(NamedTuple):
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


def read_gid(text: str) -> RecipientRef | None:
    """`gid://Object/{collection}/{id}`; None for anything else.

    >>> read_gid("gid://Object/$tenants/acme")
    RecipientRef(collection='$tenants', id='acme')
    """
    scheme, _, rest = text.partition("gid://Object/")
    collection, _, identifier = rest.partition("/")
    return RecipientRef(collection, identifier) if not scheme and collection and identifier else None


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


def object_id_problem(identifier: str) -> str | None:
    """Why an object's id is refused, or None: it may hold anything, but not nothing."""
    if not identifier.strip():
        return "must not be empty"
    if len(identifier) > MAX_ID_LENGTH:
        return f"must be at most {MAX_ID_LENGTH} characters, this has {len(identifier)}"
    return None


def collection_problem(collection: str) -> str | None:
    """Why a collection is refused, or None. `$users` and `$tenants` are ours; no customer makes another with `$`."""
    problem = id_problem(collection)
    if problem:
        return problem
    if len(collection.encode()) > MAX_COLLECTION_BYTES:
        return f"must be at most {MAX_COLLECTION_BYTES} bytes of UTF-8"
    if collection.startswith("$") and collection not in (USERS, TENANTS):
        return f"must not begin with '$': only {USERS} and {TENANTS} do"
    return None


@dataclass(frozen=True, slots=True)
class InlineRecipient:
    """A recipient as a body names it. `properties` is None where it is only named; `place` is where in the body."""

    ref: RecipientRef
    place: str
    properties: dict[str, Any] | None = None
    channel_data: dict[str, Any] = field(default_factory=dict)
    preferences: dict[str, Any] = field(default_factory=dict)
