"""S3 as the place for large payloads; its client is made only when there is one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Bucket:
    def __init__(self, client: "Callable[[], S3Client]", name: str) -> None:
        self._client = client
        self._name = name

    def put(self, key: str, body: bytes) -> None:
        self._client().put_object(Bucket=self._name, Key=key, Body=body, ContentType="application/json")

    def get(self, key: str) -> bytes:
        return self._client().get_object(Bucket=self._name, Key=key)["Body"].read()
