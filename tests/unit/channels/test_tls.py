"""The client over TLS, which is how it calls everybody but a laptop's sink."""

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.certificates import certificate_of_loopback
from tests.builders.http_sink import OK, Sink, Trickle, answer, http_sink
from tocsin.channels.base import RetryableError
from tocsin.channels.outbound.client import HttpClient
from tocsin.channels.outbound.requests import HttpRequest


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_of_loopback(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def sink(certificate: Path) -> Iterator[Sink]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with http_sink(context) as sink:
        yield sink


@pytest.fixture
def client(certificate: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> HttpClient:
    """One that trusts the sink as it trusts the system's authorities."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return HttpClient(frozenset({sink.host}), timeout=0.6)


def test_what_is_sent_over_tls_arrives_and_the_connection_is_used_again(
    sink: Sink, client: HttpClient
) -> None:
    sink.plays = [answer(200, b"x" * 50_000), OK]
    assert len(client.send(HttpRequest("test", "POST", sink.url, body=b"{}")).body) == 50_000
    assert client.send(HttpRequest("test", "POST", sink.url, body=b"{}")).ok
    assert [seen.body for seen in sink.seen] == [b"{}", b"{}"]


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(sink: Sink) -> None:
    with pytest.raises(RetryableError, match="certificate"):
        HttpClient(frozenset({sink.host})).send(HttpRequest("test", "POST", sink.url, body=b"secret"))
    assert sink.seen == []


def test_a_server_that_trickles_over_tls_does_not_hold_us(sink: Sink, client: HttpClient) -> None:
    sink.plays = [Trickle(b"HTTP/1.1 200 OK\r\n" + b"x-padding: y\r\n" * 500, pause=0.05)]
    began = time.monotonic()
    with pytest.raises(RetryableError):
        client.send(HttpRequest("test", "GET", sink.url))
    assert time.monotonic() - began < 2
