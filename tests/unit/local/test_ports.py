"""A taken port is found before anything starts, and the message says which variable moves the stack away."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import ports
from local.console import LocalError
from local.settings import Settings, from_environment


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def test_a_listening_port_is_taken(taken: int) -> None:
    assert ports.is_taken(taken)
    assert ports.answers(taken)


def test_a_port_taken_on_all_interfaces_is_taken() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert ports.is_taken(server.getsockname()[1])


def test_a_free_port_is_preferred(taken: int) -> None:
    assert ports.free_port(taken) != taken
    free = ports.any_free_port()
    assert ports.free_port(free) == free
    assert not ports.answers(free)


@pytest.mark.parametrize(
    ("role", "variable"), [("port", "TOCSIN_PORT"), ("emulator_port", "TOCSIN_EMULATOR_PORT")]
)
def test_the_error_names_the_port_and_the_way_out(
    taken: int, role: str, variable: str, tmp_path: Path
) -> None:
    chosen = {"port": ports.any_free_port(), "emulator_port": ports.any_free_port(), role: taken}
    with pytest.raises(LocalError, match=rf"port {taken} .* set {variable} "):
        ports.require_free(Settings(folder=tmp_path, **chosen))


@pytest.mark.parametrize("value", ["", "http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_PORT", value)
    with pytest.raises(LocalError, match="TOCSIN_PORT"):
        from_environment()


def test_ports_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_PORT", "18700")
    monkeypatch.setenv("TOCSIN_EMULATOR_PORT", "14566")
    settings = from_environment()
    assert (settings.api_url, settings.emulator_url) == ("http://127.0.0.1:18700", "http://127.0.0.1:14566")


def test_the_api_and_the_emulator_cannot_share_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_PORT", "4566")
    with pytest.raises(LocalError, match="cannot share port 4566; set TOCSIN_PORT or TOCSIN_EMULATOR_PORT"):
        from_environment()
