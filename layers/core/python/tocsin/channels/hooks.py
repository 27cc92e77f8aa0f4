"""What every provider that reports later keeps to: a call of its own, signed, that tells of any number of messages."""

import base64
import binascii
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tocsin.domain import json_text
from tocsin.domain.errors import ForgedReceiptError, MalformedReceiptError
from tocsin.domain.messages import Status
from tocsin.domain.receipts import Receipt, failure

# Clocks of servers differ a little, and calls are on their way for a while.
MINUTES = timedelta(minutes=5)
# Of those who repeat a call for hours with the signature of its first try: what is recorded twice is recorded once, so
# that an old call does no harm.
A_DAY = timedelta(days=1)
# More than the form of any vendor has.
MAX_FIELDS = 1_000


def _no_secret(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Hook:
    """One call. `headers` are lower-case, `url` is what was called and `body` what came, byte for byte: signatures are
    made of these. `message_id` stands in the address, where the vendor was told what to call for this one message;
    empty where all of a channel's calls come to one address. `read_secret` reads one of the channel's secrets."""

    environment: str
    message_id: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    settings: Mapping[str, Any] = field(default_factory=dict)
    read_secret: Callable[[str], str | None] = _no_secret

    def secret(self, name: str) -> str:
        """One without which nobody can tell who calls. Raises ForgedReceiptError."""
        found = self.read_secret(name)
        if not found:
            raise ForgedReceiptError(f"nobody can be believed: the channel has no secret {name!r}; set it")
        return found

    def setting(self, name: str) -> str:
        found: str | None = self.settings.get(name)
        if not found:
            raise ForgedReceiptError(f"nobody can be believed: the channel has no setting {name!r}; set it")
        return found

    def header(self, name: str) -> str:
        found = self.headers.get(name)
        if not found:
            raise ForgedReceiptError(f"the header {name} is missing: this call is not signed")
        return found

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    def form(self) -> dict[str, str]:
        """Which may be asked for before it is known who calls. Raises MalformedReceiptError."""
        text = self.body.decode(errors="replace")
        try:
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
        except ValueError as error:
            raise MalformedReceiptError(f"the form has more than {MAX_FIELDS} fields") from error

    def json(self) -> Any:
        try:
            return json_text.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise MalformedReceiptError("the body is not JSON") from error

    def about(self, message_id: str, external_id: str, address: str = "") -> "Subject":
        return Subject(self.environment, message_id, external_id, address)


@dataclass(frozen=True, slots=True)
class Reporter:
    """`receipts` raises ForgedReceiptError for a call that the vendor did not sign, before anything is believed, and
    MalformedReceiptError for one that cannot be read. `challenge` is what a vendor wants to hear back before it calls
    an address at all; None where this call is no such question."""

    receipts: Callable[[Hook], Iterable[Receipt]]
    challenge: Callable[[Hook], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Which message an event is about, and what the event may make of it."""

    environment: str
    message_id: str
    external_id: str
    address: str

    def delivered(self) -> Receipt:
        return self._receipt(Status.DELIVERED, {})

    def complained(self) -> Receipt:
        """Who calls an email spam has got it."""
        return replace(self.delivered(), suppresses=True)

    def bounced(self, details: str, *, is_soft: bool = False) -> Receipt:
        """`is_soft` where the vendor does not say that nothing will ever arrive there."""
        return self._receipt(Status.BOUNCED, failure("bounced", details), is_soft, suppresses=not is_soft)

    def undelivered(self, details: str, reason: str = "undelivered") -> Receipt:
        return self._receipt(Status.UNDELIVERED, failure(reason, details))

    def rejected(self, details: str) -> Receipt:
        """The vendor took it and then would not send it."""
        return self.undelivered(details, "rejected")

    def _receipt(
        self, status: Status, facts: dict[str, Any], is_soft: bool = False, *, suppresses: bool = False
    ) -> Receipt:
        return Receipt(
            self.environment,
            self.message_id,
            self.external_id,
            status,
            facts,
            is_soft,
            self.address,
            suppresses,
        )


def must_equal(expected: str | bytes, given: str | bytes) -> None:
    """In constant time. Raises ForgedReceiptError."""
    if not hmac.compare_digest(_bytes(expected), _bytes(given)):
        raise forged()


def must_be_recent(hook: Hook, seconds: str, tolerance: timedelta = MINUTES) -> None:
    """`seconds` since 1970, as the signature covers them. Raises ForgedReceiptError."""
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 12):
        raise forged()
    if abs(hook.now.timestamp() - int(seconds)) > tolerance.total_seconds():
        raise ForgedReceiptError("the call was signed too long ago, or in the future; compare the clocks")


def must_know_password(hook: Hook, name: str) -> None:
    """By basic authentication, for vendors that sign nothing; any user name will do."""
    kind, _, encoded = hook.header("authorization").partition(" ")
    if kind.lower() != "basic":
        raise forged()
    _, _, password = decoded(encoded).partition(b":")
    must_equal(hook.secret(name), password)


def must_be_hmac(secret: str | bytes, signed: bytes, given: bytes, digest: str = "sha256") -> None:
    """Raises ForgedReceiptError."""
    must_equal(hmac.digest(_bytes(secret), signed, digest), given)


def decoded_hex(text: str) -> bytes:
    """Raises ForgedReceiptError."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise forged() from error


def decoded(text: str) -> bytes:
    """Of base64. Raises ForgedReceiptError."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise forged() from error


def forged() -> ForgedReceiptError:
    return ForgedReceiptError("the signature is wrong: compare the channel's secret with the vendor's")


def found_at(value: Any, *path: str | int) -> Any:
    """What lies there in a vendor's JSON; None where nothing does."""
    try:
        for step in path:
            value = value[step]
    except (KeyError, IndexError, TypeError):
        return None
    return value


def text_at(value: Any, *path: str | int) -> str:
    """Empty where there is no text and no number. Half a character, which JSON can spell, becomes a question mark."""
    found = found_at(value, *path)
    return str(found).encode(errors="replace").decode() if isinstance(found, str | int) else ""


def objects(value: Any) -> list[dict[str, Any]]:
    """Of a list, or of one that comes by itself."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _bytes(text: str | bytes) -> bytes:
    return text.encode(errors="surrogatepass") if isinstance(text, str) else text
