"""Signatures of the Standard Webhooks specification (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and
body, with a secret that is written `whsec_<base64>`; and that of Knock's own header."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from tocsin.channels.base import CredentialsError

PREFIX = "whsec_"


def signed_headers(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, which has one for each secret. Raises
    CredentialsError for a secret that is none."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_hmac(_key(secret), content)}" for secret in secrets),
    }


def knock_signature(secret: str, milliseconds: int, body: bytes) -> str:
    """The header `x-knock-signature`: its key is the secret as it is written, and it has room for one signature."""
    return f"t={milliseconds},s={_hmac(secret.encode(), f'{milliseconds}.'.encode() + body)}"


def _hmac(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise CredentialsError(f"a signing secret is not of the form {PREFIX}<base64>") from error
