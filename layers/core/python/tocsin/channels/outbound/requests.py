"""Requests that providers make and what comes back: what they see of HTTP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tocsin.domain.exchanges import Exchange


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`service` and `shown_path` are for the delivery log: who was called, and a path in the stead of one that is
    itself a secret."""

    service: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    shown_path: str | None = None


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """`headers` by lower-case name; `body` is the first part of it, 64 KB unless the client takes more."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    exchange: Exchange

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


Http = Callable[[HttpRequest], HttpAnswer]
