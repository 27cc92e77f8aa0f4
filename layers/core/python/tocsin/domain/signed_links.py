"""Links of our own that ask for no login: each carries what it is about, and a signature over that.

`/l/<token>` leads on to a tracked link, `/s/<key>` does so for texts that must be short, `/o/<token>` is the picture
that tells of an opened email, `/u/<token>` unsubscribes and `/p/<token>` edits preferences. A token is good for its
purpose and its environment alone, and for ever: what it says cannot be changed, so none leads to a place that we did
not write into it.
"""

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from tocsin.domain.ids import base62
from tocsin.domain.recipients import RecipientRef

SHORT = "s"
SHORT_KEY = re.compile(r"[0-9A-Za-z]{10}")
# Half of SHA-256 is as much as anybody could guess at, and half as long in every link of an email.
_SIGNATURE_BYTES = 16
# A longer one would not fit the longest URL that the edge takes, once it is wrapped.
_LONGEST_URL = 4_000
_URL = re.compile(r"https://[^\s\x00-\x20\x7f<>\"]+", re.IGNORECASE)


class Purpose(StrEnum):
    CLICK = "l"
    OPEN = "o"
    UNSUBSCRIBE = "u"
    PREFERENCES = "p"


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """The first one signs and each of them verifies, so that links outlive the key they were signed with."""

    keys: tuple[bytes, ...]

    def sign(self, purpose: Purpose, fields: Sequence[str]) -> str:
        said = _text(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode())
        return f"{said}.{_signature(self.keys[0], purpose, said)}"

    def read(self, purpose: Purpose, token: str) -> list[str] | None:
        """What was signed for this purpose; None for anything else."""
        if not token.isascii():
            return None
        said, _, signature = token.partition(".")
        given = signature.encode()
        # Each key is tried, whichever it was: how long this takes tells nothing.
        matches = [hmac.compare_digest(_signature(key, purpose, said).encode(), given) for key in self.keys]
        if not any(matches):
            return None
        fields: list[str] = json.loads(urlsafe_b64decode(said + "=" * (-len(said) % 4)))
        return fields

    def short(self, fields: Sequence[str]) -> str:
        """Ten characters that nobody can guess and that a repeat makes again."""
        digest = hmac.digest(self.keys[0], f"{SHORT}.{json.dumps(fields)}".encode(), sha256)
        return base62(digest, 10)


@dataclass(frozen=True, slots=True)
class ShortLink:
    key: str
    environment: str
    message_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one environment. The keys are asked for by the first link that is made."""

    base_url: str
    environment: str
    keys: Callable[[], LinkKeys]

    def click(self, message_id: str, url: str) -> str:
        """The tracked link in place of a URL; the URL itself where it is not to be tracked."""
        if not self._is_trackable(url):
            return url
        return self._signed(Purpose.CLICK, message_id, url)

    def short(self, message_id: str, url: str) -> ShortLink | None:
        """The same for texts that must be short: it leads somewhere once it is stored."""
        if not self._is_trackable(url):
            return None
        key = self.keys().short([self.environment, message_id, url])
        return ShortLink(key, self.environment, message_id, url)

    def short_url(self, link: ShortLink) -> str:
        return f"{self.base_url}/{SHORT}/{link.key}"

    def open(self, message_id: str) -> str:
        return self._signed(Purpose.OPEN, message_id)

    def unsubscribe(self, ref: RecipientRef) -> str:
        return self._signed(Purpose.UNSUBSCRIBE, ref.collection, ref.id)

    def preferences(self, ref: RecipientRef) -> str:
        return self._signed(Purpose.PREFERENCES, ref.collection, ref.id)

    def _signed(self, purpose: Purpose, *fields: str) -> str:
        return f"{self.base_url}/{purpose}/{self.keys().sign(purpose, [self.environment, *fields])}"

    def _is_trackable(self, url: str) -> bool:
        """Links of our own are not: they are wrapped already, or an unsubscribing would count as interest."""
        return is_trackable(url) and not url.startswith(f"{self.base_url}/")


def is_trackable(url: str) -> bool:
    if not _URL.fullmatch(url):
        return False
    try:
        return len(url.encode()) <= _LONGEST_URL
    except UnicodeEncodeError:  # half of a pair of surrogates, which no address has
        return False


def _signature(key: bytes, purpose: Purpose, said: str) -> str:
    return _text(hmac.digest(key, f"{purpose}.{said}".encode(), sha256)[:_SIGNATURE_BYTES])


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
