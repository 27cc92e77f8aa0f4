"""Loopback ports: free, taken, and by which setting to move away."""

import socket

from local.console import LocalError
from local.settings import EMULATOR_PORT_VARIABLE, HOST, PORT_VARIABLE, Settings


def require_free(settings: Settings) -> None:
    for port, variable, owner in (
        (settings.port, PORT_VARIABLE, "the API"),
        (settings.emulator_port, EMULATOR_PORT_VARIABLE, "the emulator"),
    ):
        if is_taken(port):
            raise LocalError(
                f"port {port} for {owner} is taken by another program; set {variable} to a free port"
            )


def is_taken(port: int) -> bool:
    """Tries to bind as a server would: that also finds a listener on all interfaces."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return True
    return False


def answers(port: int) -> bool:
    """Whether somebody listens. Unlike `is_taken`, it can never be in a starting server's way."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) == 0


def free_port(preferred: int) -> int:
    return any_free_port() if is_taken(preferred) else preferred


def any_free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
