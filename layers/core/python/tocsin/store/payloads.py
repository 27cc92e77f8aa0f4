"""Large values by reference: what would weigh a row down goes to object storage, the row keeps the key.

A row holds 400 KB at most and every kilobyte of it is paid for on each write, twice in a transaction: anything larger
than `MAX_INLINE` moves out, and what is packed tightly is compressed where that saves a kilobyte. An email's HTML
becomes a third of what it was.
"""

import zlib
from base64 import b64decode, b64encode
from hashlib import sha256
from math import ceil
from typing import Protocol

from tocsin.domain import json_text

MAX_INLINE = 100 * 1024  # bytes
KILOBYTE = 1024  # what DynamoDB counts writes by
# What the bucket's lifecycle and the functions' grants are written for.
PREFIX = "payloads/"


class ObjectStorage(Protocol):
    def put(self, key: str, body: bytes) -> None: ...

    def get(self, key: str) -> bytes: ...


class Payloads:
    def __init__(self, storage: ObjectStorage) -> None:
        self._storage = storage

    def pack(
        self, key: str, value: object, most: int = MAX_INLINE, *, tightly: bool = False
    ) -> dict[str, str]:
        """`{"json": text}`, tightly perhaps `{"zlib": base64}`, or, with more bytes than `most`, `{"s3": key}`.

        The object's name ends in its hash: it is stored before the row that refers to it, and a row that is then
        refused (the same idempotency key with other data) must not have changed what an earlier row refers to.
        """
        text = json_text.dumps(value)
        body = text.encode()
        if len(body) <= most:
            squeezed = _squeezed(body) if tightly else None
            return {"zlib": squeezed} if squeezed is not None else {"json": text}
        name = f"{PREFIX}{key}-{sha256(body).hexdigest()[:32]}.json"
        self._storage.put(name, body)
        return {"s3": name}

    def unpack(self, packed: dict[str, str]) -> object:
        if "zlib" in packed:
            return json_text.loads(zlib.decompress(b64decode(packed["zlib"])))
        return json_text.loads(packed["json"] if "json" in packed else self._storage.get(packed["s3"]))


def _squeezed(body: bytes) -> str | None:
    """None where it takes as many kilobytes as before."""
    if len(body) <= KILOBYTE:
        return None
    text = b64encode(zlib.compress(body)).decode()
    return text if ceil(len(text) / KILOBYTE) < ceil(len(body) / KILOBYTE) else None
