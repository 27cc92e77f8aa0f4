"""S3 as the place for large payloads; its client is made only when there is one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Who may read objects but not list them is denied those that do not exist.
_NOT_THERE = frozenset({"NoSuchKey", "AccessDenied"})


class Bucket:
    def __init__(self, client: "Callable[[], S3Client]", name: str) -> None:
        self._client = client
        self._name = name

    def put(self, key: str, body: bytes) -> None:
        self._client().put_object(Bucket=self._name, Key=key, Body=body, ContentType="application/json")

    def get(self, key: str) -> bytes:
        return self._client().get_object(Bucket=self._name, Key=key)["Body"].read()

    def start_of(self, key: str, limit: int) -> bytes | None:
        """Its first bytes, as many as the limit; None where there is no such object."""
        try:
            return self._client().get_object(Bucket=self._name, Key=key)["Body"].read(limit)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_THERE:
                return None
            raise

    def upload_url(self, key: str, seconds: int) -> str:
        """An address to PUT one object to, good for so long without any other credentials."""
        target = {"Bucket": self._name, "Key": key}
        return self._client().generate_presigned_url("put_object", Params=target, ExpiresIn=seconds)
