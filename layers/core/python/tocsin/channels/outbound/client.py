"""The one HTTP client of all providers: guarded addresses, one try, bounded time and size, errors by type.

It never repeats a request and follows no redirect: whether to try again is the delivery's decision, by the type of
the error, and an answer that points elsewhere is an answer.
"""

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from urllib3 import HTTPResponse, Timeout
from urllib3.exceptions import HTTPError, LocationValueError, NameResolutionError

from tocsin.channels.base import DeliveryError, RejectedError, RetryableError
from tocsin.channels.outbound.connections import RefusedAddressError, pool_manager
from tocsin.domain.exchanges import LONGEST_ANSWER as LONGEST_ANSWER_SHOWN
from tocsin.domain.exchanges import Exchange

TIMEOUT = 15.0
CONNECT_TIMEOUT = 5.0
LONGEST_ANSWER = 64 * 1024
CHUNK = 8 * 1024
USER_AGENT = "tocsin"
# Of an answer's headers, those by which the provider can find the call again.
_SHOWN_HEADERS = ("x-request-id", "request-id", "x-slack-req-id", "retry-after")


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
    """`headers` by lower-case name; `body` is the first 64 KB of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    exchange: Exchange

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


Http = Callable[[HttpRequest], HttpAnswer]


class HttpClient:
    """`allowed` are hosts that may be called without TLS and though they are not public."""

    def __init__(
        self,
        allowed: frozenset[str] = frozenset(),
        timeout: float = TIMEOUT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = allowed
        self._timeout = timeout
        self._monotonic = monotonic
        self._pools = pool_manager(allowed, num_pools=20, maxsize=4, retries=False)

    def send(self, request: HttpRequest) -> HttpAnswer:
        """Raises RejectedError for what must not or cannot be called, RetryableError when no whole answer came."""
        self._check(request.url)
        try:
            return self._exchange(request)
        except (RefusedAddressError, LocationValueError, UnicodeError, HTTPError) as error:
            kind, text = _meaning(error)
            raise kind(text, exchange=_exchange(request, answer=text)) from error

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            parts.port  # noqa: B018 - reading it checks it
        except ValueError as error:
            raise RejectedError(f"the URL cannot be read: {error}") from error
        if not parts.hostname:
            raise RejectedError("the URL names no host")
        if parts.username or parts.password:
            raise RejectedError("the URL carries a user name or password; send them as a header")
        if parts.scheme != "https" and parts.hostname not in self._allowed:
            raise RejectedError("the URL must begin with https://")

    def _exchange(self, request: HttpRequest) -> HttpAnswer:
        deadline = self._monotonic() + self._timeout
        answer = self._pools.request(
            request.method,
            request.url,
            body=request.body,
            headers={"user-agent": USER_AGENT, **request.headers},
            timeout=Timeout(connect=CONNECT_TIMEOUT, total=self._timeout),
            redirect=False,
            preload_content=False,
            decode_content=True,
        )
        assert isinstance(answer, HTTPResponse)
        try:
            body = self._body(answer, deadline)
        except BaseException:
            answer.close()  # what was not read to its end would be the next request's answer
            raise
        headers = {name.lower(): value for name, value in answer.headers.items()}
        shown = {name: headers[name] for name in _SHOWN_HEADERS if name in headers}
        text = body[:LONGEST_ANSWER_SHOWN].decode(errors="replace")
        exchange = _exchange(request, status=answer.status, headers=shown, answer=text)
        return HttpAnswer(answer.status, headers, body, exchange)

    def _body(self, answer: HTTPResponse, deadline: float) -> bytes:
        """Reads what has come, as it comes: a server that sends a byte now and then must not hold us for ever, and the
        socket's own time-out starts anew with each."""
        body = b""
        while chunk := answer.read1(CHUNK):
            body += chunk
            if len(body) > LONGEST_ANSWER:
                answer.close()
                return body[:LONGEST_ANSWER]
            if self._monotonic() > deadline:
                raise HTTPError(f"the answer was not complete after {self._timeout:.0f} s")
        answer.release_conn()
        return body


def _meaning(error: Exception) -> tuple[type[DeliveryError], str]:
    """LocationValueError is an HTTPError too, and so is that a name does not resolve: these are asked for first."""
    if isinstance(error, RefusedAddressError):
        return RejectedError, str(error)
    if isinstance(error, LocationValueError | UnicodeError):
        return RejectedError, f"the URL cannot be called: {error}"
    if isinstance(error, NameResolutionError) and not _may_pass(error):
        return RejectedError, f"the host of the URL was not found: {error}"
    return RetryableError, f"no answer: {error}"


def _exchange(request: HttpRequest, **answer: Any) -> Exchange:
    parts = urlsplit(request.url)
    path = request.shown_path or parts.path or "/"
    query = None if request.shown_path else parts.query or None
    return Exchange(request.service, request.method, parts.hostname or "", path, query, **answer)


def _may_pass(error: NameResolutionError) -> bool:
    """A name server that did not answer, as opposed to one that knows no such name."""
    return isinstance(error.__cause__, socket.gaierror) and error.__cause__.errno == socket.EAI_AGAIN
