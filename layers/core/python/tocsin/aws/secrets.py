"""Channels' secrets in Secrets Manager, each one by itself: whoever sets one need not be able to read the others."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tocsin.domain.errors import ConflictError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

REMEMBERED_SECONDS = 300.0
_MAX_REMEMBERED = 100
_MISSING, _LEAVING, _MADE = "ResourceNotFoundException", "InvalidRequestException", "ResourceExistsException"


class ChannelSecrets:
    """Remembers what it has read for five minutes: a changed secret holds within that time, and is paid once."""

    def __init__(
        self, client: Callable[[], "SecretsManagerClient"], prefix: str, monotonic: Callable[[], float]
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._monotonic = monotonic
        self._remembered: dict[str, tuple[float, str]] = {}

    def get(self, env: str, channel_id: str, names: Iterable[str]) -> dict[str, str]:
        """Those of the names that are there."""
        found = {name: self._text(self._place(env, channel_id, name)) for name in names}
        return {name: text for name, text in found.items() if text is not None}

    def put(self, env: str, channel_id: str, name: str, text: str) -> None:
        """ConflictError when somebody else makes or removes it at this moment."""
        place = self._place(env, channel_id, name)
        self._remembered.pop(place, None)
        try:
            self._client().put_secret_value(SecretId=place, SecretString=text)
        except ClientError as error:
            if _code(error) != _MISSING:
                raise _translated(error) from error
            self._create(place, text)

    def delete(self, env: str, channel_id: str, name: str) -> None:
        """At once and for ever; what is not there changes nothing."""
        place = self._place(env, channel_id, name)
        self._remembered.pop(place, None)
        try:
            self._client().delete_secret(SecretId=place, ForceDeleteWithoutRecovery=True)
        except ClientError as error:
            if _code(error) != _MISSING:
                raise _translated(error) from error

    def _place(self, env: str, channel_id: str, name: str) -> str:
        return f"{self._prefix}/{env}/{channel_id}/{name}"

    def _create(self, place: str, text: str) -> None:
        try:
            self._client().create_secret(Name=place, SecretString=text)
        except ClientError as error:
            raise _translated(error) from error

    def _text(self, place: str) -> str | None:
        known = self._remembered.get(place)
        if known and self._monotonic() - known[0] < REMEMBERED_SECONDS:
            return known[1]
        text = self._read(place)
        if text is not None:
            if len(self._remembered) >= _MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[place] = self._monotonic(), text
        return text

    def _read(self, place: str) -> str | None:
        try:
            return self._client().get_secret_value(SecretId=place)["SecretString"]
        except ClientError as error:
            if _code(error) in (_MISSING, _LEAVING):
                return None
            raise


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _translated(error: ClientError) -> Exception:
    """Somebody else makes the same secret, or one of its name is on its way out."""
    if _code(error) in (_LEAVING, _MADE):
        return ConflictError("the secret is being changed by somebody else")
    return error
