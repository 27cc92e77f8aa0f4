"""What the use cases of keys need from outside; `store` implements it."""

from typing import Protocol

from tocsin.domain.environments import ApiKey, Environment, SigningKey


class ApiKeys(Protocol):
    def get(self, key_hash: str) -> ApiKey | None: ...

    def all(self) -> list[ApiKey]: ...

    def put(self, key: ApiKey) -> None:
        """Compare-and-set on `key.version`."""

    def delete(self, key: ApiKey) -> bool: ...


class SigningKeys(Protocol):
    def all(self, env: str) -> list[SigningKey]: ...

    def put(self, key: SigningKey, environment: Environment | None = None) -> None:
        """Compare-and-set on `key.version`, and on the environment that was looked at: both or ConflictError."""

    def delete(self, key: SigningKey, environment: Environment) -> None:
        """By compare-and-set on the environment that was looked at; ConflictError too when the key is gone."""
