"""Sockets that look at the address before they connect, and connect to the very address they looked at: a name that
resolves to something else a moment later changes nothing.

All that a call waits for, it waits for together: each wait is for what is left of the whole. Otherwise a server that
sends or takes a byte now and then, or a name with many dead addresses, could hold us as long as it likes.
"""

import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Any

from urllib3.util.ssl_ import create_urllib3_context

from tocsin.channels.outbound.addresses import is_public

CONNECT_TIMEOUT = 5.0
# Seconds that are left of the call; raises TimeoutError when none are.
Left = Callable[[], float]


class RefusedAddressError(Exception):
    """The host has no address that we may call."""


class _Hurried(socket.socket):
    left: Left

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        self.settimeout(self.left())
        return super().recv_into(*arguments, **options)

    def sendall(self, *arguments: Any, **options: Any) -> None:
        self.settimeout(self.left())
        super().sendall(*arguments, **options)


class _HurriedTls(ssl.SSLSocket):
    left: Left

    def do_handshake(self, block: bool = False) -> None:
        self.settimeout(self.left())
        super().do_handshake(block)

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        self.settimeout(self.left())
        return super().recv_into(*arguments, **options)

    def send(self, *arguments: Any, **options: Any) -> int:
        """What `sendall` sends piece by piece with."""
        self.settimeout(self.left())
        return super().send(*arguments, **options)


def socket_class(left: Left) -> type[socket.socket]:
    return type("_Socket", (_Hurried,), {"left": staticmethod(left)})


def tls_context(left: Left) -> ssl.SSLContext:
    """One for all connections: reading the system's certificates takes longer than a call."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_default_certs()
    context.sslsocket_class = type("_TlsSocket", (_HurriedTls,), {"left": staticmethod(left)})
    return context


def connected(
    host: str,
    port: int,
    allowed: frozenset[str],
    kind: type[socket.socket],
    left: Left,
    options: Iterable[Any] = (),
) -> socket.socket:
    """To the first address that answers. `allowed` are hosts that may be called though they are not public: a laptop's
    own sink. Raises RefusedAddressError, socket.gaierror and OSError."""
    problem = OSError("no address")
    for family, address in _addresses(host, port, allowed):
        try:
            return _connect(kind(family, socket.SOCK_STREAM), (address, port), left, options)
        except OSError as error:
            problem = error
    raise problem


def _connect(
    made: socket.socket, address: tuple[str, int], left: Left, options: Iterable[Any]
) -> socket.socket:
    try:
        for option in options:
            made.setsockopt(*option)
        made.settimeout(min(CONNECT_TIMEOUT, left()))
        made.connect(address)
    except BaseException:
        made.close()
        raise
    return made


def _addresses(host: str, port: int, allowed: frozenset[str]) -> list[tuple[int, str]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(str(error)) from error
    addresses = dict.fromkeys((family, str(address[0])) for family, *_, address in found)
    # one private address among public ones is no mistake but an attempt
    if host not in allowed and not all(is_public(address) for _, address in addresses):
        raise RefusedAddressError(f"{host} is not on the public internet")
    return list(addresses)
