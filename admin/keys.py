"""API keys: made here, shown once, stored as a hash."""

from dataclasses import dataclass
from datetime import datetime

from admin.connection import AdminError, Stores
from tocsin.domain.clock import from_iso
from tocsin.domain.environments import DEVELOPMENT, KEY_PREFIXES, ApiKey, KeyKind, hash_of


@dataclass(frozen=True)
class CreatedKey:
    """`key` is the only copy there will ever be."""

    key: str
    kind: KeyKind
    environment: str | None
    name: str
    expires_at: datetime | None


def create_key(
    stores: Stores,
    kind: KeyKind,
    environment: str | None,
    name: str | None = None,
    expires_at: datetime | None = None,
) -> CreatedKey:
    """Raises AdminError when the environment is missing, unknown or too many, or when it would be expired at once."""
    _check_environment(stores, kind, environment)
    now = stores.clock()
    if expires_at is not None and expires_at <= now:
        raise AdminError(f"--expires-at {expires_at.isoformat()} has passed already")
    mode = {None: "", DEVELOPMENT: "test_"}.get(environment, "live_")
    token = f"{KEY_PREFIXES[kind]}{mode}{stores.new_secret()}"
    key = ApiKey(
        id=stores.new_uuid(),
        hash=hash_of(token),
        hint=token[-4:],
        kind=kind,
        name=name or f"{kind.value} key",
        environment=environment,
        created_at=now,
        expires_at=expires_at,
    )
    stores.api_keys.put(key)
    return CreatedKey(token, kind, environment, key.name, expires_at)


def parse_expiry(text: str) -> datetime:
    try:
        return from_iso(text)
    except ValueError:
        raise AdminError(
            f"--expires-at {text!r} is not a date such as 2027-01-31 or 2027-01-31T12:00:00Z"
        ) from None


def _check_environment(stores: Stores, kind: KeyKind, environment: str | None) -> None:
    if kind is KeyKind.SERVICE:
        if environment is not None:
            raise AdminError("a service token is for all environments; leave --environment out")
        return
    slugs = [known.slug for known in stores.environments.all()]
    if environment not in slugs:
        named = (
            f"there is no environment {environment!r}"
            if environment
            else f"a {kind.value} key needs --environment"
        )
        hint = f"there are {', '.join(slugs)}" if slugs else "there are none yet; run `seed` first"
        raise AdminError(f"{named}; {hint}")
