"""Sources: services from outside whose events runs wait for, and that trigger workflows.

A source is the account's, and has for each environment its own settings, mappings and secret. Settings say where in
what is sent the parts of an event lie; a mapping says which workflow an event triggers, and from what.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tocsin.domain.clock import from_iso
from tocsin.domain.environments import hash_of

Json = Mapping[str, Any]

TRIGGERS = "workflows_trigger"
MAX_IDEMPOTENCY_KEY = 255


class SourceKind(StrEnum):
    HTTP = "http"
    EVENTBRIDGE = "eventbridge"


# Where the parts of an event lie unless settings say otherwise: the first path that leads to something counts.
DEFAULT_PATHS: Mapping[SourceKind, Mapping[str, tuple[str, ...]]] = {
    SourceKind.HTTP: {
        "event_type_path": ("body.event", "body.type"),
        "user_id_path": ("body.userId", "body.user_id"),
        "data_path": ("body.properties", "body.data", "body"),
        "idempotency_key_path": ("body.messageId", "body.message_id", "body.id"),
        "timestamp_path": (),
    },
    SourceKind.EVENTBRIDGE: {
        "event_type_path": ("body.detail-type",),
        "user_id_path": ("body.detail.userId", "body.detail.user_id"),
        "data_path": ("body.detail",),
        "idempotency_key_path": ("body.id",),
        "timestamp_path": (),
    },
}
PATHS = tuple(DEFAULT_PATHS[SourceKind.HTTP])
BUS_SOURCE = (
    "event_bus_source"  # the one setting that is no path: what the events of the bus call their source
)


@dataclass(frozen=True, slots=True)
class EventMapping:
    """An event of this type triggers the workflow; `parameters` are paths to what a trigger takes."""

    event_type: str
    workflow: str
    parameters: Json
    created_at: datetime
    updated_at: datetime
    active: bool = True


@dataclass(frozen=True, slots=True)
class SourceSecret:
    """Only the hash is kept. `ends_at` is set once a newer one has taken over."""

    hash: str
    ends_at: datetime | None = None

    def opens_with(self, secret: str, now: datetime) -> bool:
        is_live = self.ends_at is None or now < self.ends_at
        return hmac.compare_digest(self.hash, hash_of(secret)) and is_live


@dataclass(frozen=True, slots=True)
class SourceEnvironment:
    """What a source is in one environment."""

    updated_at: datetime
    settings: Mapping[str, str] = field(default_factory=dict)
    mappings: tuple[EventMapping, ...] = ()
    secrets: tuple[SourceSecret, ...] = field(default=(), repr=False)

    def opens_with(self, secret: str, now: datetime) -> bool:
        return any(one.opens_with(secret, now) for one in self.secrets)

    def mapped(self, event_type: str) -> Iterator[EventMapping]:
        return (one for one in self.mappings if one.active and one.event_type == event_type)


@dataclass(frozen=True, slots=True)
class EventSource:
    key: str
    name: str
    kind: SourceKind
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    custom_image_url: str | None = None
    environments: Mapping[str, SourceEnvironment] = field(default_factory=dict)
    version: int = 0

    def within(self, env: str) -> SourceEnvironment:
        return self.environments.get(env) or SourceEnvironment(self.created_at)

    def paths(self, env: str, part: str) -> tuple[str, ...]:
        own = self.within(env).settings.get(part)
        return (own,) if own else DEFAULT_PATHS[self.kind][part]

    def read(self, env: str, sent: Json, received_at: datetime) -> "SourceEvent | None":
        """The event in what was sent, a `body` and its `headers`; None where it has no type."""
        parts = {part: first_at(sent, self.paths(env, part)) for part in PATHS}
        event_type = _name(parts["event_type_path"])
        if event_type is None:
            return None
        return SourceEvent(
            type=event_type,
            data=parts["data_path"],
            user_id=_name(parts["user_id_path"]),
            idempotency_key=_idempotency_key(parts["idempotency_key_path"]),
            at=min(_moment(parts["timestamp_path"]) or received_at, received_at),
        )


@dataclass(frozen=True, slots=True)
class SourceEvent:
    """`at` is when it happened, as far as its sender is to be believed: never after it came."""

    type: str
    data: Any
    at: datetime
    user_id: str | None = None
    idempotency_key: str | None = None


def value_at(sent: Json, path: str) -> Any:
    """What lies at a dotted path, such as `body.items.0.id`; None where nothing does.

    >>> value_at({"body": {"items": [{"id": "a"}]}}, "body.items.0.id")
    'a'
    """
    value: Any = sent
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def first_at(sent: Json, paths: tuple[str, ...]) -> Any:
    found = (value_at(sent, path) for path in paths)
    return next((value for value in found if value is not None), None)


def _name(value: Any) -> str | None:
    """Ids come as numbers, too."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number or (isinstance(value, str) and value) else None


def _idempotency_key(value: Any) -> str | None:
    """One that could not be kept is none: the event counts, and each repetition of it does."""
    name = _name(value)
    return name if name is not None and len(name) <= MAX_IDEMPOTENCY_KEY else None


def _moment(value: Any) -> datetime | None:
    try:
        return from_iso(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None
