"""Who calls: an API key as `Authorization: Bearer`, looked up by its hash and remembered for a minute."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.domain.environments import ApiKey, KeyKind, hash_of, kind_of
from tocsin.domain.errors import (
    ApiKeyExpiredError,
    ApiKeyMissingError,
    AuthenticationRequiredError,
    IncorrectTokenTypeError,
)

REMEMBERED = timedelta(minutes=1)
_MAX_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a function. `public_routes` are (method, pattern) pairs that a public key may use."""

    kinds: frozenset[KeyKind] = frozenset({KeyKind.SECRET})
    public_routes: tuple[tuple[str, re.Pattern[str]], ...] = ()

    def check(self, kind: KeyKind, method: str, path: str) -> None:
        if kind in self.kinds:
            return
        if kind is KeyKind.PUBLIC and any(m == method and p.fullmatch(path) for m, p in self.public_routes):
            return
        wanted = " or ".join(sorted(self.kinds))
        raise IncorrectTokenTypeError(f"this endpoint needs a {wanted} key, and this is a {kind.value} one")


SECRET_KEYS = Access()


class Authenticator:
    """Remembers keys for a minute: a revoked key stops working within it."""

    def __init__(self, find: Callable[[str], ApiKey | None]) -> None:
        self._find = find
        self._remembered: dict[str, tuple[datetime, ApiKey]] = {}

    def authenticate(self, authorization: str | None, now: datetime) -> ApiKey:
        key = self._known(_bearer(authorization), now)
        if key.is_expired(now):
            raise ApiKeyExpiredError("this API key has expired; create a new one and use that")
        return key

    def _known(self, token: str, now: datetime) -> ApiKey:
        key_hash = hash_of(token)
        remembered = self._remembered.get(key_hash)
        if remembered and now - remembered[0] < REMEMBERED:
            return remembered[1]
        key = self._find(key_hash) if kind_of(token) else None
        if key is None or not hmac.compare_digest(key.hash, key_hash):
            raise ApiKeyMissingError(
                "no such API key; keys begin with sk_, pk_ or knock_st_ and belong to one deployment"
            )
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[key_hash] = (now, key)
        return key


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationRequiredError("send your API key as the header «Authorization: Bearer <key>»")
    return token.strip()
