"""HTTP over the guarded sockets: a pool whose every connection looks before it connects, and hurries."""

import socket
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager

from tocsin.channels.outbound.sockets import Left, connected, socket_class, tls_context


class _Guarded(HTTPConnection):
    allowed: frozenset[str]
    left: Left
    kind: type[socket.socket]

    def __str__(self) -> str:
        """What its errors begin with, and people read."""
        return self.host

    def _new_conn(self) -> socket.socket:
        host, port = self.host.strip("[]"), self.port or self.default_port
        try:
            return connected(host, port, self.allowed, self.kind, type(self).left, self.socket_options or ())
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except OSError as error:
            raise NewConnectionError(self, f"cannot connect: {error}") from error


class _GuardedTls(_Guarded, HTTPSConnection):
    pass


def pool_manager(allowed: frozenset[str], left: Left, **options: Any) -> PoolManager:
    facts = {"allowed": allowed, "left": staticmethod(left), "kind": socket_class(left)}
    plain = type("_Plain", (_Guarded,), facts)
    tls = type("_Tls", (_GuardedTls,), facts)
    manager = PoolManager(**options, ssl_context=tls_context(left))
    manager.pool_classes_by_scheme = {
        "http": type("_PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("_TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
    }
    return manager
