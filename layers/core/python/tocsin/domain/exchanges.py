"""What passed between us and a provider in one call, as the message remembers it: small, and never a credential.

What was sent is not kept a second time: it is the message's content.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

LONGEST_ANSWER = 300
MAX_EXCHANGES = 16


@dataclass(frozen=True, slots=True)
class Exchange:
    """`status` None: no answer came, and `answer` says why. `headers` are those of the answer that help whoever asks
    the provider about it. Where a URL is itself a secret, `path` is what the provider shows in its stead."""

    service: str
    method: str
    host: str
    path: str
    query: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    answer: str = ""


Exchanges = tuple[tuple[datetime, Exchange], ...]


def with_exchange(exchanges: Exchanges, exchange: Exchange | None, now: datetime) -> Exchanges:
    """And what came of one more call, if there was one; the oldest go once there are too many."""
    if exchange is None:
        return exchanges
    kept = replace(exchange, answer=exchange.answer[:LONGEST_ANSWER])
    return (*exchanges, (now, kept))[-MAX_EXCHANGES:]
