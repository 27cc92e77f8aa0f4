"""The secrets that an environment's requests are signed with: a new one is shown once, and only runs read it back."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, Protocol

from tocsin.domain.created_secrets import CreatedSecret
from tocsin.domain.environments import Environment
from tocsin.domain.ids import NewSecret, NewUuid
from tocsin.domain.signing_secrets import live_names, with_new, written
from tocsin.usecases.credentials import existing_environment
from tocsin.usecases.ports import Environments
from tocsin.usecases.repeating import persistently


class NewRequestSecrets(Protocol):
    def put(self, environment: Environment, name: str, secret: str, gone: Iterable[str]) -> None:
        """Compare-and-set on the environment."""


class ReadableRequestSecrets(Protocol):
    def get(self, env: str, names: Iterable[str]) -> list[str]: ...


class RequestSecretPorts(NamedTuple):
    environments: Environments
    secrets: NewRequestSecrets
    new_uuid: NewUuid
    new_secret: NewSecret


def make_request_secret(ports: RequestSecretPorts, env: str, now: datetime) -> CreatedSecret:
    """The one before it signs as well for a day; what is older goes. Raises NotFoundError."""
    name, secret = ports.new_uuid(), written(ports.new_secret())

    def attempt() -> CreatedSecret:
        environment = existing_environment(ports.environments, env)
        kept = with_new(environment.request_secrets, name, now)
        gone = {one.name for one in environment.request_secrets} - {one.name for one in kept}
        ports.secrets.put(
            replace(environment, request_secrets=kept, updated_at=now), name, secret, sorted(gone)
        )
        return CreatedSecret(secret, kept[0].ends_at)

    return persistently(attempt, f"the signing secret of {env} is being")


def request_secrets(
    environments: Environments, secrets: ReadableRequestSecrets, env: str, clock: Callable[[], datetime]
) -> list[str]:
    """Those that sign at this moment, the newest first."""
    environment = environments.get(env)
    return secrets.get(env, live_names(environment.request_secrets, clock())) if environment else []
