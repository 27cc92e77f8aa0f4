"""Large values by reference: what would weigh a row down goes to object storage, the row keeps the key.

A row holds 400 KB at most and every kilobyte of it is paid for on each write, so anything larger than
`MAX_INLINE` moves out.
"""

from typing import Protocol

from tocsin.domain import json_text

MAX_INLINE = 100 * 1024
# What the bucket's lifecycle and the functions' grants are written for.
PREFIX = "payloads/"


class ObjectStorage(Protocol):
    def put(self, key: str, body: bytes) -> None: ...

    def get(self, key: str) -> bytes: ...


class Payloads:
    def __init__(self, storage: ObjectStorage) -> None:
        self._storage = storage

    def pack(self, key: str, value: object) -> dict[str, str]:
        """`{"json": text}` or, when large, `{"s3": key}`. The same key and value may be packed again."""
        text = json_text.dumps(value)
        if len(text) <= MAX_INLINE:
            return {"json": text}
        self._storage.put(PREFIX + key, text.encode())
        return {"s3": PREFIX + key}

    def unpack(self, packed: dict[str, str]) -> object:
        return json_text.loads(packed["json"] if "json" in packed else self._storage.get(packed["s3"]))
