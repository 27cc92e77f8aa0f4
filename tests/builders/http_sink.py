"""A server on loopback that plays whatever a provider might: an answer, a slow one, a broken one, none at all; to who
speaks HTTP/2, in that.

`plays` is a list of what the next connections get; the last one stays. Every request is kept as it came.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import sleep

from tests.builders.http2_talk import GOING, PREFACE, Http2Talk

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


def answer(status: int, body: bytes = b"{}", **headers: str) -> bytes:
    """`retry_after="7"` becomes the header `retry-after: 7`."""
    lines = [f"HTTP/1.1 {status} Played", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Trickle:
    """Sends `data` byte by byte, `pause` seconds between."""

    data: bytes
    pause: float


RESET = b"reset"
SILENCE = b"silence"


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Sink:
    port: int
    plays: list[bytes | Trickle] = field(default_factory=lambda: [OK])
    seen: list[Seen] = field(default_factory=list)

    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    def serve(self, accepted: socket.socket) -> None:
        try:
            connection = self.tls.wrap_socket(accepted, server_side=True) if self.tls else accepted
        except OSError:
            return  # a client that does not trust us
        with connection:
            begun = _received(connection)
            if begun.startswith(PREFACE):
                self._serve_http2(connection, Http2Talk(connection, begun))
                return
            while (request := _read(connection, begun)) is not None:
                self.seen.append(request)
                begun = b""
                if not _play(connection, self.next()):
                    return

    def _serve_http2(self, connection: socket.socket, talk: Http2Talk) -> None:
        for request in talk.requests():
            self.seen.append(Seen(*request))
            play = self.next()
            if isinstance(play, bytes) and play.startswith(b"HTTP/1.1"):
                talk.say(play)
            elif play == GOING:
                talk.go()
                return
            elif not _play(connection, play):
                return

    def next(self) -> bytes | Trickle:
        return self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]


def _play(connection: socket.socket, play: bytes | Trickle) -> bool:
    """False when the connection is over."""
    try:
        if isinstance(play, Trickle):
            for place in range(len(play.data)):
                connection.sendall(play.data[place : place + 1])
                sleep(play.pause)
            return False
        if play == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            return False
        if play == SILENCE:
            connection.recv(1)
            return False
        connection.sendall(play)
    except OSError:
        return False
    return play.startswith(b"HTTP/1.1")


def _read(connection: socket.socket, data: bytes) -> Seen | None:
    """One request, of which `data` is there; None when the client is gone."""
    while b"\r\n\r\n" not in data:
        more = _received(connection)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += _received(connection)
    method, path, _ = first.split(" ")
    return Seen(method, path, headers, body)


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except OSError:
        return b""


@contextmanager
def http_sink(tls: ssl.SSLContext | None = None, port: int = 0) -> Iterator[Sink]:
    with socket.create_server(("127.0.0.1", port)) as listener:
        sink = Sink(listener.getsockname()[1], tls=tls)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=sink.serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield sink
        listener.shutdown(socket.SHUT_RDWR)
