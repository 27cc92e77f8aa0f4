"""Connections for what speaks no HTTP, guarded and hurried as the HTTP client's are."""

import socket
import ssl
import time
from collections.abc import Callable
from functools import cached_property

from tocsin.channels.outbound.client import TIMEOUT
from tocsin.channels.outbound.deadlines import Deadline
from tocsin.channels.outbound.sockets import connected, socket_class, tls_context


class Dialer:
    """`allowed` are hosts that may be called without TLS and though they are not public."""

    def __init__(
        self,
        allowed: frozenset[str] = frozenset(),
        timeout: float = TIMEOUT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = allowed
        self._deadline = Deadline(timeout, monotonic)
        self._kind = socket_class(self._deadline.left)

    def hurry(self) -> None:
        """The time of a call over a connection that is open already begins here."""
        self._deadline.begin()

    def dial(self, host: str, port: int) -> socket.socket:
        """The time of the whole call begins here. Raises RefusedAddressError, socket.gaierror and OSError."""
        self._deadline.begin()
        return connected(host, port, self._allowed, self._kind, self._deadline.left)

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """What wraps a connection of this dialer stays as hurried."""
        return tls_context(self._deadline.left)

    @cached_property
    def http2_tls(self) -> ssl.SSLContext:
        """The same, for who speaks HTTP/2."""
        context = tls_context(self._deadline.left)
        context.set_alpn_protocols(["h2"])
        return context

    def may_be_plain(self, host: str) -> bool:
        return host in self._allowed
