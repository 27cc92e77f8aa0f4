"""Environments and the keys that open them."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypedDict

from tocsin.domain.signing_secrets import SigningSecret
from tocsin.domain.translations import DEFAULT_LOCALE

DEVELOPMENT = "development"
PRODUCTION = "production"
DEFAULT_TIMEZONE = "Etc/UTC"


@dataclass(frozen=True, slots=True)
class Environment:
    """`variables` are the template's `vars.*`; `branding` is `vars.branding.*`. Translations in the `default_locale`
    speak to everybody for whom there is none of their own; windows and schedules of a recipient without a time zone are
    read by the clock of the `default_timezone`.

    `secret_names` are the secret variables that have a value here; `secrets` are those values, which only whoever
    runs steps is given. They are stored elsewhere and no answer has them. `request_secrets` are the names of those that
    requests of fetch steps are signed with, the oldest first.

    `requires_user_token` is the reference's enhanced security mode: a public key alone then opens nothing.
    """

    slug: str
    name: str
    order: int
    created_at: datetime
    updated_at: datetime
    variables: dict[str, Any] = field(default_factory=dict)
    branding: dict[str, Any] = field(default_factory=dict)
    default_locale: str = DEFAULT_LOCALE
    default_timezone: str = DEFAULT_TIMEZONE
    secret_names: tuple[str, ...] = ()
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    request_secrets: tuple[SigningSecret, ...] = ()
    requires_user_token: bool = False
    version: int = 0


class KeyKind(StrEnum):
    SECRET = "secret"
    PUBLIC = "public"
    SERVICE = "service"


KEY_PREFIXES = {KeyKind.SECRET: "sk_", KeyKind.PUBLIC: "pk_", KeyKind.SERVICE: "knock_st_"}


def kind_of(token: str) -> KeyKind | None:
    """What a key says of itself: the official clients look at the prefix too."""
    return next((kind for kind, prefix in KEY_PREFIXES.items() if token.startswith(prefix)), None)


def hash_of(key: str) -> str:
    """Keys are 256 random bits, so a plain SHA-256 is as good as any slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`environment` is None for service tokens, which name one in each call.

    Only the hash is ever stored; `hint` is the key's end, by which people tell their keys apart in a list.
    """

    id: str
    hash: str
    hint: str
    kind: KeyKind
    name: str
    environment: str | None
    created_at: datetime
    expires_at: datetime | None = None
    version: int = 0

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The public half of a key that a product's backend signs user tokens with (RS256, PEM).

    While one key takes over from another both verify; `expires_at` ends the older one. The private half is shown once
    and kept nowhere.
    """

    id: str
    environment: str
    name: str
    public_key: str
    created_at: datetime
    expires_at: datetime | None = None
    version: int = 0

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class KeyChanges(TypedDict, total=False):
    """What may change of either key. What is not named stays; `expires_at` None means that the key never ends."""

    name: str
    expires_at: datetime | None
