"""User tokens as a product's backend signs them, and the keys for that. Each key is made once per test run."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tocsin.domain.clock import Clock
from tocsin.domain.environments import SigningKey

RESOURCES = "https://api.knock.app/v1"
ENV = "development"


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def public_pem(name: str) -> str:
    public = private_key(name).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def a_signing_key(
    name: str = "first", *, created_at: datetime, expires_at: datetime | None = None, env: str = ENV
) -> SigningKey:
    return SigningKey(name, env, name, public_pem(name), created_at, expires_at)


def signed(payload: Any, key: str = "first", headers: Mapping[str, Any] | None = None) -> str:
    """Any payload, also such as no library would sign: bytes as they are, anything else as JSON."""
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return jwt.PyJWS().encode(text, private_key(key), "RS256", dict(headers or {}))


def a_token(user_id: str, *, key: str = "first", **claims: Any) -> str:
    return signed({"sub": user_id, **claims}, key)


def grants(**by_resource: list[str]) -> dict[str, Any]:
    """`grants(users__jane=["feed/read"])`: two underscores stand for the slash."""
    return {
        f"{RESOURCES}/{resource.replace('__', '/')}": {name: [{}] for name in names}
        for resource, names in by_resource.items()
    }


def a_clock_at(moments: list[datetime]) -> Clock:
    """A clock that shows the last of these; tests append to it."""
    return lambda: moments[-1]
