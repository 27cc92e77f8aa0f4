"""What is said to a server and told of a call, whichever way it went: headers as the wire carries them, and exchanges
that hold no credential."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tocsin.channels.base import DeliveryError, RejectedError
from tocsin.channels.outbound.requests import HttpAnswer, HttpRequest
from tocsin.domain.exchanges import LONGEST_ANSWER, Exchange
from tocsin.domain.redaction import secrets_of, shown_query, without

USER_AGENT = "tocsin"
# Of an answer's headers, those by which the provider can find the call again.
_SHOWN_HEADERS = ("x-request-id", "request-id", "x-slack-req-id", "apns-id", "retry-after")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def sendable(headers: Mapping[str, str]) -> dict[str, str]:
    """As the wire carries them: text beyond ASCII goes as UTF-8. Raises RejectedError."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise RejectedError(f"{name[:40]!r} cannot be the name of a header")
        if _CONTROL.search(value):
            raise RejectedError(f"the header {name[:40]} holds a control character")
    return {name: value.encode().decode("latin-1") for name, value in headers.items()}


def answered(request: HttpRequest, status: int, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
    """`headers` by lower-case name."""
    shown = {name: headers[name] for name in _SHOWN_HEADERS if name in headers}
    text = _without_secrets(request, body.decode(errors="replace"))[:LONGEST_ANSWER]
    exchange = _exchange(request, status=status, headers=shown, answer=text)
    return HttpAnswer(status, headers, body, exchange)


def unanswered(request: HttpRequest, kind: type[DeliveryError], text: str) -> DeliveryError:
    """The error of a call that got no whole answer."""
    text = _without_secrets(request, text)[:LONGEST_ANSWER]
    return kind(text, exchange=_exchange(request, answer=text))


def _exchange(request: HttpRequest, **answer: Any) -> Exchange:
    parts = urlsplit(request.url)
    path = request.shown_path or parts.path or "/"
    query = None if request.shown_path else shown_query(parts.query) or None
    return Exchange(request.service, request.method, parts.hostname or "", path, query, **answer)


def _without_secrets(request: HttpRequest, text: str) -> str:
    """A server may say back what it was sent."""
    path = [urlsplit(request.url).path] if request.shown_path else []
    return without(text, [*path, *request.hidden, *secrets_of(request.headers, request.url)])
