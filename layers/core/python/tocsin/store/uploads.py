"""What was uploaded past the API, which takes five megabytes at once: an object, until it expires a day later."""

from typing import Protocol

# What the bucket's lifecycle and the functions' grants are written for.
PREFIX = "uploads/"


class UploadStorage(Protocol):
    def upload_url(self, key: str, seconds: int) -> str: ...

    def start_of(self, key: str, limit: int) -> bytes | None: ...


class UploadStore:
    def __init__(self, storage: UploadStorage) -> None:
        self._storage = storage

    def url(self, env: str, upload_id: str, seconds: int) -> str:
        """Where to PUT it, by anybody who knows the address, for so long."""
        return self._storage.upload_url(_key(env, upload_id), seconds)

    def read(self, env: str, upload_id: str, limit: int) -> bytes | None:
        return self._storage.start_of(_key(env, upload_id), limit)


def _key(env: str, upload_id: str) -> str:
    return f"{PREFIX}{env}/{upload_id}.json"
