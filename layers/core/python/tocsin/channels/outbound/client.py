"""The one HTTP client of all providers: guarded addresses, one try, bounded time and size, errors by type.

It never repeats a request and follows no redirect: whether to try again is the delivery's decision, by the type of
the error, and an answer that points elsewhere is an answer.
"""

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from urllib3 import HTTPResponse, Timeout
from urllib3.exceptions import HTTPError, LocationValueError, NameResolutionError

from tocsin.channels.base import RejectedError, RetryableError
from tocsin.channels.outbound.connections import RefusedAddressError, pool_manager

TIMEOUT = 15.0
CONNECT_TIMEOUT = 5.0
LONGEST_ANSWER = 64 * 1024
CHUNK = 8 * 1024


@dataclass(frozen=True, slots=True)
class HttpRequest:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """`headers` by lower-case name; `body` is the first 64 KB of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


Http = Callable[[HttpRequest], HttpAnswer]


class HttpClient:
    """`allowed` are `host:port` pairs that may be called without TLS and though they are not public."""

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
        except RefusedAddressError as error:
            raise RejectedError(str(error)) from error
        except (LocationValueError, UnicodeError) as error:
            raise RejectedError(f"the URL cannot be called: {error}") from error
        except NameResolutionError as error:
            kind = RetryableError if _may_pass(error) else RejectedError
            raise kind(f"the host of the URL was not found: {error}") from error
        except HTTPError as error:
            raise RetryableError(f"no answer: {error}") from error

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise RejectedError(f"the URL cannot be read: {error}") from error
        if not parts.hostname:
            raise RejectedError("the URL names no host")
        if parts.username or parts.password:
            raise RejectedError("the URL carries a user name or password; send them as a header")
        if parts.scheme != "https" and f"{parts.hostname}:{port}" not in self._allowed:
            raise RejectedError("the URL must begin with https://")

    def _exchange(self, request: HttpRequest) -> HttpAnswer:
        deadline = self._monotonic() + self._timeout
        answer = self._pools.request(
            request.method,
            request.url,
            body=request.body,
            headers=dict(request.headers),
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
        return HttpAnswer(answer.status, headers, body)

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


def _may_pass(error: NameResolutionError) -> bool:
    """A name server that did not answer, as opposed to one that knows no such name."""
    return isinstance(error.__cause__, socket.gaierror) and error.__cause__.errno == socket.EAI_AGAIN
