"""User tokens: JWTs that a product's backend signs for one of its users, verified with the environment's keys.

PyJWT checks the signature, and is imported when there is one to check. What the claims mean is decided here, by the
clock of the request.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tocsin.domain.clock import to_iso
from tocsin.domain.environments import SigningKey
from tocsin.domain.errors import InvalidUserTokenError
from tocsin.domain.grants import UserRights, rights_of
from tocsin.domain.recipients import id_problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

# The one algorithm: a token that could choose its own might have itself verified as HMAC with the public key.
ALGORITHM = "RS256"
MAX_CHARACTERS = 8192
# Clocks of servers differ a little.
LEEWAY = timedelta(seconds=30)
_YEAR_33658 = 10**12  # beyond are milliseconds, and what a date cannot hold


def verify_user_token(token: str, keys: Iterable[SigningKey], now: datetime) -> UserRights:
    """What the token allows. `keys` are those that have not expired. Raises InvalidUserTokenError."""
    if len(token) > MAX_CHARACTERS:
        raise InvalidUserTokenError(
            f"the user token is longer than {MAX_CHARACTERS} characters; grant less in one token"
        )
    claims = _claims(_signed_payload(token, keys))
    _check_times(claims, now)
    return rights_of(claims, _subject(claims))


def _signed_payload(token: str, keys: Iterable[SigningKey]) -> bytes:
    import jwt

    jws = jwt.PyJWS(algorithms=[ALGORITHM])
    try:
        named = jws.get_unverified_header(token).get("kid")
        for key in sorted(keys, key=lambda key: key.id != named):
            try:
                payload: bytes = jws.decode(token, _public_key(key.public_key), algorithms=[ALGORITHM])
            except jwt.InvalidSignatureError:
                continue
            return payload
    except jwt.InvalidAlgorithmError:
        raise InvalidUserTokenError(f"the user token must be signed with {ALGORITHM}") from None
    except (jwt.PyJWTError, UnicodeError):
        raise InvalidUserTokenError(
            "X-Knock-User-Token is not a JWT; send the token as your backend signed it, unchanged"
        ) from None
    raise InvalidUserTokenError(
        "the user token is signed with a key that this environment does not know, or no longer; "
        "sign it with the private half of a signing key of this environment"
    )


@lru_cache(maxsize=32)
def _public_key(pem: str) -> "RSAPublicKey":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key = load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise TypeError(f"{ALGORITHM} needs an RSA key, and one is stored that is none")
    return key


def _claims(payload: bytes) -> dict[str, Any]:
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise InvalidUserTokenError("the user token's payload must be a JSON object of claims")
    return claims


def _subject(claims: dict[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or id_problem(subject) or not _is_unicode(subject):
        raise InvalidUserTokenError(
            "the user token needs the claim `sub`, a string: the id of the user that it is for"
        )
    return subject


def _is_unicode(text: str) -> bool:
    """JSON can spell half a character, which no key can hold."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    expires, begins, issued = (_moment(claims, name) for name in ("exp", "nbf", "iat"))
    if expires and now >= expires + LEEWAY:
        raise InvalidUserTokenError(f"the user token expired at {to_iso(expires)}; sign a new one")
    if begins and now < begins - LEEWAY:
        raise InvalidUserTokenError(f"the user token is valid from {to_iso(begins)} on, which is to come")
    if issued and now < issued - LEEWAY:
        raise InvalidUserTokenError(
            f"the user token was issued at {to_iso(issued)}, which is to come; check your backend's clock"
        )


def _moment(claims: dict[str, Any], name: str) -> datetime | None:
    if name not in claims:
        return None
    seconds = claims[name]
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not 0 <= seconds < _YEAR_33658:
        raise InvalidUserTokenError(
            f"the claim `{name}` of the user token must be seconds since 1970, as a number"
        )
    return datetime.fromtimestamp(seconds, UTC)
