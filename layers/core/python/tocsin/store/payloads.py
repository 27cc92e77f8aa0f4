"""Large values by reference: what would weigh a row down goes to object storage, the row keeps the key.

A row holds 400 KB at most and every kilobyte of it is paid for on each write, so anything larger than
`MAX_INLINE` moves out.
"""

from hashlib import sha256
from typing import Protocol

from tocsin.domain import json_text

MAX_INLINE = 100 * 1024  # bytes
# What the bucket's lifecycle and the functions' grants are written for.
PREFIX = "payloads/"


class ObjectStorage(Protocol):
    def put(self, key: str, body: bytes) -> None: ...

    def get(self, key: str) -> bytes: ...


class Payloads:
    def __init__(self, storage: ObjectStorage) -> None:
        self._storage = storage

    def pack(self, key: str, value: object, most: int = MAX_INLINE) -> dict[str, str]:
        """`{"json": text}` or, with more bytes than `most`, `{"s3": key}`.

        The object's name ends in its hash: it is stored before the row that refers to it, and a row that is then
        refused (the same idempotency key with other data) must not have changed what an earlier row refers to.
        """
        text = json_text.dumps(value)
        body = text.encode()
        if len(body) <= most:
            return {"json": text}
        name = f"{PREFIX}{key}-{sha256(body).hexdigest()[:32]}.json"
        self._storage.put(name, body)
        return {"s3": name}

    def unpack(self, packed: dict[str, str]) -> object:
        return json_text.loads(packed["json"] if "json" in packed else self._storage.get(packed["s3"]))
