"""What comes of a function's answer on its way: the gateway sends bytes, and a client reads what is compressed."""

import base64
import gzip
from collections.abc import Mapping
from typing import Any


def sent(answer: Mapping[str, Any]) -> bytes:
    """As the gateway sends it."""
    body = answer.get("body") or ""
    return base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()


def received(answer: Mapping[str, Any]) -> str:
    """As a client that has asked for gzip reads it."""
    body = sent(answer)
    return (gzip.decompress(body) if is_compressed(answer) else body).decode()


def is_compressed(answer: Mapping[str, Any]) -> bool:
    return bool(answer["headers"].get("content-encoding") == "gzip")
