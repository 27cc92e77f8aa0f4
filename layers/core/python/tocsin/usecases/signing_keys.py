"""The keys that user tokens are signed with, and whether an environment insists on such tokens (enhanced security).

Every change that could leave an environment which insists without a key is made by compare-and-set on the
environment: of two that would do so together, one meets the other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from tocsin.domain.clock import to_iso
from tocsin.domain.environments import Environment, KeyChanges, SigningKey
from tocsin.domain.errors import FieldProblem, InvalidParamsError, NotFoundError, SigningKeyRequiredError
from tocsin.domain.ids import NewUuid
from tocsin.usecases.credential_ports import SigningKeys
from tocsin.usecases.credentials import (
    check_changes,
    existing_environment,
    expiry_problems,
    name_problems,
    refuse,
)
from tocsin.usecases.ports import Environments
from tocsin.usecases.repeating import persistently
from tocsin.usecases.rsa_keys import KeyPair, checked_public_key, new_key_pair

_NEVER = datetime.max.replace(tzinfo=UTC)


class SigningKeyPorts(NamedTuple):
    environments: Environments
    signing_keys: SigningKeys
    new_uuid: NewUuid
    new_key_pair: Callable[[], KeyPair] = new_key_pair


@dataclass(frozen=True, slots=True)
class CreatedSigningKey:
    """`private_key` is the only copy there will ever be; None when the customer brought a key along."""

    signing_key: SigningKey
    private_key: str | None = field(repr=False)


def create_signing_key(
    ports: SigningKeyPorts,
    env: str,
    now: datetime,
    *,
    name: str | None = None,
    expires_at: datetime | None = None,
    public_key: str | None = None,
) -> CreatedSigningKey:
    """A new RSA key, or the customer's own by its public half. Raises InvalidParamsError or NotFoundError."""
    existing_environment(ports.environments, env)
    refuse([*name_problems(name), *expiry_problems(expires_at, now)])
    if public_key is None:
        pair = ports.new_key_pair()
        public_pem, private_pem = pair.public_key, pair.private_key
    else:
        public_pem, private_pem = _brought_along(ports.signing_keys.all(env), public_key), None
    signing_key = SigningKey(
        id=ports.new_uuid(),
        environment=env,
        name=name or "signing key",
        public_key=public_pem,
        created_at=now,
        expires_at=expires_at,
    )
    ports.signing_keys.put(signing_key)
    return CreatedSigningKey(signing_key, private_pem)


def list_signing_keys(ports: SigningKeyPorts, env: str) -> list[SigningKey]:
    """Oldest first. Raises NotFoundError for an environment that does not exist."""
    existing_environment(ports.environments, env)
    return ports.signing_keys.all(env)


def change_signing_key(
    ports: SigningKeyPorts, env: str, key_id: str, changes: KeyChanges, now: datetime, *, force: bool = False
) -> SigningKey:
    """Another name, another end or none. Raises InvalidParamsError, NotFoundError or SigningKeyRequiredError."""
    check_changes(changes, now)

    def attempt() -> SigningKey:
        environment = existing_environment(ports.environments, env)
        keys = ports.signing_keys.all(env)
        before = _named(keys, env, key_id)
        after = replace(before, **changes)
        _check_lock_out(environment, keys, [after, *_others(keys, before)], now, force=force)
        if after != before:
            ports.signing_keys.put(after, environment)
        return after

    return persistently(attempt, f"the signing keys of {env} are being")


def revoke_signing_key(
    ports: SigningKeyPorts, env: str, key_id: str, now: datetime, *, force: bool = False
) -> SigningKey:
    """Tokens signed with it are refused within a minute. Raises NotFoundError or SigningKeyRequiredError."""

    def attempt() -> SigningKey:
        environment = existing_environment(ports.environments, env)
        keys = ports.signing_keys.all(env)
        key = _named(keys, env, key_id)
        _check_lock_out(environment, keys, _others(keys, key), now, force=force)
        ports.signing_keys.delete(key, environment)
        return key

    return persistently(attempt, f"the signing keys of {env} are being")


def switch_enhanced_security(ports: SigningKeyPorts, env: str, on: bool, now: datetime) -> Environment:
    """On, a public key alone opens nothing. Raises SigningKeyRequiredError while no key could verify a user token."""

    def attempt() -> Environment:
        before = existing_environment(ports.environments, env)
        if on and not any(not key.is_expired(now) for key in ports.signing_keys.all(env)):
            raise SigningKeyRequiredError(
                f"{env} has no live signing key, so enhanced security would lock every browser out;"
                " create a signing key first and let your backend sign user tokens with it"
            )
        if before.requires_user_token == on:
            return before
        after = replace(before, requires_user_token=on, updated_at=now)
        ports.environments.put(after)
        return after

    return persistently(attempt, f"the environment {env} is being")


def _brought_along(keys: Iterable[SigningKey], public_key: str) -> str:
    """The customer's key, once: of two that are one, revoking the first would end nothing."""

    try:
        pem = checked_public_key(public_key)
    except ValueError as error:
        raise InvalidParamsError([FieldProblem("public_key", str(error))]) from error
    refuse(
        FieldProblem("public_key", f"is here already, as the signing key {key.id}")
        for key in keys
        if key.public_key == pem
    )
    return pem


def _named(keys: Iterable[SigningKey], env: str, key_id: str) -> SigningKey:
    found = next((key for key in keys if key.id == key_id), None)
    if found is None:
        raise NotFoundError(f"{env} has no signing key with the id {key_id!r}; it may have been revoked")
    return found


def _others(keys: Iterable[SigningKey], key: SigningKey) -> list[SigningKey]:
    return [other for other in keys if other.id != key.id]


def _check_lock_out(
    environment: Environment,
    before: Sequence[SigningKey],
    after: Sequence[SigningKey],
    now: datetime,
    *,
    force: bool,
) -> None:
    """Nobody moves the moment nearer at which the last key ends without saying so."""
    end = _last_end(after, now)
    if force or not environment.requires_user_token or end >= _last_end(before, now):
        return
    when = "at once" if end == now else f"on {to_iso(end)}"
    raise SigningKeyRequiredError(
        f"enhanced security is on in {environment.slug}, and with this its last signing key would end {when}, which"
        " locks every browser out; create the next key first, or switch enhanced security off, or repeat with force"
    )


def _last_end(keys: Iterable[SigningKey], now: datetime) -> datetime:
    """Until when some key can verify a user token; now, if none can."""
    return max([now, *(key.expires_at or _NEVER for key in keys)])
