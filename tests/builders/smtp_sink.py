"""An SMTP server on loopback that plays whatever one might: with and without TLS, friendly, strict, slow or broken.

`says` are its answers by command, where they are not the usual ones: `CONNECT` for the greeting, `END` for what follows
the mail itself.
"""

import re
import socket
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import sleep

from tests.builders.http_sink import RESET, SILENCE, Trickle

USUAL = {
    "CONNECT": b"220 sink ESMTP",
    "STARTTLS": b"220 go on",
    "DATA": b"354 go on",
    "END": b"250 2.0.0 queued as 42",
    "QUIT": b"221 bye",
}


@dataclass
class Mail:
    """`login` is who was let in, `over_tls` whether anybody in between could read it."""

    login: tuple[str, str] | None
    over_tls: bool
    sender: str
    recipients: list[str] = field(default_factory=list)
    text: bytes = b""


@dataclass
class SmtpSink:
    port: int
    tls: ssl.SSLContext | None = None
    tls_first: bool = False
    login: tuple[str, str] | None = None
    pause_per_line: float = 0
    says: dict[str, bytes | Trickle] = field(default_factory=dict)
    seen: list[Mail] = field(default_factory=list)
    in_the_clear: list[bytes] = field(default_factory=list)

    host: str = "127.0.0.1"

    def serve(self, accepted: socket.socket) -> None:
        try:
            hidden = self.tls.wrap_socket(accepted, server_side=True) if self.tls and self.tls_first else None
            _Talk(self, hidden or accepted).go_on()
        except OSError:
            return  # a client that is gone, or does not trust us


class _Talk:
    def __init__(self, sink: SmtpSink, connection: socket.socket) -> None:
        self._sink = sink
        self._connection = connection
        self._lines = connection.makefile("rb")
        self._login: tuple[str, str] | None = None
        self._letter = Mail(None, False, "")

    def go_on(self) -> None:
        with self._connection:
            self._say("CONNECT")
            while line := self._line():
                command, _, words = line.decode().strip().partition(" ")
                getattr(self, f"_{command.lower()}", self._usual)(command.upper(), words)

    def _ehlo(self, command: str, words: str) -> None:
        offers = ["sink"]
        if self._sink.tls and not self._is_hidden():
            offers.append("STARTTLS")
        if self._sink.login:
            offers.append("AUTH PLAIN")
        usual = "\r\n".join(f"250-{one}" for one in offers) + "\r\n250 8BITMIME"
        self._say(command, usual.encode())

    def _starttls(self, command: str, words: str) -> None:
        self._say(command)
        assert self._sink.tls
        self._connection = self._sink.tls.wrap_socket(self._connection, server_side=True)
        self._lines = self._connection.makefile("rb")

    def _auth(self, command: str, words: str) -> None:
        _, user, password = b64decode(words.partition(" ")[2]).decode().split("\0")
        is_right = (user, password) == self._sink.login
        self._login = (user, password) if is_right else None
        self._say(command, b"235 welcome" if is_right else b"535 5.7.8 who are you")

    def _mail(self, command: str, words: str) -> None:
        self._letter = Mail(self._login, self._is_hidden(), _address(words))
        self._say(command)

    def _rcpt(self, command: str, words: str) -> None:
        answer = self._sink.says.get(f"RCPT {_address(words)}") or self._sink.says.get(command) or b"250 ok"
        if isinstance(answer, bytes) and answer.startswith(b"25"):
            self._letter.recipients.append(_address(words))
        self._play(answer)

    def _data(self, command: str, words: str) -> None:
        self._say(command)
        if command in self._sink.says:
            return
        text = b""
        while (line := self._line()) != b".\r\n":
            text += line.removeprefix(b".")
            if self._sink.pause_per_line:
                sleep(self._sink.pause_per_line)
        self._letter.text = text
        self._sink.seen.append(self._letter)
        self._say("END")

    def _usual(self, command: str, words: str) -> None:
        self._say(command)

    def _is_hidden(self) -> bool:
        return isinstance(self._connection, ssl.SSLSocket)

    def _line(self) -> bytes:
        line = self._lines.readline()
        if not self._is_hidden():
            self._sink.in_the_clear.append(line)
        return line

    def _say(self, command: str, usual: bytes = b"250 ok") -> None:
        self._play(self._sink.says.get(command, USUAL.get(command, usual)))

    def _play(self, answer: bytes | Trickle) -> None:
        if isinstance(answer, Trickle):
            for place in range(len(answer.data)):
                self._connection.sendall(answer.data[place : place + 1])
                sleep(answer.pause)
        elif answer == RESET:
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01" + b"\x00" * 7)
            self._connection.shutdown(socket.SHUT_RD)
            raise ConnectionAbortedError
        elif answer == SILENCE:
            self._connection.recv(1)
            raise ConnectionAbortedError
        else:
            self._connection.sendall(answer + b"\r\n")


def _address(words: str) -> str:
    found = re.search(r"<(.*)>", words)
    assert found
    return found[1]


@contextmanager
def smtp_sink(tls: ssl.SSLContext | None = None) -> Iterator[SmtpSink]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # So that a slow one is slow at once.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
        sink = SmtpSink(listener.getsockname()[1], tls)

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
