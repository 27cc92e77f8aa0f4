"""Who calls: an API key as `Authorization: Bearer`, and beside a public key a user token as `X-Knock-User-Token`.

What is read for that is remembered for a minute: keys that are revoked and settings that are switched hold within it.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from tocsin.domain.environments import ApiKey, Environment, KeyKind, SigningKey, hash_of, kind_of
from tocsin.domain.errors import (
    ApiKeyExpiredError,
    ApiKeyMissingError,
    AuthenticationRequiredError,
    MissingJwtSigningKeyError,
    MissingUserTokenError,
)
from tocsin.domain.grants import UserRights
from tocsin.lambda_kit.user_tokens import verify_user_token

REMEMBERED = timedelta(minutes=1)
USER_TOKEN_HEADER = "x-knock-user-token"
_MAX_REMEMBERED = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """`rights` are those of the user token, None without one."""

    key: ApiKey
    rights: UserRights | None = None


class Remembered(Generic[T]):
    """What was found under a name, for a minute or as long as is said. That nothing was found is not remembered."""

    def __init__(self, find: Callable[[str], T | None], lasting: timedelta = REMEMBERED) -> None:
        self._find = find
        self._lasting = lasting
        self._found: dict[str, tuple[datetime, T]] = {}

    def get(self, name: str, now: datetime) -> T | None:
        remembered = self._found.get(name)
        if remembered and now - remembered[0] < self._lasting:
            return remembered[1]
        self._found.pop(name, None)
        found = self._find(name)
        if found is not None:
            if len(self._found) >= _MAX_REMEMBERED:
                self._found.clear()
            self._found[name] = (now, found)
        return found


class Authenticator:
    """A secret key costs one read a minute; a public key one more for its environment, and a token one for its keys."""

    def __init__(
        self,
        find_key: Callable[[str], ApiKey | None],
        find_environment: Callable[[str], Environment | None],
        signing_keys: Callable[[str], list[SigningKey]],
    ) -> None:
        self._keys = Remembered(find_key)
        self._environments = Remembered(find_environment)
        self._signing_keys = Remembered(signing_keys)

    def authenticate(self, headers: Mapping[str, str], now: datetime) -> Caller:
        """`headers` have lower-case names. A user token beside any key but a public one is ignored."""
        key = self._known(_bearer(headers.get("authorization")), now)
        if key.is_expired(now):
            raise ApiKeyExpiredError("this API key has expired; create a new one and use that")
        if key.kind is not KeyKind.PUBLIC:
            return Caller(key)
        token = headers.get(USER_TOKEN_HEADER, "").strip()
        return Caller(key, self._rights(key.environment or "", token, now))

    def _known(self, token: str, now: datetime) -> ApiKey:
        key_hash = hash_of(token)
        key = self._keys.get(key_hash, now) if kind_of(token) else None
        if key is None or not hmac.compare_digest(key.hash, key_hash):
            raise ApiKeyMissingError(
                "no such API key; keys begin with sk_, pk_ or knock_st_ and belong to one deployment"
            )
        return key

    def _rights(self, env: str, token: str, now: datetime) -> UserRights | None:
        if token:
            return verify_user_token(token, self._live_signing_keys(env, now), now)
        environment = self._environments.get(env, now)
        if environment is None or environment.requires_user_token:
            raise MissingUserTokenError(
                "this environment requires a user token with a public key: have your backend sign one for the user, "
                "and send it as the header «X-Knock-User-Token»"
            )
        return None

    def _live_signing_keys(self, env: str, now: datetime) -> list[SigningKey]:
        live = [key for key in self._signing_keys.get(env, now) or [] if not key.is_expired(now)]
        if not live:
            raise MissingJwtSigningKeyError(
                f"the environment {env!r} has no signing key that could verify this user token; "
                "create one, and sign tokens with its private half"
            )
        return live


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationRequiredError("send your API key as the header «Authorization: Bearer <key>»")
    return token.strip()
