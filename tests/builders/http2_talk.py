"""A server's side of HTTP/2, for the sink: requests as they come, answers as they are said in HTTP/1.1."""

import socket
from collections.abc import Iterator
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded

PREFACE = b"PRI"
# A server that leaves: it says so, and closes.
GOING = b"going"


class Http2Talk:
    def __init__(self, connection: socket.socket, begun: bytes) -> None:
        self._connection = connection
        self._begun = begun
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self._h2.initiate_connection()
        self._stream = 0

    def requests(self) -> Iterator[tuple[str, str, dict[str, str], bytes]]:
        """Method, path, headers and body of one after the other, until the client is gone."""
        fields: dict[str, str] = {}
        body = b""
        data = self._begun
        while data:
            for event in self._h2.receive_data(data):
                if isinstance(event, RequestReceived):
                    fields, body = {_text(name): _text(value) for name, value in event.headers or ()}, b""
                elif isinstance(event, DataReceived):
                    body += event.data or b""
                elif isinstance(event, StreamEnded):
                    self._stream = event.stream_id
                    self._flush()
                    headers = {name: value for name, value in fields.items() if not name.startswith(":")}
                    yield fields[":method"], fields[":path"], {**headers, "host": fields[":authority"]}, body
            self._flush()
            data = self._received()

    def say(self, answer: bytes) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
        self._h2.send_headers(self._stream, [(":status", first.split(" ")[1]), *headers])
        self._h2.send_data(self._stream, body, end_stream=True)
        self._flush()

    def go(self) -> None:
        self._h2.close_connection()
        self._flush()

    def _flush(self) -> None:
        self._connection.sendall(self._h2.data_to_send())

    def _received(self) -> bytes:
        try:
            return self._connection.recv(65536)
        except OSError:
            return b""


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
