"""Requests that providers make and what comes back: what they see of HTTP."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tocsin.domain import json_text
from tocsin.domain.exchanges import Exchange


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`service` and `shown_path` are for the delivery log: who was called, and a path in the stead of one that is
    itself a secret. `hidden` is what else no answer may repeat: secrets that are not whole headers or parameters."""

    service: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    shown_path: str | None = None
    hidden: tuple[str, ...] = ()


def json_post(
    service: str, url: str, payload: Mapping[str, Any], headers: Mapping[str, str] | None = None, **facts: Any
) -> HttpRequest:
    """`facts` are further fields of the request."""
    headers = {"content-type": "application/json", "accept": "application/json", **(headers or {})}
    return HttpRequest(service, "POST", url, headers, json_text.dumps(payload).encode(), **facts)


def form_post(
    service: str, url: str, payload: Mapping[str, Any], headers: Mapping[str, str], **facts: Any
) -> HttpRequest:
    headers = {**headers, "content-type": "application/x-www-form-urlencoded"}
    return HttpRequest(service, "POST", url, headers, urlencode(form_fields(payload)).encode(), **facts)


def form_fields(payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A list is a field several times, null is none, and what is no text is written as JSON writes it.

    >>> form_fields({"To": "+1", "MediaUrl": ["a", "b"], "SmartEncoded": True, "From": None})
    [('To', '+1'), ('MediaUrl', 'a'), ('MediaUrl', 'b'), ('SmartEncoded', 'true')]
    """
    lists = ((name, value if isinstance(value, list) else [value]) for name, value in payload.items())
    every = ((name, one) for name, values in lists for one in values if one is not None)
    return [(name, one if isinstance(one, str) else json_text.dumps(one)) for name, one in every]


def basic(user: str, password: str) -> str:
    """The header `authorization`. The password by itself belongs among the request's `hidden`.

    >>> basic("jane", "pw")
    'Basic amFuZTpwdw=='
    """
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


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
