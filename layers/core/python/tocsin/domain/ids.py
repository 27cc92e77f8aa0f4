"""Identifiers: time-ordered, so that a list needs no index, and derivable, so that a repeat makes the same one.

Messages, events and activities carry KSUIDs (27 base62 characters, https://github.com/segmentio/ksuid): four
bytes of seconds and sixteen of payload, of which we give the first two to milliseconds so that what is made within
one second still sorts by time. Recipient runs carry UUIDv8 (RFC 9562 section 5.8): 48 bits of milliseconds and a hash.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID, uuid4

KSUID_EPOCH = 1_400_000_000
KSUID_LENGTH = 27
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PAIRS = [high + low for high in _BASE62 for low in _BASE62]
# What belongs together is made at one time, or with its trigger.
REMEMBERED = 256
_CHANCE = secrets.SystemRandom()

NewUuid = Callable[[], str]
NewSecret = Callable[[], str]


def random_uuid() -> str:
    return str(uuid4())


def random_chance() -> float:
    """In [0, 1): the jitter of retries. Of the system, for copies of one snapshot share the state of a generator."""
    return _CHANCE.random()


def random_secret() -> str:
    """43 URL-safe characters, 256 bits: the random part of an API key."""
    return secrets.token_urlsafe(32)


def ksuid(moment: datetime, *seed: str) -> str:
    """The KSUID of `seed` at `moment`: the same arguments give the same id.

    >>> from datetime import UTC
    >>> len(ksuid(datetime(2026, 1, 1, tzinfo=UTC), "run", "email_1"))
    27
    """
    seconds, fraction = divmod(_milliseconds(moment), 1000)
    digest = hashlib.sha256("\x1f".join(seed).encode()).digest()[:14]
    return base62((seconds - KSUID_EPOCH).to_bytes(4) + fraction.to_bytes(2) + digest, KSUID_LENGTH)


@lru_cache(maxsize=REMEMBERED)
def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def seed_part(text: str) -> bytes:
    """What of a KSUID comes of its seed alone, whenever it was made."""
    value = 0
    for character in text:
        value = value * 62 + _BASE62.index(character)
    return value.to_bytes(20)[6:]


def earliest_ksuid(moment: datetime) -> str:
    """The lowest KSUID of that millisecond: a bound for lists by time."""
    seconds, fraction = divmod(int(moment.timestamp() * 1000), 1000)
    return base62((seconds - KSUID_EPOCH).to_bytes(4) + fraction.to_bytes(2) + bytes(14), KSUID_LENGTH)


def base62(number: bytes, length: int) -> str:
    """The last digits of a number."""
    value, text = int.from_bytes(number), ""
    for _ in range((length + 3) // 4):
        value, four = divmod(value, 62**4)
        text = f"{_PAIRS[four // 62**2]}{_PAIRS[four % 62**2]}{text}"
    return text[-length:]


def is_ksuid(text: str) -> bool:
    return len(text) == KSUID_LENGTH and all(character in _BASE62 for character in text)


def time_ordered_uuid(moment: datetime, *seed: str) -> str:
    """The UUIDv8 of `seed` at `moment`: sorts by time, and the same arguments give the same id."""
    time = f"{_milliseconds(moment):012x}"
    hashed = hashlib.sha256("\x1f".join(seed).encode()).hexdigest()
    variant = "89ab"[int(hashed[4], 16) & 3]
    return f"{time[:8]}-{time[8:]}-8{hashed[1:4]}-{variant}{hashed[5:8]}-{hashed[8:20]}"


def recipient_run_id(workflow_run_id: str, triggered_at: datetime, gid: str) -> str:
    """One id per (trigger, recipient), whoever computes it: fan-out may repeat itself freely."""
    return time_ordered_uuid(triggered_at, workflow_run_id, gid)


def earliest_run_id(moment: datetime) -> str:
    """The lowest recipient run id of that millisecond: a bound for lists by time."""
    return str(UUID(bytes=int(moment.timestamp() * 1000).to_bytes(6) + bytes(10)))


def time_of_run(run_id: str) -> datetime:
    """When the trigger of a recipient run came, to the millisecond."""
    return datetime.fromtimestamp(int(run_id[:8] + run_id[9:13], 16) / 1000, UTC)


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
