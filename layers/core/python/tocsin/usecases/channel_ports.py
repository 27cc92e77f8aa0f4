"""What the use cases need of channels: which there are, what recipients have for them, and their secrets."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from tocsin.domain.breaker import Breaker
from tocsin.domain.channel_groups import ChannelGroup
from tocsin.domain.channels import Channel
from tocsin.domain.recipients import RecipientRef


class Channels(Protocol):
    def all(self, env: str) -> list[Channel]: ...

    def groups(self) -> list[ChannelGroup]:
        """The account's, which name channels by their keys."""


class ChannelsOfRuns(Channels, Protocol):
    def named(self, env: str, names: Iterable[str]) -> list[Channel]:
        """Those that exist, by their keys."""


class Circuits(Channels, Protocol):
    """Channels, and which of their providers are in trouble."""

    def with_circuits(self, env: str) -> tuple[list[Channel], dict[str, Breaker]]:
        """The circuits that are not whole, by channel id."""


class EditableChannels(Channels, Protocol):
    def put(self, env: str, channel: Channel, elsewhere: Mapping[str, str | None] | None = None) -> Channel:
        """Compare-and-set on `channel.version`, and on the id that the key has `elsewhere`, by environment, None where
        it has none: all or ConflictError. Returns it as stored."""

    def delete(self, env: str, channel: Channel) -> None:
        """Compare-and-set on `channel.version`."""


class ChannelData(Protocol):
    def get(self, env: str, ref: RecipientRef, channel_id: str) -> dict[str, Any] | None: ...

    def get_many(
        self, env: str, refs: Iterable[RecipientRef], channel_ids: Iterable[str], *, consistent: bool
    ) -> dict[RecipientRef, dict[str, dict[str, Any]]]:
        """Of each recipient that has any, by channel id."""

    def put(self, env: str, ref: RecipientRef, data: dict[str, dict[str, Any]]) -> None:
        """By channel id, for a recipient that exists: all or ConflictError."""

    def add(self, env: str, ref: RecipientRef, channel_id: str, data: dict[str, Any]) -> None:
        """For a recipient that exists and has nothing for the channel, or ConflictError."""

    def replace(
        self, env: str, ref: RecipientRef, channel_id: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """ConflictError when it is no longer `before` that is there."""

    def delete(self, env: str, ref: RecipientRef, channel_id: str) -> None: ...


class ChannelSecrets(Protocol):
    def get(self, env: str, channel_id: str, names: Iterable[str]) -> Mapping[str, str]:
        """Those of the names that are there."""


class EditableSecrets(Protocol):
    """For who sets them: there is no way back to what they are."""

    def put(self, env: str, channel_id: str, name: str, text: str) -> None:
        """ConflictError when somebody else makes or removes it at this moment."""

    def delete(self, env: str, channel_id: str, name: str) -> None:
        """At once and for ever; what is not there changes nothing."""
