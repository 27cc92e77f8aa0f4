"""The one HTTP client of all providers: guarded addresses, one try, bounded time and size, errors by type.

It never repeats a request and follows no redirect: whether to try again is the delivery's decision, by the type of
the error, and an answer that points elsewhere is an answer. What it tells of a call holds no credential.
"""

import socket
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from urllib3 import HTTPResponse, Timeout
from urllib3.exceptions import HTTPError, LocationValueError, NameResolutionError

from tocsin.channels.base import DeliveryError, MisdirectedError, RejectedError, RetryableError
from tocsin.channels.outbound.connections import pool_manager
from tocsin.channels.outbound.deadlines import Deadline
from tocsin.channels.outbound.requests import HttpAnswer, HttpRequest
from tocsin.channels.outbound.sockets import CONNECT_TIMEOUT, RefusedAddressError
from tocsin.channels.outbound.telling import USER_AGENT, answered, sendable, unanswered

TIMEOUT = 15.0
LONGEST_ANSWER = 64 * 1024
CHUNK = 8 * 1024


class HttpClient:
    """`allowed` are hosts that may be called without TLS and though they are not public."""

    def __init__(
        self,
        allowed: frozenset[str] = frozenset(),
        timeout: float = TIMEOUT,
        monotonic: Callable[[], float] = time.monotonic,
        longest_answer: int = LONGEST_ANSWER,
    ) -> None:
        self._allowed = allowed
        self._timeout = timeout
        self._longest_answer = longest_answer
        self._deadline = Deadline(timeout, monotonic)
        self._pools = pool_manager(allowed, self._deadline.left, num_pools=20, maxsize=4, retries=False)

    def send(self, request: HttpRequest) -> HttpAnswer:
        """Raises RejectedError for what must not or cannot be called, RetryableError when no whole answer came."""
        self._check(request.url)
        headers = {"user-agent": USER_AGENT, **sendable(request.headers)}
        self._deadline.begin()
        try:
            return self._exchange(request, headers)
        except (RefusedAddressError, UnicodeError, HTTPError, TimeoutError) as error:
            kind, text = _meaning(error)
            raise unanswered(request, kind, text) from error

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

    def _exchange(self, request: HttpRequest, headers: Mapping[str, str]) -> HttpAnswer:
        answer = self._pools.request(
            request.method,
            request.url,
            body=request.body,
            headers=headers,
            timeout=Timeout(connect=CONNECT_TIMEOUT, read=self._timeout),
            redirect=False,
            preload_content=False,
            decode_content=True,
        )
        assert isinstance(answer, HTTPResponse)
        try:
            body = _body(answer, self._longest_answer)
        except BaseException:
            answer.close()  # what was not read to its end would be the next request's answer
            raise
        found = {name.lower(): value for name, value in answer.headers.items()}
        return answered(request, answer.status, found, body)


def _body(answer: HTTPResponse, longest: int) -> bytes:
    """Its first part: what is longer is not for us."""
    body = b""
    while chunk := answer.read1(CHUNK):
        body += chunk
        if len(body) > longest:
            answer.close()
            return body[:longest]
    answer.release_conn()
    return body


def _meaning(error: Exception) -> tuple[type[DeliveryError], str]:
    """LocationValueError is an HTTPError too, and so is that a name does not resolve: these are asked for first."""
    if isinstance(error, RefusedAddressError):
        return RejectedError, str(error)
    if isinstance(error, LocationValueError | UnicodeError):
        return RejectedError, "the URL cannot be called: it is malformed"
    if isinstance(error, NameResolutionError) and not _may_pass(error):
        return MisdirectedError, f"the host of the URL was not found: {error}"
    return RetryableError, f"no answer: {error}"


def _may_pass(error: NameResolutionError) -> bool:
    """A name server that did not answer, as opposed to one that knows no such name."""
    return isinstance(error.__cause__, socket.gaierror) and error.__cause__.errno == socket.EAI_AGAIN
