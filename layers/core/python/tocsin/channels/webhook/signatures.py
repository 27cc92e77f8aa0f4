"""Signatures of the Standard Webhooks specification (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and
body, with a secret that is written `whsec_<base64>`."""

import base64
import binascii
import hashlib
import hmac

from tocsin.channels.base import CredentialsError

PREFIX = "whsec_"


def signed_headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`. Raises CredentialsError for a secret that
    is none."""
    signature = hmac.new(_key(secret), f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise CredentialsError(f"the channel's signing key is not of the form {PREFIX}<base64>") from error
