"""What every provider keeps to: one way to send, and errors whose type (never their text) decides what happens next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.channels.overrides import overridden
from tocsin.domain.exchanges import Exchange
from tocsin.domain.payload_overrides import PAYLOAD_OVERRIDES


class DeliveryError(Exception):
    """Base of what a provider may raise. The text is for the message's log: no secrets, no bodies. `exchange` tells of
    the call; None when there was none."""

    def __init__(self, text: str, *, exchange: Exchange | None = None) -> None:
        super().__init__(text)
        self.exchange = exchange


class RetryableError(DeliveryError):
    """The network or the provider failed; the same request may succeed later."""


class ThrottledError(RetryableError):
    """The provider asks us to slow down. `after` is its Retry-After in seconds, None when it named none."""

    def __init__(self, text: str, after: float | None = None, *, exchange: Exchange | None = None) -> None:
        super().__init__(text, exchange=exchange)
        self.after = after


class RejectedError(DeliveryError):
    """The provider will never take this message."""


class MisdirectedError(RejectedError):
    """The host that we were to call does not exist: a slip in the channel's settings, which says nothing against the
    message. Another provider may take it, and once it is repaired so may this one."""


class BouncedError(DeliveryError):
    """The provider knows this destination no more: an address or a device that is gone."""


class CredentialsError(DeliveryError):
    """The provider does not know us: no message on this channel will pass until somebody repairs the settings."""


Json = Mapping[str, Any]


def _nothing() -> Json:
    return {}


def _forgotten(_: Json) -> None:
    return


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`content` as the composer made it, `message_id` for providers that take an idempotency key, `environment` for
    those that hand our own tags back with their receipts.

    What only some providers need is read when they ask: the channel's `secrets`, and the channel data of the recipient
    and of the tenant, where access tokens lie. `connect` keeps the connection of a recipient who has none.
    `receipts_url` is where the provider may report what becomes of this message; empty where nobody outside can call.
    """

    message_id: str
    environment: str
    content: Json
    settings: Json
    secrets: Callable[[], Json] = _nothing
    recipient_data: Callable[[], Json] = _nothing
    tenant_data: Callable[[], Json] = _nothing
    connect: Callable[[Json], None] = _forgotten
    receipts_url: str = ""

    def base_url(self, usual: str) -> str:
        """Where the provider is called: at a relay of one's own, or where it usually is."""
        url: str = self.settings.get("base_url") or usual
        return url.strip().rstrip("/")

    def overridden(
        self, payload: Json, *, kept: Json | None = None, marks: Json | None = None
    ) -> dict[str, Any]:
        """The payload as the message's overrides leave it: every provider sends what comes of this. `kept` is to whom
        and from whom, `marks` are those of ours that must come back."""
        return overridden(self.content.get(PAYLOAD_OVERRIDES) or {}, payload, kept or {}, marks or {})

    def told_at(self, name: str, proof: str) -> dict[str, str]:
        """The address for receipts, by the provider's own name for it. `proof` is the secret or the setting by which we
        know who calls: without it nobody would be believed, so nobody is asked to call."""
        is_known = bool(self.settings.get(proof) or self.secrets().get(proof))
        return {name: self.receipts_url} if self.receipts_url and is_known else {}

    def secret(self, name: str) -> str:
        """One that nothing can be sent without. Raises CredentialsError."""
        found: str | None = self.secrets().get(name)
        if not found:
            raise CredentialsError(f"the channel has no secret {name!r}; set it")
        return found


@dataclass(frozen=True, slots=True)
class Sent:
    """Taken by the provider, under its own id (empty where it gives none). `delivered`: its answer is the arrival."""

    external_id: str
    exchange: Exchange | None = None
    delivered: bool = False


Send = Callable[[Outgoing], Sent]
