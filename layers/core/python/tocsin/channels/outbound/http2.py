"""HTTP/2 (RFC 9113) for who speaks nothing else: a connection that stays open for the next request, guarded and hurried
as the HTTP client's are.

One request at a time, of a body that fits a frame; an answer's first part. A request is made once. Where a connection
that was open has fallen silent meanwhile, nobody knows what became of the request: the delivery tries again.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import H2Error

from tocsin.channels.base import RejectedError, RetryableError
from tocsin.channels.outbound.client import LONGEST_ANSWER
from tocsin.channels.outbound.dialing import Dialer
from tocsin.channels.outbound.requests import HttpAnswer, HttpRequest
from tocsin.channels.outbound.sockets import RefusedAddressError
from tocsin.channels.outbound.telling import USER_AGENT, answered, sendable, unanswered

# Seconds. Whoever lies between forgets connections on which nothing moves, and a frozen function moves nothing.
LONGEST_IDLE = 60.0
CHUNK = 16 * 1024
LONGEST_BODY = CHUNK  # what every server takes in one frame


class _Place(NamedTuple):
    scheme: str
    host: str
    port: int


class Http2Client:
    """Connections are kept for each thread, one for each host."""

    def __init__(self, dialer: Dialer, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._dialer = dialer
        self._monotonic = monotonic
        self._kept = threading.local()

    def send(self, request: HttpRequest) -> HttpAnswer:
        """Raises RejectedError for what must not or cannot be called, RetryableError when no whole answer came."""
        headers = {"user-agent": USER_AGENT, **sendable(request.headers)}
        parts = urlsplit(request.url)
        if parts.scheme != "https" and not self._dialer.may_be_plain(parts.hostname or ""):
            raise RejectedError("the URL must begin with https://")
        if len(request.body or b"") > LONGEST_BODY:
            raise RejectedError(f"a body of more than {LONGEST_BODY} bytes is not sent by HTTP/2")
        place = _Place(parts.scheme, parts.hostname or "", parts.port or 443)
        try:
            answer = self._connection(place).ask(request, parts, headers)
        except RefusedAddressError as error:
            raise unanswered(request, RejectedError, str(error)) from error
        except (OSError, H2Error, ValueError) as error:
            self._forget(place)
            raise unanswered(request, RetryableError, f"no answer: {error}") from error
        return answered(request, answer.status, answer.headers, answer.body)

    def _connection(self, place: _Place) -> "_Connection":
        """That of the last request, if it may still be there."""
        kept: _Connection | None = self._connections().get(place)
        now = self._monotonic()
        if kept is not None and now - kept.used_at < LONGEST_IDLE and not kept.is_over():
            self._dialer.hurry()
        else:
            self._forget(place)
            kept = self._connections()[place] = _Connection(self._dial(place), now)
        kept.used_at = now
        return kept

    def _dial(self, place: _Place) -> socket.socket:
        plain = self._dialer.dial(place.host, place.port)
        if place.scheme != "https":
            return plain
        try:
            wrapped = self._dialer.http2_tls.wrap_socket(plain, server_hostname=place.host)
        except BaseException:
            plain.close()
            raise
        if wrapped.selected_alpn_protocol() != "h2":
            wrapped.close()
            raise ConnectionError(f"{place.host} does not speak HTTP/2")
        return wrapped

    def _forget(self, place: _Place) -> None:
        kept = self._connections().pop(place, None)
        if kept is not None:
            kept.close()

    def _connections(self) -> "dict[_Place, _Connection]":
        kept: dict[_Place, _Connection] = self._kept.__dict__.setdefault("connections", {})
        return kept


@dataclass
class _Answer:
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_whole: bool = False


class _Connection:
    def __init__(self, sock: socket.socket, now: float) -> None:
        self._socket = sock
        self._h2 = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        self._h2.initiate_connection()
        self._is_going = False
        self.used_at = now

    def is_over(self) -> bool:
        """Whether the other side has closed it, or said that it will, since the last request."""
        self._socket.settimeout(0)
        try:
            data = self._socket.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return self._is_going
        except OSError:
            return True
        try:
            self._take(data, _Answer(), stream=0)
        except (OSError, H2Error):
            return True
        return not data or self._is_going

    def ask(self, request: HttpRequest, parts: SplitResult, headers: Mapping[str, str]) -> _Answer:
        stream = self._h2.get_next_available_stream_id()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fields = [
            (":method", request.method),
            (":scheme", parts.scheme),
            (":authority", parts.netloc),
            (":path", path),
            *((name.lower(), value) for name, value in headers.items()),
        ]
        self._h2.send_headers(stream, fields, end_stream=not request.body)
        if request.body:
            self._h2.send_data(stream, request.body, end_stream=True)
        answer = _Answer()
        while not answer.is_whole:
            self._flush()
            self._take(self._received(), answer, stream)
        self._flush()
        return answer

    def _flush(self) -> None:
        if data := self._h2.data_to_send():
            self._socket.sendall(data)

    def _received(self) -> bytes:
        buffer = bytearray(CHUNK)
        size = self._socket.recv_into(buffer)
        if not size:
            raise ConnectionError("the connection was closed")
        return bytes(buffer[:size])

    def _take(self, data: bytes, answer: _Answer, stream: int) -> None:
        for event in self._h2.receive_data(data):
            self._note(event, answer, stream)

    def _note(self, event: Event, answer: _Answer, stream: int) -> None:
        match event:
            case ConnectionTerminated():
                self._is_going = True
                if event.last_stream_id is not None and event.last_stream_id < stream:
                    raise ConnectionError("the server is leaving")
            case ResponseReceived(stream_id=of) if of == stream:
                answer.headers = {_text(name): _text(value) for name, value in event.headers or ()}
                answer.status = int(answer.headers[":status"])
            case DataReceived(stream_id=of) if of == stream:
                answer.body = (answer.body + (event.data or b""))[:LONGEST_ANSWER]
                self._h2.acknowledge_received_data(event.flow_controlled_length or 0, of)
            case StreamEnded(stream_id=of) if of == stream:
                answer.is_whole = True
            case StreamReset(stream_id=of) if of == stream:
                raise ConnectionError(f"the server reset the request ({event.error_code})")

    def close(self) -> None:
        self._socket.close()


def _text(value: bytes | str) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
