"""A channel's secrets in Secrets Manager: one secret for each channel and environment, a JSON object of texts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tocsin.domain import json_text

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

REMEMBERED_SECONDS = 300.0
_MAX_REMEMBERED = 100


class ChannelSecrets:
    """Remembers what it has read for five minutes: a changed secret holds within that time, and is paid once."""

    def __init__(
        self, client: Callable[[], "SecretsManagerClient"], prefix: str, monotonic: Callable[[], float]
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._monotonic = monotonic
        self._remembered: dict[str, tuple[float, dict[str, str]]] = {}

    def get(self, env: str, channel_id: str) -> dict[str, str]:
        """Empty for a channel that has none."""
        name = self._name(env, channel_id)
        known = self._remembered.get(name)
        if known and self._monotonic() - known[0] < REMEMBERED_SECONDS:
            return known[1]
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.clear()
        secrets = self._read(name)
        self._remembered[name] = (self._monotonic(), secrets)
        return secrets

    def put(self, env: str, channel_id: str, secrets: dict[str, str]) -> None:
        name, text = self._name(env, channel_id), json_text.dumps(secrets)
        try:
            self._client().put_secret_value(SecretId=name, SecretString=text)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            self._client().create_secret(Name=name, SecretString=text)
        self._remembered.pop(name, None)

    def _name(self, env: str, channel_id: str) -> str:
        return f"{self._prefix}/{env}/{channel_id}"

    def _read(self, name: str) -> dict[str, Any]:
        try:
            answer = self._client().get_secret_value(SecretId=name)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return {}
            raise
        secrets: dict[str, Any] = json_text.loads(answer["SecretString"])
        return secrets
