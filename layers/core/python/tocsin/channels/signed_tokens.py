"""JWTs that vendors sign with a secret both sides have: the signature is PyJWT's to check, what the claims say is
decided by the clock of the call."""

import hashlib
from typing import Any

from tocsin.channels.hooks import MINUTES, Hook, forged, must_be_recent, must_equal, text_at
from tocsin.domain import json_text

ALGORITHM = "HS256"


def signed_claims(token: str, secret: str) -> Any:
    """Raises ForgedReceiptError."""
    import jwt

    try:
        payload: bytes = jwt.PyJWS(algorithms=[ALGORITHM]).decode(token, secret, algorithms=[ALGORITHM])
        return json_text.loads(payload)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise forged() from error


def must_be_of(claims: Any, hook: Hook, issuer: str) -> None:
    """By this vendor, of these minutes, for this body. Raises ForgedReceiptError."""
    must_equal(issuer, text_at(claims, "iss"))
    must_be_recent(hook, text_at(claims, "iat") or text_at(claims, "nbf"), MINUTES)
    if hook.body or text_at(claims, "payload_hash"):
        must_equal(hashlib.sha256(hook.body).hexdigest(), text_at(claims, "payload_hash").lower())
