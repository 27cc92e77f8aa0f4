"""Environments and the keys that open them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

DEVELOPMENT = "development"
PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Environment:
    """`variables` are the template's `vars.*`; `branding` is `vars.branding.*`."""

    slug: str
    name: str
    order: int
    created_at: datetime
    updated_at: datetime
    variables: dict[str, Any] = field(default_factory=dict)
    branding: dict[str, Any] = field(default_factory=dict)


class KeyKind(StrEnum):
    SECRET = "secret"
    PUBLIC = "public"
    SERVICE = "service"


KEY_PREFIXES = {KeyKind.SECRET: "sk_", KeyKind.PUBLIC: "pk_", KeyKind.SERVICE: "knock_st_"}


def kind_of(token: str) -> KeyKind | None:
    """What a key says of itself: the official clients look at the prefix too."""
    return next((kind for kind, prefix in KEY_PREFIXES.items() if token.startswith(prefix)), None)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`environment` is None for service tokens, which name one in each call. Only the hash is ever stored."""

    hash: str
    kind: KeyKind
    name: str
    environment: str | None
    created_at: datetime
    expires_at: datetime | None = None

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now
