"""Connections that look at the address before they connect, and connect to the very address they looked at: a name
that resolves to something else a moment later changes nothing."""

import socket
from collections.abc import Iterator
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager
from urllib3.util.connection import create_connection

from tocsin.channels.outbound.addresses import is_public


class RefusedAddressError(Exception):
    """The host has no address that we may call."""


class _Guarded(HTTPConnection):
    """`allowed` are hosts that may be called though they are not public: a laptop's own sink."""

    allowed: frozenset[str] = frozenset()

    def _new_conn(self) -> socket.socket:
        problem: OSError | None = None
        for address in self._addresses():
            try:
                return create_connection(
                    (address, self.port or self.default_port),
                    self.timeout,
                    socket_options=self.socket_options,
                )
            except OSError as error:
                problem = error
        raise NewConnectionError(self, f"cannot connect to {self.host}: {problem}")

    def _addresses(self) -> Iterator[str]:
        try:
            found = socket.getaddrinfo(self.host.strip("[]"), self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            problem = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(self.host, self, problem) from error
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        if self.host in self.allowed:
            yield from addresses
            return
        # one private address among public ones is no mistake but an attempt
        if not all(map(is_public, addresses)):
            raise RefusedAddressError(f"{self.host} is not on the public internet")
        yield from addresses


class _GuardedTls(_Guarded, HTTPSConnection):
    pass


def pool_manager(allowed: frozenset[str], **options: Any) -> PoolManager:
    """A pool whose every connection is guarded, those of redirects too."""
    plain = type("_Plain", (_Guarded,), {"allowed": allowed})
    tls = type("_Tls", (_GuardedTls,), {"allowed": allowed})
    manager = PoolManager(**options)
    manager.pool_classes_by_scheme = {
        "http": type("_PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("_TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
    }
    return manager
