"""The keys that links are signed with: one secret, made by the deployment, read by those who sign and who verify."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from tocsin.domain.signed_links import LinkKeys

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

REMEMBERED_SECONDS = 300.0
CURRENT = "current"


class LinkKeySecret:
    """JSON of keys by name: the one called `current` signs, and all verify. Read by the first link, and again when five
    minutes have passed."""

    def __init__(
        self, client: Callable[[], "SecretsManagerClient"], name: str, monotonic: Callable[[], float]
    ) -> None:
        self._client = client
        self._name = name
        self._monotonic = monotonic
        self._remembered: tuple[float, LinkKeys] | None = None

    def read(self) -> LinkKeys:
        if self._remembered and self._monotonic() - self._remembered[0] < REMEMBERED_SECONDS:
            return self._remembered[1]
        text = self._client().get_secret_value(SecretId=self._name)["SecretString"]
        found: dict[str, str] = json.loads(text)
        ordered = [found[CURRENT], *(key for name, key in found.items() if name != CURRENT)]
        keys = LinkKeys(tuple(key.encode() for key in ordered))
        self._remembered = self._monotonic(), keys
        return keys
