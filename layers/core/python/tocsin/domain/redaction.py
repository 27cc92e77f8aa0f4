"""What is never shown of a request: the values of headers and parameters whose names say that they open something."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote_plus, unquote_plus, urlsplit, urlunsplit

from tocsin.domain import json_text

HIDDEN = "…"
_OPENS_SOMETHING = re.compile(
    r"auth|token|secret|passw|cookie|credential|signature|(api|access)[-_]?key", re.I
)
# Shorter ones would take ordinary words out of an answer.
_SHORTEST = 6


def is_secret(name: str) -> bool:
    """
    >>> is_secret("Authorization"), is_secret("X-Api-Key"), is_secret("Idempotency-Key")
    (True, True, False)
    """
    return _OPENS_SOMETHING.search(name) is not None


def shown_content(content: dict[str, Any]) -> dict[str, Any]:
    """A message's content as people may read it. A webhook's request carries credentials, and so may a chat's
    connection that a step names; other content never holds any. Of an email's files only what they are is told: they
    may be larger than an answer."""
    if "attachments" in content:
        files = [
            {name: value for name, value in file.items() if name != "content"}
            for file in content["attachments"]
        ]
        return {**content, "attachments": files}
    if "connection_secrets" in content:
        return {name: value for name, value in content.items() if name != "connection_secrets"}
    if content.get("__typename") != "MessageHttpContent":
        return content
    parts = urlsplit(content["url"]) if "?" in content["url"] else None
    url = urlunsplit(parts._replace(query=shown_query(parts.query))) if parts else content["url"]
    pairs = {name: [_shown_pair(pair) for pair in content[name]] for name in ("headers", "query_params")}
    return {**content, "url": url, **pairs}


def shown_query(query: str) -> str:
    """
    >>> shown_query("page=2&token=t0p+secret")
    'page=2&token=%E2%80%A6'
    """
    pieces = [piece.partition("=") for piece in query.split("&")]
    return "&".join(
        name + equals + (quote_plus(HIDDEN) if value and is_secret(unquote_plus(name)) else value)
        for name, equals, value in pieces
    )


def without(text: str, secrets: Iterable[str]) -> str:
    """The text of an answer that may repeat what was sent."""
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, HIDDEN)
    return text


def words_of(secret: str) -> Iterator[str]:
    """A secret, and what templates can take out of one that is JSON.

    >>> list(words_of('{"user": "tocsin", "key": ["abc123"]}'))[1:]
    ['tocsin', 'abc123']
    """
    yield secret
    try:
        yield from _words(json_text.loads(secret))
    except (ValueError, RecursionError):
        return


def _words(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _words(inner)
    elif isinstance(value, str):
        yield value


def secrets_of(headers: Mapping[str, str], url: str) -> Iterator[str]:
    """Those that a request carries; of `Bearer abc`, the token alone as well."""
    for name, value in headers.items():
        if is_secret(name):
            yield from (value, value.rpartition(" ")[2])
    yield from (value for name, value in parse_qsl(urlsplit(url).query) if is_secret(name))


def _shown_pair(pair: dict[str, Any]) -> dict[str, Any]:
    return {**pair, "value": HIDDEN} if is_secret(pair["key"]) else pair
