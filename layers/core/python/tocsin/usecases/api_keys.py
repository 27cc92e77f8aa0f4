"""API keys, for the management API and the command alike: shown once, kept as a hash, gone within a minute."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.environments import DEVELOPMENT, KEY_PREFIXES, ApiKey, KeyChanges, KeyKind, hash_of
from tocsin.domain.errors import FieldProblem, NotFoundError
from tocsin.domain.ids import NewSecret, NewUuid
from tocsin.usecases.credential_ports import ApiKeys
from tocsin.usecases.credentials import (
    check_changes,
    expiry_problems,
    known_slugs,
    name_problems,
    refuse,
    slug_problems,
)
from tocsin.usecases.ports import Environments
from tocsin.usecases.repeating import persistently

HINT_LENGTH = 4


class ApiKeyPorts(NamedTuple):
    environments: Environments
    api_keys: ApiKeys
    new_uuid: NewUuid
    new_secret: NewSecret


@dataclass(frozen=True, slots=True)
class CreatedApiKey:
    """`key` is the only copy there will ever be."""

    api_key: ApiKey
    key: str = field(repr=False)


def create_api_key(
    ports: ApiKeyPorts,
    kind: KeyKind,
    environment: str | None,
    now: datetime,
    *,
    name: str | None = None,
    expires_at: datetime | None = None,
) -> CreatedApiKey:
    """Raises InvalidParamsError. A service token is for all environments, every other key for one."""
    refuse(
        [
            *_environment_problems(ports.environments, kind, environment),
            *name_problems(name),
            *expiry_problems(expires_at, now),
        ]
    )
    mode = {None: "", DEVELOPMENT: "test_"}.get(environment, "live_")
    key = f"{KEY_PREFIXES[kind]}{mode}{ports.new_secret()}"
    api_key = ApiKey(
        id=ports.new_uuid(),
        hash=hash_of(key),
        hint=key[-HINT_LENGTH:],
        kind=kind,
        name=name or f"{kind.value} key",
        environment=environment,
        created_at=now,
        expires_at=expires_at,
    )
    ports.api_keys.put(api_key)
    return CreatedApiKey(api_key, key)


def list_api_keys(
    ports: ApiKeyPorts, environment: str | None = None, kind: KeyKind | None = None
) -> list[ApiKey]:
    """Oldest first, of all environments unless one is named. Raises InvalidParamsError for one that does not exist."""
    if environment is not None:
        refuse(slug_problems(ports.environments, environment))
    return [
        key
        for key in ports.api_keys.all()
        if environment in (None, key.environment) and kind in (None, key.kind)
    ]


def find_api_key(ports: ApiKeyPorts, key_id: str) -> ApiKey:
    """Raises NotFoundError."""
    found = next((key for key in ports.api_keys.all() if key.id == key_id), None)
    if found is None:
        raise NotFoundError(f"there is no API key with the id {key_id!r}; it may have been revoked")
    return found


def find_by_itself(ports: ApiKeyPorts, key: str) -> ApiKey:
    """For whoever holds a key and knows nothing else of it. Raises NotFoundError, which does not repeat the key."""
    found = ports.api_keys.get(hash_of(key))
    if found is None:
        raise NotFoundError(f"no API key …{key[-HINT_LENGTH:]} is known here; it may have been revoked")
    return found


def change_api_key(ports: ApiKeyPorts, key_id: str, changes: KeyChanges, now: datetime) -> ApiKey:
    """Another name, another end or none. Raises InvalidParamsError or NotFoundError."""
    check_changes(changes, now)

    def attempt() -> ApiKey:
        before = find_api_key(ports, key_id)
        after = replace(before, **changes)
        if after != before:
            ports.api_keys.put(after)
        return after

    return persistently(attempt, f"the API key {key_id} is being")


def revoke_api_key(ports: ApiKeyPorts, key: ApiKey) -> None:
    """For ever; whoever remembers it stops within a minute. Raises NotFoundError when somebody was faster."""
    if not ports.api_keys.delete(key):
        raise NotFoundError(f"the API key {key.id!r} is revoked already")


def _environment_problems(
    environments: Environments, kind: KeyKind, environment: str | None
) -> Iterator[FieldProblem]:
    if kind is KeyKind.SERVICE:
        if environment is not None:
            yield FieldProblem("environment", "must be left out: a service token is for all environments")
    elif environment is None:
        yield FieldProblem(
            "environment", f"is needed for a {kind.value} key; {known_slugs(environments)}", "missing"
        )
    else:
        yield from slug_problems(environments, environment)
