"""What a fetch step's settings say, rendered into a request."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit, urlunsplit

from tocsin.domain import json_text
from tocsin.domain.http_requests import RESERVED_HEADERS
from tocsin.domain.work import Fetch
from tocsin.engine.context import Context
from tocsin.engine.rendered_json import InvalidJsonError, parsed, rendered_object

# The reference sends a body with these only.
WITH_A_BODY = frozenset({"post", "put"})


class _Pair(Protocol):
    key: str
    value: str


class _Settings(Protocol):
    @property
    def url(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def headers(self) -> Sequence[_Pair] | str | None: ...
    @property
    def query_params(self) -> Sequence[_Pair] | str | None: ...
    @property
    def body(self) -> str | None: ...


def fetch_of(settings: _Settings, context: Context) -> Fetch:
    """Raises CompositionError, InvalidJsonError."""
    headers = {name.lower(): value for name, value in _pairs(settings.headers, context)}
    reserved = sorted(RESERVED_HEADERS & headers.keys())
    if reserved:
        raise InvalidJsonError(
            f"the header {reserved[0]} cannot be set: it belongs to how the request travels"
        )
    body = _body(settings, context)
    if body is not None:
        headers.setdefault("content-type", "application/json")
    return Fetch(settings.method, _url(settings, context), headers, body)


def host_of(url: str) -> str:
    """What of a URL may be logged: the rest may hold secrets."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _url(settings: _Settings, context: Context) -> str:
    url = context.render(settings.url).strip()
    pairs = list(_pairs(settings.query_params, context))
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidJsonError(f"the URL cannot be read: {error}") from error
    query = "&".join(filter(None, (parts.query, urlencode(pairs))))
    return urlunsplit(parts._replace(query=query))


def _pairs(said: Sequence[_Pair] | str | None, context: Context) -> Iterator[tuple[str, str]]:
    if isinstance(said, str):
        if said.strip():
            yield from ((name, _text(value)) for name, value in rendered_object(said, context).items())
        return
    for pair in said or ():
        name = context.render(pair.key).strip()
        if name:
            yield name, context.render(pair.value).strip()


def _text(value: Any) -> str:
    """As JSON spells it: `true`, not Python's `True`."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json_text.dumps(value)


def _body(settings: _Settings, context: Context) -> bytes | None:
    """JSON, and it has to be: the server's complaint would be harder to read than ours."""
    if settings.method not in WITH_A_BODY or not (settings.body or "").strip():
        return None
    text = context.render(settings.body or "")
    parsed(text, context)
    return text.encode()
