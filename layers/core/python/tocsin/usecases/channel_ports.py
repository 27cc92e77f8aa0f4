"""What the use cases need of channels: which there are, what recipients have for them, and their secrets."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from tocsin.domain.channels import Channel
from tocsin.domain.recipients import RecipientRef


class Channels(Protocol):
    def all(self, env: str) -> list[Channel]: ...

    def put(self, env: str, channel: Channel) -> None: ...


class ChannelData(Protocol):
    def get(self, env: str, ref: RecipientRef, channel_id: str) -> dict[str, Any] | None: ...

    def get_many(
        self, env: str, refs: Iterable[RecipientRef], channel_ids: Iterable[str]
    ) -> dict[RecipientRef, dict[str, dict[str, Any]]]:
        """Of each recipient that has any, by channel id."""

    def put(self, env: str, ref: RecipientRef, data: dict[str, dict[str, Any]]) -> None:
        """By channel id, for a recipient that exists: all or ConflictError."""

    def replace(
        self, env: str, ref: RecipientRef, channel_id: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """ConflictError when it is no longer `before` that is there."""

    def delete(self, env: str, ref: RecipientRef, channel_id: str) -> None: ...


class ChannelSecrets(Protocol):
    def get(self, env: str, channel_id: str) -> Mapping[str, str]:
        """Empty for a channel that has none."""
