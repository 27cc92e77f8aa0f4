"""API keys, signing keys and client authentication on the wire. Tocsin's own endpoints; Knock has pages for them.

A key itself is in the answer that made it, and in no other.
"""

import base64
from datetime import datetime
from typing import Any, Literal, cast

from pydantic import ConfigDict, Field

from tocsin.contract.management import DEFAULT_LIMIT, MAX_LIMIT
from tocsin.contract.model import Model
from tocsin.contract.paging import Moment, PageInfoOut
from tocsin.domain.clock import to_iso
from tocsin.domain.created_secrets import CreatedSecret
from tocsin.domain.environments import ApiKey, Environment, KeyChanges, KeyKind, SigningKey

Json = dict[str, Any]


class _Exact(Model):
    """A misspelt field is refused: `expire_at` would make a key that never ends."""

    model_config = ConfigDict(extra="forbid")


class KeysQuery(Model):
    after: str | None = Field(default=None, description="Cursor: what comes after it")
    before: str | None = Field(default=None, description="Cursor: what comes before it")
    page_size: int = Field(
        default=DEFAULT_LIMIT, alias="limit", ge=1, le=MAX_LIMIT, description="Entries a page"
    )


class ApiKeysQuery(KeysQuery):
    environment: str | None = Field(default=None, description="Only keys of this environment")
    kind: KeyKind | None = Field(default=None, description="Only keys of this kind")


class ForceQuery(Model):
    force: bool = Field(
        default=False,
        description="Also when enhanced security is on and browsers would be locked out by it",
    )


class ApiKeyIn(_Exact):
    """`environment` names the one that a secret or a public key opens; a service token opens all."""

    kind: KeyKind
    environment: str | None = None
    name: str | None = None
    expires_at: Moment | None = None


class KeyChangesIn(_Exact):
    """What is left out stays as it is; `expires_at: null` lets the key live for ever."""

    name: str = ""
    expires_at: Moment | None = None

    def changes(self) -> KeyChanges:
        return cast(KeyChanges, self.model_dump(exclude_unset=True))


class SigningKeyIn(_Exact):
    """With `public_key`, the customer's own RSA key in PEM, nothing is made and nobody else has the private half."""

    name: str | None = None
    expires_at: Moment | None = None
    public_key: str | None = None


class ClientAuthenticationIn(_Exact):
    enhanced_security: bool = Field(strict=True)


class ApiKeyOut(Model):
    typename: Literal["ApiKey"] = Field(alias="__typename")
    id: str
    name: str
    kind: KeyKind
    environment: str | None
    hint: str
    created_at: datetime
    expires_at: datetime | None
    expired: bool


class CreatedApiKeyOut(ApiKeyOut):
    """The only answer with the key itself: only its hash is kept."""

    key: str


class ApiKeysPageOut(Model):
    entries: list[ApiKeyOut]
    page_info: PageInfoOut


class SigningKeyOut(Model):
    typename: Literal["SigningKey"] = Field(alias="__typename")
    id: str
    name: str
    environment: str
    public_key: str
    created_at: datetime
    expires_at: datetime | None
    expired: bool


class CreatedSigningKeyOut(SigningKeyOut):
    """The only answer with the private key, as PEM and as the one line that environment variables take."""

    private_key: str | None
    private_key_base64: str | None


class SigningKeysPageOut(Model):
    entries: list[SigningKeyOut]
    page_info: PageInfoOut


class RequestSecretOut(Model):
    secret: str = Field(description="Shown this once")
    previous_ends_at: str | None = Field(
        description="Until when requests are signed with the one before, too"
    )


class ClientAuthenticationOut(Model):
    typename: Literal["ClientAuthentication"] = Field(alias="__typename")
    environment: str
    enhanced_security: bool


def created_secret_out(created: CreatedSecret) -> Json:
    ends_at = created.previous_ends_at
    return {"secret": created.secret, "previous_ends_at": to_iso(ends_at) if ends_at else None}


def api_key_out(key: ApiKey, now: datetime) -> Json:
    return {
        "__typename": "ApiKey",
        "id": key.id,
        "name": key.name,
        "kind": key.kind.value,
        "environment": key.environment,
        "hint": key.hint,
        "created_at": to_iso(key.created_at),
        "expires_at": to_iso(key.expires_at) if key.expires_at else None,
        "expired": key.is_expired(now),
    }


def signing_key_out(key: SigningKey, now: datetime) -> Json:
    return {
        "__typename": "SigningKey",
        "id": key.id,
        "name": key.name,
        "environment": key.environment,
        "public_key": key.public_key,
        "created_at": to_iso(key.created_at),
        "expires_at": to_iso(key.expires_at) if key.expires_at else None,
        "expired": key.is_expired(now),
    }


def private_key_out(private_key: str | None) -> Json:
    """What the creation of a signing key shows beside it, once."""
    one_line = base64.b64encode(private_key.encode()).decode() if private_key else None
    return {"private_key": private_key, "private_key_base64": one_line}


def client_authentication_out(environment: Environment) -> Json:
    return {
        "__typename": "ClientAuthentication",
        "environment": environment.slug,
        "enhanced_security": environment.requires_user_token,
    }
