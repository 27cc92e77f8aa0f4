"""Connections that look at the address before they connect, and connect to the very address they looked at: a name
that resolves to something else a moment later changes nothing.

All that a call waits for, it waits for together: each wait is for what is left of the whole. Otherwise a server that
sends a byte now and then, or a name with many dead addresses, could hold us as long as it likes.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager
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


class _HurriedTls(ssl.SSLSocket):
    left: Left

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        self.settimeout(self.left())
        return super().recv_into(*arguments, **options)


class _Guarded(HTTPConnection):
    """`allowed` are hosts that may be called though they are not public: a laptop's own sink."""

    allowed: frozenset[str]
    left: Left
    socket_class: type[socket.socket]

    def _new_conn(self) -> socket.socket:
        problem: OSError | None = None
        for family, address in self._addresses():
            try:
                return self._connected(family, address)
            except OSError as error:
                problem = error
        raise NewConnectionError(self, f"cannot connect to {self.host}: {problem}")

    def _connected(self, family: int, address: str) -> socket.socket:
        made = self.socket_class(family, socket.SOCK_STREAM)
        try:
            for option in self.socket_options or ():
                made.setsockopt(*option)
            made.settimeout(min(CONNECT_TIMEOUT, type(self).left()))
            made.connect((address, self.port or self.default_port))
        except BaseException:
            made.close()
            raise
        return made

    def _addresses(self) -> Iterator[tuple[int, str]]:
        try:
            found = socket.getaddrinfo(self.host.strip("[]"), self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            problem = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(self.host, self, problem) from error
        addresses = dict.fromkeys((family, str(address[0])) for family, *_, address in found)
        # one private address among public ones is no mistake but an attempt
        if self.host not in self.allowed and not all(is_public(address) for _, address in addresses):
            raise RefusedAddressError(f"{self.host} is not on the public internet")
        yield from addresses


class _GuardedTls(_Guarded, HTTPSConnection):
    pass


def pool_manager(allowed: frozenset[str], left: Left, **options: Any) -> PoolManager:
    """A pool whose every connection is guarded and hurried."""
    facts = {"allowed": allowed, "left": staticmethod(left)}
    facts["socket_class"] = type("_Socket", (_Hurried,), {"left": staticmethod(left)})
    plain = type("_Plain", (_Guarded,), facts)
    tls = type("_Tls", (_GuardedTls,), facts)
    manager = PoolManager(**options, ssl_context=_tls_context(left))
    manager.pool_classes_by_scheme = {
        "http": type("_PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("_TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
    }
    return manager


def _tls_context(left: Left) -> ssl.SSLContext:
    """One for all connections: reading the system's certificates takes longer than a call."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_default_certs()
    context.sslsocket_class = type("_TlsSocket", (_HurriedTls,), {"left": staticmethod(left)})
    return context
